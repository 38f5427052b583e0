import { DIMENSIONS } from '../policies/budget/rules.js'

/** What a bucket's key tells, in the form that `policies/budget/claims.ts` gives it. */
export interface BucketKey {
  readonly section: string
  readonly unit: string
  /** One value for each dimension of the rule's `each`. */
  readonly subject: readonly string[]
  /** The part of a fair share: who may use only a part of the bucket whose key is this one without it. */
  readonly share?: { readonly by: string; readonly value?: string }
}

/**
 * Reads `SECTION/NAME/UNIT[/VALUE...][/WINDOW][/share/BY[=VALUE]]`, every part but the window percent-encoded. Of another key
 * it makes what it can and never throws.
 */
export function readBucketKey(key: string): BucketKey {
  const [section = '', , unit = '', ...rest] = key.split('/')
  const share = shareAt(rest)
  const own = share ? rest.slice(0, -2) : rest
  const subject = isWindow(own.at(-1)) ? own.slice(0, -1) : own
  return { section, unit, subject: subject.map(decoded), ...(share ? { share } : {}) }
}

function shareAt(parts: readonly string[]): BucketKey['share'] {
  const [dimension = '', value] = (parts.at(-1) ?? '').split('=')
  const by = decoded(dimension)
  // A subject may be called `share`.
  if (parts.at(-2) !== 'share' || !(BY.has(by) || by.startsWith('tag:'))) return undefined
  return value === undefined ? { by } : { by, value: decoded(value) }
}

const BY: ReadonlySet<string> = new Set(DIMENSIONS)

/** Only a window's start has bare colons. */
function isWindow(part: string | undefined): boolean {
  return part?.includes(':') ?? false
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
