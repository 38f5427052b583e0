import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../core/clock.js'
import type { Check } from '../io/admin/server.js'
import { createFileKeyStore } from '../io/keys/file-key-store.js'
import { type KeyStore, type KeyStoreHooks, KeysUnavailable } from '../io/keys/key-store.js'
import { countStates } from '../io/keys/key-view.js'
import { createRedisKeyStore } from '../io/keys/redis-key-store.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import type { KeyAdmission, KeyRefusal } from '../policies/keys/identify-by-key.js'
import type { KeyState } from '../policies/keys/virtual-key.js'
import type { Config } from './configuration.js'
import { Failure } from './failure.js'

type Settings = NonNullable<Config['keys']>

/** Keys of Tollgate's own, for as long as the process lives. */
export interface Keys {
  /** What requests are admitted by. The store is opened when it is first asked for, and then the same whatever a later configuration says. */
  admission(settings: Settings): KeyAdmission
  /** The store, if it has been opened, and what was said of it. */
  opened(): OpenedKeys | undefined
}

export interface OpenedKeys {
  readonly store: KeyStore
  readonly settings: Settings['store']
}

export interface KeysHooks extends KeyStoreHooks {
  refused(reason: KeyRefusal): void
}

/** Keys in the configured store; `file` is where they are unless the configuration says. */
export function createKeys(clock: Clock, file: string, hooks: KeysHooks): Keys {
  let opened: OpenedKeys | undefined
  return {
    admission(settings) {
      opened ??= { settings: settings.store, store: open(settings.store, clock, file, hooks) }
      return admissionBy(opened.store.book, settings, clock, hooks.refused)
    },
    opened: () => opened,
  }
}

/** For those who only look at a configuration: nobody has a key, and no store is touched. */
export function noKeys(clock: Clock): Keys {
  const book: KeyStore['book'] = { find: () => undefined, freshness: () => 'fresh' }
  return { admission: (settings) => admissionBy(book, settings, clock, () => {}), opened: () => undefined }
}

/** How many keys there are in which state, as far as this process knows; undefined where nobody has ever asked for one. */
export function keyCounts(keys: Keys, clock: Clock): Readonly<Record<KeyState, number>> | undefined {
  const store = keys.opened()?.store
  // Asking brings the view up to date where no request does.
  store?.book.freshness()
  return store && countStates(store.known(), clock.now())
}

/** Tollgate is unready while it would refuse every key because of its store. */
export function keysCheck(keys: Keys, settings: Settings | undefined): readonly Check[] {
  const opened = keys.opened()
  if (!opened || !settings) return []
  if (opened.store.book.freshness() === 'fresh') return [{ name: 'keys', ok: true }]
  return [{ name: 'keys', ok: settings.onStoreDown === 'admit', detail: 'the store of virtual keys does not answer' }]
}

function admissionBy(
  book: KeyStore['book'],
  { required, onStoreDown }: Settings,
  clock: Clock,
  refused: KeyAdmission['refused'],
): KeyAdmission {
  return { book, clock, required, onStoreDown, refused, hash: sha256 }
}

/** Of a text's UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return hash('sha256', text)
}

/** Throws `Failure` when the store cannot be used at all; a Redis that merely does not answer is used once it does. */
function open(store: Settings['store'], clock: Clock, file: string, hooks: KeyStoreHooks): KeyStore {
  if (store.kind === 'redis') return createRedisKeyStore({ ...hooks, ...store, clock, schedule: systemSchedule })
  const path = store.path ?? file
  try {
    return createFileKeyStore({ ...hooks, path, clock, wait: delay })
  } catch (cause) {
    if (!(cause instanceof KeysUnavailable)) throw cause
    throw new Failure(`${cause.message}: mend the file, or set keys.store.path to another`)
  }
}
