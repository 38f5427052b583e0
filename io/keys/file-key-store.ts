import type { Clock } from '../../core/clock.js'
import { Locked, takeLock } from '../ledger/journal-lock.js'
import { createFreshness } from './freshness.js'
import { makeFolderOf, markOf, readKeyFile, writeKeyFile } from './key-file.js'
import { type KeyStore, type KeyStoreHooks, KeysUnavailable } from './key-store.js'
import { createKeyView } from './key-view.js'

export interface FileKeyStoreOptions extends KeyStoreHooks {
  /** The absolute path of the file; it is made with the first key. */
  readonly path: string
  readonly clock: Clock
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<unknown>
}

/** How old a look at the file may be, in milliseconds, before a request looks again: some microseconds where nothing has changed. */
const LOOK_EVERY = 200

/** How long a change waits for others that change the file, in milliseconds, and how often it looks whether they are through. */
const LOCK_DEADLINE = 5_000
const LOCK_PAUSE = 10

/**
 * Keys in a file that several processes of one machine share: whoever changes it holds `PATH.lock`, and everybody looks whether it
 * has changed. A file that cannot be read leaves the view as it was until that is too old. Throws `KeysUnavailable` for one
 * that cannot be read at the start.
 */
export function createFileKeyStore(options: FileKeyStoreOptions): KeyStore {
  const { path, clock, wait } = options
  const view = createKeyView()
  const freshness = createFreshness(clock, options)
  let lookedAt = Number.NEGATIVE_INFINITY
  let seen = ''
  let toldUnreadable = ''

  const take = (records: ReadonlyMap<string, string>, mark: string, at: number) => {
    const unreadable = view.take(records)
    seen = mark
    freshness.confirmed(at)
    if (toldUnreadable !== unreadable.join()) options.onUnreadable(unreadable)
    toldUnreadable = unreadable.join()
  }

  const look = () => {
    const at = clock.monotonic()
    lookedAt = at
    const mark = markOf(path)
    if (mark === seen) return freshness.confirmed(at)
    // One that has gone was taken away by somebody else than us: what it held last is what is known.
    if (mark === 'none' && seen !== '') throw new Error('the file has gone')
    take(readKeyFile(path), mark, at)
  }

  const lookOrUnavailable = () => {
    try {
      look()
    } catch (cause) {
      throw new KeysUnavailable(`the keys in ${path} cannot be read`, { cause })
    }
  }

  const change = async (id: string, expected: number, next: string | undefined): Promise<'done' | 'conflict'> => {
    const unlock = await lock(options)
    try {
      lookOrUnavailable()
      const records = new Map(readKeyFile(path))
      const before = view.keys().find((key) => key.id === id)
      if (records.has(id) !== (before !== undefined) || (before?.version ?? 0) !== expected) return 'conflict'
      if (next === undefined) records.delete(id)
      else records.set(id, next)
      writeKeyFile(path, records.values())
      take(records, markOf(path), clock.monotonic())
      return 'done'
    } catch (cause) {
      if (cause instanceof KeysUnavailable) throw cause
      throw new KeysUnavailable(`the keys in ${path} cannot be changed`, { cause })
    } finally {
      unlock()
    }
  }

  lookOrUnavailable()
  return {
    book: {
      find: view.find,
      freshness() {
        if (clock.monotonic() - lookedAt >= LOOK_EVERY) {
          try {
            look()
          } catch {
            // What is known stays until it is too old, which is told.
          }
        }
        return freshness.state()
      },
    },
    known: view.keys,
    async list() {
      lookOrUnavailable()
      return view.keys()
    },
    put: (key) => change(key.id, key.version - 1, JSON.stringify(key)),
    remove: (key) => change(key.id, key.version, undefined),
    async spread() {
      await wait(LOOK_EVERY)
    },
    close: async () => {},
  }
}

/** Takes the lock, and waits for it as long as others have it. */
async function lock({ path, clock, wait }: FileKeyStoreOptions): Promise<() => void> {
  const until = clock.monotonic() + LOCK_DEADLINE
  for (;;) {
    try {
      makeFolderOf(path)
      return takeLock(`${path}.lock`)
    } catch (cause) {
      if (!isPassing(cause) || clock.monotonic() >= until) {
        throw new KeysUnavailable(`${path} cannot be locked`, { cause })
      }
    }
    await wait(LOCK_PAUSE)
  }
}

/** Held by another, or two that found the same lock left behind by a third. */
function isPassing(cause: unknown): boolean {
  return cause instanceof Locked || (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
}
