import type { Bucket, Claim, Lease, Window } from '../../../policies/budget/ledger.js'

/** Something that was committed. `lease` names the lost lease that it was charged for. */
interface Commit {
  readonly bucket: string
  readonly at: number
  readonly amount: number
  readonly lease?: string
}

interface HeldLease {
  readonly lease: Lease
  readonly amounts: readonly number[]
  readonly deadline: number
  readonly dispatched: boolean
  readonly used?: readonly number[]
}

/**
 * What a ledger must do, as plainly as it can be said: lists of what happened, sums when asked. Time is what the caller says
 * it is (`now`, ms). Nothing is ever forgotten.
 */
export class Reference {
  now: number
  readonly buckets = new Map<string, Bucket>()
  readonly limits = new Map<string, number>()
  readonly raises = new Map<string, { readonly amount: number; readonly until: number }>()
  commits: readonly Commit[] = []
  readonly open = new Map<string, HeldLease>()
  readonly lost = new Map<string, Lease>()
  readonly lostAmounts = new Map<string, readonly number[]>()
  readonly charged = new Set<string>()

  constructor(now: number) {
    this.now = now
  }

  committed(key: string): number {
    const window = this.buckets.get(key)?.window ?? { kind: 'life' }
    return sum(this.commits.filter((c) => c.bucket === key && leavesAt(window, c.at) > this.now).map((c) => c.amount))
  }

  reserved(key: string): number {
    return sum([...this.open.values()].map((held) => own(held.lease.claims, held.amounts, key)))
  }

  /** Ms until `wanted` of a rolling window has left, or else the next that leaves. */
  freesIn(key: string, wanted: number): number | undefined {
    const window = this.buckets.get(key)?.window
    if (window?.kind === 'calendar') return window.end - this.now
    if (window?.kind !== 'rolling') return undefined
    const leaving = this.commits
      .filter((commit) => commit.bucket === key && commit.amount > 0)
      .map((commit) => ({ time: leavesAt(window, commit.at), amount: commit.amount }))
      .filter(({ time }) => time > this.now)
      .sort((a, b) => a.time - b.time)
    const enough = leaving.find((_, i) => sum(leaving.slice(0, i + 1).map(({ amount }) => amount)) >= wanted)
    const first = enough ?? leaving[0]
    return first && first.time - this.now
  }

  /** By how much each claim is over its own limit, those for the same bucket added up. */
  excess(claims: readonly Claim[], amounts: readonly number[]): readonly number[] {
    return claims.map(({ bucket: { key }, limit }) => {
      return this.committed(key) + this.reserved(key) + own(claims, amounts, key) - limit - this.raised(key)
    })
  }

  refusing(claims: readonly Claim[], amounts: readonly number[]): readonly number[] {
    const excess = this.excess(claims, amounts)
    return claims.flatMap(({ mode }, i) => (mode === 'hard' && (excess[i] ?? 0) > 0 ? [i] : []))
  }

  loseOverdue(): void {
    for (const held of this.open.values()) if (held.deadline <= this.now) this.lose(held)
  }

  reserve(lease: Lease): 'reserved' | 'exhausted' | 'other-window' {
    this.loseOverdue()
    if (lease.claims.some(({ bucket: { window } }) => !contains(window, this.now))) return 'other-window'
    this.know(lease.claims)
    const amounts = lease.claims.map((claim) => claim.amount)
    if (this.refusing(lease.claims, amounts).length > 0) return 'exhausted'
    this.open.set(lease.id, { lease, amounts, deadline: this.now + lease.ttl, dispatched: false })
    return 'reserved'
  }

  extend(id: string, amounts: readonly number[], ttl: number): 'extended' | 'exhausted' | 'closed' {
    this.loseOverdue()
    const held = this.open.get(id)
    if (!held) return 'closed'
    if (this.refusing(held.lease.claims, amounts).length > 0) return 'exhausted'
    const total = held.amounts.map((amount, i) => amount + (amounts[i] ?? 0))
    this.open.set(id, { ...held, amounts: total, deadline: this.now + ttl })
    return 'extended'
  }

  dispatched(id: string): void {
    const held = this.open.get(id)
    if (held) this.open.set(id, { ...held, dispatched: true })
  }

  renew(id: string, used: readonly number[], ttl: number): void {
    const held = this.open.get(id)
    if (held) this.open.set(id, { ...held, used, deadline: this.now + ttl })
  }

  settle(id: string, used: readonly number[]): void {
    const lease = this.open.get(id)?.lease ?? this.lost.get(id)
    this.open.delete(id)
    this.lost.delete(id)
    this.lostAmounts.delete(id)
    this.commits = this.commits.filter((commit) => commit.lease !== id)
    if (lease) this.commit(lease.claims, used)
  }

  charge(id: string, claims: readonly Claim[]): void {
    if (this.charged.has(id)) return
    this.charged.add(id)
    this.know(claims)
    this.commit(
      claims,
      claims.map((claim) => claim.amount),
    )
  }

  reset(key: string): void {
    this.commits = this.commits.filter((commit) => commit.bucket !== key)
  }

  /** How much the limit is raised by. */
  raised(key: string): number {
    const { amount = 0, until = 0 } = this.raises.get(key) ?? {}
    return until > this.now ? amount : 0
  }

  raise(key: string, kind: 'by' | 'to', size: number): { readonly limit: number; readonly until?: number } {
    const window = this.buckets.get(key)?.window ?? { kind: 'life' }
    const limit = this.limits.get(key) ?? 0
    const amount = Math.max(0, kind === 'by' ? this.raised(key) + size : size - limit)
    const until = raisedUntil(window, this.now)
    this.raises.set(key, { amount, until })
    return amount > 0 && until < Number.POSITIVE_INFINITY ? { limit: limit + amount, until } : { limit: limit + amount }
  }

  /** The process died and came back. */
  restart(): void {
    for (const held of this.open.values()) this.lose(held)
  }

  /** What its loss has charged each claim, now or before. */
  loseNow(id: string): readonly number[] | undefined {
    const held = this.open.get(id)
    if (held) this.lose(held)
    return this.lostAmounts.get(id)
  }

  private lose(held: HeldLease): void {
    const { id, claims, onLost } = held.lease
    this.open.delete(id)
    this.lost.set(id, held.lease)
    const charges = held.dispatched && onLost === 'charge' ? (held.used ?? held.amounts) : claims.map(() => 0)
    this.lostAmounts.set(id, charges)
    this.commit(claims, charges, id)
  }

  private commit(claims: readonly Claim[], amounts: readonly number[], lease?: string): void {
    const added = claims.map(({ bucket: { key } }, i) => ({ bucket: key, at: this.now, amount: amounts[i] ?? 0 }))
    this.commits = [...this.commits, ...added.map((commit) => (lease === undefined ? commit : { ...commit, lease }))]
  }

  private know(claims: readonly Claim[]): void {
    for (const { bucket, limit } of claims) {
      this.buckets.set(bucket.key, bucket)
      this.limits.set(bucket.key, limit)
    }
  }
}

function raisedUntil(window: Window, now: number): number {
  if (window.kind === 'life') return Number.POSITIVE_INFINITY
  return window.kind === 'calendar' ? window.end : now + window.length
}

/** When something that was committed `at` a time stops counting. */
function leavesAt(window: Window, at: number): number {
  if (window.kind !== 'rolling') return Number.POSITIVE_INFINITY
  const slice = window.length / window.slices
  const sliceEnd = at - (at % slice) + slice
  return sliceEnd + window.length
}

function contains(window: Window, now: number): boolean {
  return window.kind !== 'calendar' || (now >= window.start && now < window.end)
}

function own(claims: readonly Claim[], amounts: readonly number[], key: string): number {
  return sum(claims.map(({ bucket }, i) => (bucket.key === key ? (amounts[i] ?? 0) : 0)))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
