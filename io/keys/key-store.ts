import type { KeyBook } from '../../policies/keys/key-book.js'
import type { VirtualKey } from '../../policies/keys/virtual-key.js'

/** How long a view is believed after the store has confirmed it, in milliseconds: what is revoked ends within a second everywhere. */
export const FRESH_FOR = 900

/** Where virtual keys are kept, and what this process knows of them. */
export interface KeyStore {
  readonly book: KeyBook
  /** The keys as this process knows them, without asking. */
  known(): readonly VirtualKey[]
  /** The keys as the store has them now. Rejects with `KeysUnavailable`, as all that follows. */
  list(): Promise<readonly VirtualKey[]>
  /**
   * Stores a key in the place of its version before, or as a new one where its version is 1. `conflict`: what is there is another
   * version, and nothing was changed. Once it resolves, this process's book knows of it.
   */
  put(key: VirtualKey): Promise<'done' | 'conflict'>
  /** Forgets a key that is there in this version. */
  remove(key: VirtualKey): Promise<'done' | 'conflict'>
  /** Resolves once every process that may go by its view of the store has what was stored before this was called. */
  spread(): Promise<void>
  close(): Promise<void>
}

export interface KeyStoreHooks {
  /** The store's view has become too old to be believed, or can be believed again. */
  onState(state: 'fresh' | 'stale'): void
  /** Records that cannot be read, and so are keys of nobody; ids only. Told once as long as they are the same. */
  onUnreadable(ids: readonly string[]): void
}

/** The store did not answer, or holds nothing that can be read. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}
