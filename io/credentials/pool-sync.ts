import type { Claim, Ledger } from '../../policies/budget/ledger.js'
import type { Schedule } from '../ledger/deadline.js'
import type { QuotaCount } from './pool-quota.js'

/** Keeps counts of quotas in a ledger, and brings them what others have used. */
export interface QuotaSync {
  /** Tells and asks now, unless that is under way; never fails. */
  now(): void
  /** Tells what has not been told, and stops. */
  close(): Promise<void>
}

export interface QuotaSyncOptions {
  readonly ledger: Pick<Ledger, 'charge' | 'read'>
  readonly schedule: Schedule
  newId(): string
  /** The counts of now. */
  counts(): readonly QuotaCount[]
  /** Told of the first failure after a success. Must not throw. */
  failed(error: unknown): void
}

/** Milliseconds between two rounds. No request waits for one: what others use in the meantime is not known here. */
const EVERY = 1000

interface Batch {
  readonly id: string
  readonly claims: readonly Claim[]
}

/** Every second, what was used here is charged, all keys at once, and then what everybody has used is read. */
export function syncQuotas({ ledger, schedule, newId, counts, failed }: QuotaSyncOptions): QuotaSync {
  let state: 'running' | 'closed' = 'running'
  let health: 'good' | 'failing' = 'good'
  /** A batch that may have arrived must be sent again as it is: the ledger takes each id once. */
  let batch: Batch | undefined
  let round: Promise<void> | undefined
  let cancel = () => {}

  const tell = async () => {
    if (!batch) {
      const claims = counts().flatMap((count) => count.untold())
      if (claims.length === 0) return
      batch = { id: newId(), claims }
    }
    const { id, claims } = batch
    await ledger.charge(id, claims)
    batch = undefined
    for (const count of counts()) count.told(claims)
  }

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
      health = 'good'
    } catch (error) {
      if (health === 'good') failed(error)
      health = 'failing'
    }
  }

  const ask = async () => {
    const asked = counts()
    const states = await ledger.read(asked.flatMap((count) => count.buckets()))
    for (const count of asked) count.known(states)
  }

  const run = async () => {
    cancel()
    await attempt(async () => {
      await tell()
      await ask()
    })
    round = undefined
    if (state === 'running') cancel = schedule(EVERY, begin, 'background')
  }

  const begin = () => {
    round ??= run()
  }

  return {
    now: begin,
    async close() {
      state = 'closed'
      cancel()
      await round
      await attempt(tell)
    },
  }
}
