import type { FoundKey } from '../../policies/keys/key-book.js'
import { type KEY_STATES, type KeyState, stateOf, type VirtualKey } from '../../policies/keys/virtual-key.js'
import { foundKeys, readRecord } from './key-record.js'

/** The keys of a store as they were last read. */
export interface KeyView {
  find(hash: string): FoundKey | undefined
  /** Takes all records of the store, JSON by id, in the place of those before. Returns the ids of those that could not be read. */
  take(records: ReadonlyMap<string, string>): readonly string[]
  keys(): readonly VirtualKey[]
}

interface Known {
  readonly text: string
  readonly key: VirtualKey | undefined
  readonly found: readonly (readonly [hash: string, found: FoundKey])[]
}

/** An empty view. A record that stays the same is read once, and what was worked out of it stays. */
export function createKeyView(): KeyView {
  let known: ReadonlyMap<string, Known> = new Map()
  let byHash: ReadonlyMap<string, FoundKey> = new Map()
  return {
    find: (hash) => byHash.get(hash),
    take(records) {
      const next = new Map<string, Known>()
      const hashes = new Map<string, FoundKey>()
      const unreadable: string[] = []
      for (const [id, text] of records) {
        const before = known.get(id)
        const entry = before?.text === text ? before : readEntry(id, text)
        next.set(id, entry)
        if (!entry.key) unreadable.push(id)
        for (const [hash, found] of entry.found) hashes.set(hash, found)
      }
      known = next
      byHash = hashes
      return unreadable
    },
    keys: () => [...known.values()].flatMap(({ key }) => key ?? []),
  }
}

function readEntry(id: string, text: string): Known {
  const read = readRecord(jsonIn(text))
  const key = read?.id === id ? read : undefined
  return { text, key, found: key ? foundKeys(key) : [] }
}

/** How many keys are in which state. */
export function countStates(keys: readonly VirtualKey[], now: number): Readonly<Record<KeyState, number>> {
  const counts = { active: 0, expired: 0, revoked: 0 } satisfies Record<(typeof KEY_STATES)[number], number>
  for (const key of keys) counts[stateOf(key, now)] += 1
  return counts
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
