import { createHmac } from 'node:crypto'
import type { Digest } from '../../../../policies/pii/modes/digest.js'

/** The digest of a tenant. */
export function keyed(key = 'a key of the tests'): Digest {
  return (text) => createHmac('sha256', key).update(text).digest()
}
