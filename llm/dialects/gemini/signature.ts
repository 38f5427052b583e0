import type { AssistantPart } from '../../../core/chat.js'
import { NAME } from './name.js'

const MARK = `${NAME}:`

/** In base64, `tollgate:` and `tollgate!`: how signatures and encrypted thinking of other dialects begin in this one. */
const FOREIGN_SIGNATURE = 'dG9sbGdhdGU6'
const FOREIGN_REDACTED = 'dG9sbGdhdGUh'

/**
 * What Google documents to send in place of a signature that nobody has, so that calls which another provider made pass its
 * check: `skip_thought_signature_validator`, as the bytes that the member holds.
 */
export const SKIPPED_SIGNATURE = Buffer.from('skip_thought_signature_validator').toString('base64')

/** Reads a `thoughtSignature`: Google's own gets the mark of this dialect, another's comes out as it was. */
export function readSignature(
  wire: string,
): Pick<Extract<AssistantPart, { type: 'reasoning' }>, 'signature' | 'redacted'> {
  if (wire.startsWith(FOREIGN_SIGNATURE)) return { signature: unwrapped(wire, FOREIGN_SIGNATURE) }
  if (wire.startsWith(FOREIGN_REDACTED)) return { redacted: unwrapped(wire, FOREIGN_REDACTED) }
  return { signature: MARK + wire }
}

/** The signature as Google wrote it; undefined for one of another provider. */
export function googleSignature(signature: string | undefined): string | undefined {
  return signature?.startsWith(MARK) ? signature.slice(MARK.length) : undefined
}

/** Whether a `thoughtSignature` holds what another provider signed or encrypted. */
export const isForeignSignature = (wire: string | undefined): boolean =>
  wire !== undefined && (wire.startsWith(FOREIGN_SIGNATURE) || wire.startsWith(FOREIGN_REDACTED))

/** Any signature as a client of this dialect can hold it: the member is bytes in base64, which some clients decode and encode. */
export function signatureForClient(signature: string): string {
  return googleSignature(signature) ?? wrapped(signature, FOREIGN_SIGNATURE)
}

/** Encrypted thinking of another dialect, in the same form. */
export function redactedForClient(data: string): string {
  return wrapped(data, FOREIGN_REDACTED)
}

// The prefixes are whole groups of three bytes, so that what follows can be encoded apart.
const wrapped = (text: string, prefix: string) => prefix + Buffer.from(text).toString('base64')
const unwrapped = (wire: string, prefix: string) => Buffer.from(wire.slice(prefix.length), 'base64').toString('utf8')
