import type { BucketState } from '../../policies/budget/ledger.js'
import { KEY_BUDGET, type Rule } from '../../policies/budget/rules.js'
import { readBucketKey } from '../bucket-key.js'
import type { Principal } from './operation.js'
import { isEverything, seesTeam, seesUser } from './scope.js'

/** Whose a virtual key is. */
export interface KeyOwner {
  readonly team?: string | undefined
  readonly user?: string | undefined
}

/** What buckets belong to somebody by. */
export interface Ownership {
  /** The rules in force. */
  readonly rules: readonly Rule[]
  /** By the keys' ids. */
  readonly keys: ReadonlyMap<string, KeyOwner>
}

/**
 * Whether a principal sees a bucket. It belongs to the team and the user that it counts for, or whose requests alone its rule
 * matches, and the budget of a virtual key to whom that was given; one that belongs to nobody, or whose rule has gone, is for those
 * who see everything.
 */
export function seesBucket(principal: Principal, { bucket }: BucketState, { rules, keys }: Ownership): boolean {
  if (isEverything(principal)) return true
  const { section, unit, subject, share } = readBucketKey(bucket.key)
  if (bucket.budget === KEY_BUDGET) {
    const owner = keys.get(subject[0] ?? '')
    return owner !== undefined && isOwn(principal, owner.team, owner.user)
  }
  const rule = rules.find((one) => one.name === bucket.budget && one.section === section && one.unit === unit)
  if (!rule || rule.each.length !== subject.length) return false
  const ownersIn = (dimension: 'team' | 'user'): readonly (string | undefined)[] => {
    if (share?.by === dimension && share.value !== undefined) return [share.value]
    const at = rule.each.indexOf(dimension)
    if (at >= 0) return [subject[at]]
    const matched = rule.match.get(dimension)
    return matched?.kind === 'in' ? matched.values : [undefined]
  }
  // Of several teams that share a bucket each would see what the others spend.
  return ownersIn('team').every((team) => ownersIn('user').every((user) => isOwn(principal, team, user)))
}

function isOwn(principal: Principal, team: string | undefined, user: string | undefined): boolean {
  return (
    seesTeam(principal, team) ||
    seesUser(principal, { ...(team !== undefined && { team }), ...(user !== undefined && { user }) })
  )
}
