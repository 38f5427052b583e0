import type { Identity } from '../../core/identity.js'
import type { KeySecret, VirtualKey } from './virtual-key.js'

/** The port to the keys that a process knows: a view of their store, in memory. */
export interface KeyBook {
  /** Whose text has this hash, and what of it is as the store says. */
  find(hash: string): FoundKey | undefined
  /**
   * Whether the view is one that the store has confirmed within the last second, so that nothing which was revoked longer ago is in it.
   */
  freshness(): 'fresh' | 'stale'
}

/** A key that is known, with what was worked out of it once. */
export interface FoundKey {
  readonly key: VirtualKey
  readonly secret: KeySecret
  /** What it says of its bearer: its id, and no member that it leaves open; the same objects as long as the key stays as it is. */
  readonly bearer: Omit<Identity, 'tags'>
  /** Undefined where it may come from anywhere. */
  readonly networks?: { has(address: string): boolean }
}
