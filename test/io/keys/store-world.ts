import type { KeyStoreHooks } from '../../../io/keys/key-store.js'

/** Time that a test turns, and what a store has told of. */
export function storeWorld() {
  let now = 0
  const told: string[] = []
  const hooks: KeyStoreHooks = {
    onState: (state) => told.push(state),
    onUnreadable: (ids) => told.push(`unreadable: ${ids.join()}`),
  }
  return {
    clock: { now: () => now, monotonic: () => now },
    hooks,
    told,
    pass(ms: number) {
      now += ms
    },
  }
}
