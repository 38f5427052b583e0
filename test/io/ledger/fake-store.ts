import type { Clock } from '../../../core/clock.js'
import type { Bucket, BucketState, Lease, Ledger } from '../../../policies/budget/ledger.js'

/**
 * What becomes of calls: `hung` ones wait until the mode changes and are then carried out, in order; of `lost` ones the store
 * never hears; `failing` ones are rejected without effect; `cut` ones are carried out and rejected; `silent` ones are carried out
 * and never answered; `slow` ones are carried out and answered when the mode changes.
 */
export type Mode = 'well' | 'hung' | 'lost' | 'failing' | 'cut' | 'silent' | 'slow'

/** A ledger that counts plainly, behind a connection that can fail in every way. */
export interface FakeStore extends Ledger {
  mode(mode: Mode): void
  /** The calls that were carried out, as words. */
  readonly log: readonly string[]
  /** Calls that arrived, whatever became of them. */
  calls(): number
  committed(key: string): number
  reserved(): number
}

interface Entry {
  readonly lease: Lease
  readonly state: 'open' | 'dispatched' | 'lost'
  readonly amounts: readonly number[]
  readonly used: readonly number[] | undefined
  readonly expires: number
}

export function createFakeStore(clock: Clock): FakeStore {
  const committed = new Map<string, number>()
  const leases = new Map<string, Entry>()
  const charges = new Set<string>()
  const log: string[] = []
  let mode: Mode = 'well'
  let waiting: (() => void)[] = []
  let calls = 0

  const add = (bucket: Bucket, amount: number) => {
    committed.set(bucket.key, (committed.get(bucket.key) ?? 0) + amount)
  }
  const held = (key: string) =>
    [...leases.values()]
      .filter(({ state }) => state !== 'lost')
      .flatMap(({ lease, amounts }) =>
        lease.claims.map((claim, n) => (claim.bucket.key === key ? (amounts[n] ?? 0) : 0)),
      )
      .reduce((sum, amount) => sum + amount, 0)
  const stateOf = (bucket: Bucket, limit: number): BucketState => ({
    bucket,
    committed: committed.get(bucket.key) ?? 0,
    reserved: held(bucket.key),
    limit,
  })
  const closeLost = () => {
    for (const [id, entry] of leases) {
      if (entry.state === 'lost' || entry.expires > clock.now()) continue
      const costs = entry.state === 'dispatched' && entry.lease.onLost === 'charge'
      const amounts = entry.lease.claims.map((_, n) => (costs ? ((entry.used ?? entry.amounts)[n] ?? 0) : 0))
      for (const [n, claim] of entry.lease.claims.entries()) add(claim.bucket, amounts[n] ?? 0)
      leases.set(id, { ...entry, state: 'lost', amounts })
    }
  }
  const refusing = (lease: Lease, amounts: readonly number[]) =>
    lease.claims.flatMap(({ bucket, limit, mode: kind }, n) => {
      const { committed: spent, reserved } = stateOf(bucket, limit)
      return kind === 'hard' && spent + reserved + (amounts[n] ?? 0) > limit ? [n] : []
    })

  /** Carries a call out as the mode says. */
  const call = <T>(words: string, run: () => T): Promise<T> => {
    calls += 1
    const carryOut = () => {
      closeLost()
      log.push(words)
      return run()
    }
    switch (mode) {
      case 'well':
        return Promise.resolve(carryOut())
      case 'hung':
        return new Promise((resolve) => waiting.push(() => resolve(carryOut())))
      case 'lost':
        return new Promise(() => {})
      case 'failing':
        return Promise.reject(new Error('connection refused'))
      case 'cut':
        carryOut()
        return Promise.reject(new Error('connection reset'))
      case 'silent':
        carryOut()
        return new Promise(() => {})
      case 'slow': {
        const value = carryOut()
        return new Promise((resolve) => waiting.push(() => resolve(value)))
      }
    }
  }

  return {
    log,
    calls: () => calls,
    committed: (key) => committed.get(key) ?? 0,
    reserved: () => {
      closeLost()
      const open = [...leases.values()].filter(({ state }) => state !== 'lost')
      return open.flatMap(({ amounts }) => amounts).reduce((sum, amount) => sum + amount, 0)
    },
    mode(to) {
      mode = to
      if (to === 'lost') waiting = []
      if (to !== 'well') return
      const now = waiting
      waiting = []
      for (const run of now) run()
    },
    reserve: (lease) =>
      call(`reserve ${lease.id}`, () => {
        const amounts = lease.claims.map(({ amount }) => amount)
        const full = refusing(lease, amounts)
        const fits = full.length === 0
        if (fits)
          leases.set(lease.id, { lease, state: 'open', amounts, used: undefined, expires: clock.now() + lease.ttl })
        const states = lease.claims.map(({ bucket, limit }) => stateOf(bucket, limit))
        return fits ? { kind: 'reserved', states } : { kind: 'exhausted', refusing: full, states }
      }),
    extend: (id, amounts, ttl) =>
      call(`extend ${id}`, () => {
        const entry = leases.get(id)
        if (!entry || entry.state === 'lost') return { kind: 'closed' }
        const full = refusing(entry.lease, amounts)
        if (full.length > 0) return { kind: 'exhausted', refusing: full }
        const sum = entry.amounts.map((amount, n) => amount + (amounts[n] ?? 0))
        leases.set(id, { ...entry, amounts: sum, expires: clock.now() + ttl })
        return { kind: 'extended' }
      }),
    dispatched: (id) =>
      call(`dispatched ${id}`, () => {
        const entry = leases.get(id)
        if (entry?.state === 'open') leases.set(id, { ...entry, state: 'dispatched' })
      }),
    renew: (id, used, ttl) =>
      call(`renew ${id}`, () => {
        const entry = leases.get(id)
        if (entry && entry.state !== 'lost') leases.set(id, { ...entry, used, expires: clock.now() + ttl })
      }),
    settle: (id, used) =>
      call(`settle ${id} ${used}`, () => {
        const entry = leases.get(id)
        if (!entry) return
        leases.delete(id)
        for (const [n, { bucket }] of entry.lease.claims.entries()) {
          add(bucket, (used[n] ?? 0) - (entry.state === 'lost' ? (entry.amounts[n] ?? 0) : 0))
        }
      }),
    charge: (id, claims) =>
      call(`charge ${id} ${claims.map(({ amount }) => amount)}`, () => {
        if (charges.has(id)) return
        charges.add(id)
        for (const { bucket, amount } of claims) add(bucket, amount)
      }),
    lose: (id) =>
      call(`lose ${id}`, () => {
        const entry = leases.get(id)
        if (!entry) return undefined
        if (entry.state !== 'lost') leases.set(id, { ...entry, expires: clock.now() })
        closeLost()
        const { amounts = [] } = leases.get(id) ?? {}
        return entry.lease.claims.map(({ bucket }, n) => [bucket.key, amounts[n] ?? 0] as const)
      }),
    leases: (prefix) => call(`leases ${prefix}`, () => [...leases.keys()].filter((id) => id.startsWith(prefix))),
    read: (buckets) => call('read', () => buckets.map((bucket) => stateOf(bucket, 0))),
    list: () => call('list', () => []),
    reset: () => call('reset', () => 0),
    raise: () => call('raise', () => undefined),
    close: () => call('close', () => {}),
  }
}
