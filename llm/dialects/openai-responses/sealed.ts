import type { AssistantPart } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { NAME } from './name.js'

/**
 * Reasoning that only its provider can read has one place on this wire, `encrypted_content`, and two in the vocabulary,
 * signatures and redacted reasoning; both travel through clients of any dialect and come back. What a provider of this
 * dialect made is marked in the vocabulary, and what another one made is marked on this wire, so that nobody is sent what
 * somebody else encrypted: providers refuse the whole request for that.
 */
const OURS = `${NAME}:`
const FOREIGN = { signature: 'tollgate-signature:', redacted: 'tollgate-redacted:' } as const

/** Ids of reasoning items that no provider of this dialect made, and none will know. */
const FOREIGN_ID = 'rs_tollgate_'

/** The id of a reasoning item made from another provider's reasoning; `unique` within the conversation. */
export const foreignReasoningId = (unique: string): string => `${FOREIGN_ID}${unique}`

/** Marks a provider's `encrypted_content` for the vocabulary. */
export const seal = (encrypted: string): string => `${OURS}${encrypted}`

/** The `encrypted_content` in a signature or redacted reasoning; undefined when another provider made it. */
export function unseal(sealed: string | undefined): string | undefined {
  return sealed?.startsWith(OURS) === true ? sealed.slice(OURS.length) : undefined
}

/** The `encrypted_content` that a client of this dialect keeps for us. */
export function toClient(kind: 'signature' | 'redacted', value: string): string {
  return unseal(value) ?? `${FOREIGN[kind]}${value}`
}

/** Reads the `encrypted_content` that a client of this dialect sends back, beside this text. */
export function fromClient(
  encrypted: string | undefined,
  text: string,
): Pick<Extract<AssistantPart, { type: 'reasoning' }>, 'signature' | 'redacted'> {
  if (encrypted === undefined || encrypted === '') return {}
  if (encrypted.startsWith(FOREIGN.signature)) return { signature: encrypted.slice(FOREIGN.signature.length) }
  if (encrypted.startsWith(FOREIGN.redacted)) return { redacted: encrypted.slice(FOREIGN.redacted.length) }
  return text === '' ? { redacted: seal(encrypted) } : { signature: seal(encrypted) }
}

/** Whether an input item is reasoning that no provider of this dialect made. */
export function isForeignReasoning(item: JsonValue): item is JsonObject {
  if (!isObject(item) || item.type !== 'reasoning') return false
  const { id, encrypted_content: encrypted } = item
  if (typeof encrypted === 'string' && Object.values(FOREIGN).some((mark) => encrypted.startsWith(mark))) return true
  return isForeignId(id)
}

/** Whether a reasoning item's id is one of ours. */
export const isForeignId = (id: JsonValue | undefined): boolean => typeof id === 'string' && id.startsWith(FOREIGN_ID)
