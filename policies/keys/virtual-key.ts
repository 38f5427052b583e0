import type { GrantedBudget } from '../../core/identity.js'

/**
 * A key of Tollgate's own, as stores keep it: who it stands for, what it is bound to, and hashes of the texts that are it. Times are
 * milliseconds since the epoch.
 */
export interface VirtualKey {
  /** `key_` and 16 digits; the same over rotations. */
  readonly id: string
  readonly name: string
  /** The newest last; never empty. */
  readonly secrets: readonly KeySecret[]
  readonly user?: string | undefined
  readonly team?: string | undefined
  readonly organization?: string | undefined
  readonly role?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The models that it may use and see; all where absent. */
  readonly models?: readonly string[] | undefined
  /** In CIDR form; from anywhere where absent. */
  readonly networks?: readonly string[] | undefined
  readonly budgets?: readonly GrantedBudget[] | undefined
  readonly expiresAt?: number | undefined
  readonly createdAt: number
  /** The name of the principal who issued it. */
  readonly createdBy: string
  /** From when it was read as revoked nobody gets in with it, whatever the clock says. */
  readonly revokedAt?: number | undefined
  /** Counts its changes, from 1. */
  readonly version: number
}

/** One text that is the key. */
export interface KeySecret {
  /** SHA-256 of the whole text, hexadecimal: with 202 random bits in it, nothing slower is needed. */
  readonly hash: string
  /** What the text begins with. */
  readonly prefix: string
  readonly createdAt: number
  /** When it ends, of one that was rotated out. */
  readonly until?: number | undefined
}

/** What may become of a key. */
export const KEY_STATES = ['active', 'expired', 'revoked'] as const
export type KeyState = (typeof KEY_STATES)[number]

/** The state of a key at a time; revoked goes before expired. */
export function stateOf({ revokedAt, expiresAt }: VirtualKey, now: number): KeyState {
  if (revokedAt !== undefined) return 'revoked'
  return expiresAt !== undefined && now >= expiresAt ? 'expired' : 'active'
}

/** The texts of a key that are not over at a time. */
export function liveSecrets({ secrets }: VirtualKey, now: number): readonly KeySecret[] {
  return secrets.filter(({ until }) => until === undefined || now < until)
}
