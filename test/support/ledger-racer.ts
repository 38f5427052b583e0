import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { createMemoryLedger } from '../../io/ledger/memory-ledger.js'
import { openPendingFile } from '../../io/ledger/pending-file.js'
import { createRedisLedger } from '../../io/ledger/redis-ledger.js'
import { createResilientLedger } from '../../io/ledger/resilient-ledger.js'
import { systemClock } from '../../io/system-clock.js'
import { type Bucket, type Ledger, LedgerUnavailable } from '../../policies/budget/ledger.js'

/** What all racers count in. */
export const RACE_BUCKET: Bucket = { key: 'race', budget: 'race', window: { kind: 'life' } }

/** One line of a racer's log, written before the next operation of the lease begins. */
export type RaceEvent =
  | { readonly kind: 'asking'; readonly id: string; readonly amount: number }
  | {
      readonly kind: 'reserved' | 'exhausted'
      readonly id: string
      readonly amount: number
      readonly committed: number
      readonly reserved: number
    }
  /** Refused after `took` milliseconds because the store did not answer. */
  | { readonly kind: 'unavailable'; readonly id: string; readonly took: number }
  | { readonly kind: 'dispatched' | 'settling' | 'settled'; readonly id: string; readonly used: number }

/** What a racer is told, as JSON in its only argument. */
export interface RaceOrders {
  readonly url: string
  readonly log: string
  readonly name: string
  /** How many reservations are to be answered, with yes or no. */
  readonly pairs: number
  readonly inFlight: number
  readonly limit: number
  readonly ttl: number
  /** Milliseconds that every 32nd request takes at its provider; the others take none. */
  readonly hold?: number
  /** Milliseconds that a worker rests after a refusal, so that the race outlasts the budget. */
  readonly rest?: number
  /** Counts through a resilient ledger with this deadline, and what is pending in this file; without, on Redis directly. */
  readonly resilient?: { readonly deadline: number; readonly pending: string }
}

type RaceLedger = Pick<Ledger, 'reserve' | 'dispatched' | 'settle' | 'close'>

/** Milliseconds until somebody whom the store did not answer asks again. */
const RETRY_AFTER = 50

/** Between 1,000 and 10,000, the same for a number each time. */
const amountOf = (n: number) => 1000 + ((n * 7919) % 9001)

async function open({ url, resilient }: RaceOrders): Promise<RaceLedger> {
  const redis = createRedisLedger({ url })
  if (!resilient) {
    await redis.ping()
    return redis
  }
  const journal = openPendingFile(resilient.pending, { onError: fail })
  const ledger = createResilientLedger({
    primary: redis,
    local: () => createMemoryLedger({ clock: systemClock }),
    clock: systemClock,
    deadline: resilient.deadline,
    share: 1,
    journal,
  })
  const close = async () => {
    while (ledger.pending() > 0) await delay(20)
    if (ledger.dropped() > 0) throw new Error(`${ledger.dropped()} calls were dropped`)
    await ledger.close()
    journal.close()
  }
  return { ...ledger, close }
}

function fail(error: Error): never {
  throw error
}

async function race(orders: RaceOrders): Promise<void> {
  const { log, name, pairs, inFlight, limit, ttl, hold, rest } = orders
  const ledger = await open(orders)
  const note = (event: RaceEvent) => appendFileSync(log, `${JSON.stringify(event)}\n`)
  let next = 0
  let left = pairs
  const ask = async (id: string, amount: number) => {
    const claim = { bucket: RACE_BUCKET, amount, limit, mode: 'hard', onStoreDown: 'refuse' } as const
    const begun = performance.now()
    try {
      return await ledger.reserve({ id, claims: [claim], ttl, onLost: 'charge' })
    } catch (error) {
      if (!orders.resilient || !(error instanceof LedgerUnavailable)) throw error
      note({ kind: 'unavailable', id, took: performance.now() - begun })
      return undefined
    }
  }
  const worker = async () => {
    while (left > 0) {
      left -= 1
      const n = next++
      const id = `${name}-${n}`
      const amount = amountOf(n)
      const used = Math.floor(amount / 20)
      note({ kind: 'asking', id, amount })
      const got = await ask(id, amount)
      if (!got) {
        left += 1
        await delay(RETRY_AFTER)
        continue
      }
      if (got.kind === 'other-window') throw new Error('a bucket for life has no windows')
      const { committed = 0, reserved = 0 } = got.states[0] ?? {}
      note({ kind: got.kind, id, amount, committed, reserved })
      if (got.kind === 'exhausted') {
        if (rest !== undefined) await delay(rest)
        continue
      }
      // Three of four ask a provider, so that a lease lost here is charged in full, and one is released.
      if (n % 4 !== 0) {
        await ledger.dispatched(id)
        note({ kind: 'dispatched', id, used })
        if (hold !== undefined && n % 32 === 1) await delay(hold)
      }
      note({ kind: 'settling', id, used })
      await ledger.settle(id, [used])
      note({ kind: 'settled', id, used })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  await ledger.close()
}

const orders = process.argv[2]
if (orders !== undefined && process.argv[1]?.endsWith('ledger-racer.js')) await race(JSON.parse(orders))
