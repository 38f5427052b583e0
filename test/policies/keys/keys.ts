import { createHash, randomBytes } from 'node:crypto'
import { issueKey, type KeyMaker, type Shown } from '../../../io/keys/key-changes.js'
import type { Issue } from '../../../io/keys/key-shapes.js'

export const NOON = Date.parse('2024-05-15T12:00Z')

/** Makes keys as Tollgate does. */
export const maker: KeyMaker = {
  random: randomBytes,
  hash: (text) => createHash('sha256').update(text).digest('hex'),
}

/** A key that was issued at noon, good for everything unless said. */
export function issued(members: Partial<Issue> = {}, now = NOON): Shown {
  return issueKey({ name: 'a test', ...members }, { by: 'tester', now }, maker)
}
