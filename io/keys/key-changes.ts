import { isKeyText, makeKeyText, prefixOf } from '../../policies/keys/key-text.js'
import { type KeySecret, liveSecrets, stateOf, type VirtualKey } from '../../policies/keys/virtual-key.js'
import type { Issue, Update } from './key-shapes.js'

/** What new keys are made with. */
export interface KeyMaker {
  /** So many bytes that nobody can guess. */
  random(count: number): Uint8Array
  /** SHA-256 of a text's UTF-8, hexadecimal. */
  hash(text: string): string
}

/** A key that was given a new text; the text is nowhere else. */
export interface Shown {
  readonly key: VirtualKey
  readonly text: string
}

/** Makes a key at a time, by somebody. */
export function issueKey(
  { expiresAt, expiresIn, ...issue }: Issue,
  { by, now }: { readonly by: string; readonly now: number },
  maker: KeyMaker,
): Shown {
  const { text, secret } = makeSecret(now, maker)
  const end = expiresIn === undefined ? expiresAt : now + expiresIn
  const key: VirtualKey = {
    id: idFrom(maker),
    ...issue,
    secrets: [secret],
    ...(end !== undefined && { expiresAt: end }),
    createdAt: now,
    createdBy: by,
    version: 1,
  }
  return { key, text }
}

/** Gives a key another text; those before end after `overlap` milliseconds, or when they would have ended anyway. */
export function rotateKey(key: VirtualKey, overlap: number, now: number, maker: KeyMaker): Shown {
  const { text, secret } = makeSecret(now, maker)
  const until = now + overlap
  const before = liveSecrets(key, now)
    .map((secret) => ({ ...secret, until: Math.min(secret.until ?? until, until) }))
    .filter((secret) => now < secret.until)
  return { key: { ...key, secrets: [...before, secret], version: key.version + 1 }, text }
}

/** Ends a key for good, with all of its texts; undefined where that was done before. */
export function revokeKey(key: VirtualKey, now: number): VirtualKey | undefined {
  return key.revokedAt === undefined ? { ...key, revokedAt: now, version: key.version + 1 } : undefined
}

/** Changes what a key is called and bound to. */
export function updateKey(key: VirtualKey, update: Update, now: number): VirtualKey {
  const { name = key.name, expiresIn } = update
  return {
    ...key,
    name,
    tags: changed(update.tags, key.tags),
    models: changed(update.models, key.models),
    networks: changed(update.networks, key.networks),
    budgets: changed(update.budgets, key.budgets),
    expiresAt: expiresIn === undefined ? changed(update.expiresAt, key.expiresAt) : now + expiresIn,
    version: key.version + 1,
  }
}

/** Null takes away, and nothing leaves it as it was. */
function changed<Value>(update: Value | null | undefined, before: Value | undefined): Value | undefined {
  return update === undefined ? before : (update ?? undefined)
}

/** Whether it can be forgotten: nobody gets in with it any more. */
export function isOver(key: VirtualKey, now: number): boolean {
  return stateOf(key, now) !== 'active'
}

function makeSecret(now: number, { random, hash }: KeyMaker): { readonly text: string; readonly secret: KeySecret } {
  const text = makeKeyText(random)
  // A key that nobody could use must not be given to anybody.
  if (!isKeyText(text)) throw new Error('a key was made that is none')
  return { text, secret: { hash: hash(text), prefix: prefixOf(text), createdAt: now } }
}

/** 80 bits: ids need not be secret, only different. */
function idFrom({ random }: KeyMaker): string {
  return `key_${Buffer.from(random(10)).toString('hex')}`
}
