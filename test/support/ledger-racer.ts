import { appendFileSync } from 'node:fs'
import { createRedisLedger } from '../../io/ledger/redis-ledger.js'
import type { Bucket } from '../../policies/budget/ledger.js'

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
  | { readonly kind: 'dispatched' | 'settling' | 'settled'; readonly id: string; readonly used: number }

/** What a racer is told, as JSON in its only argument. */
export interface RaceOrders {
  readonly url: string
  readonly log: string
  readonly name: string
  readonly pairs: number
  readonly inFlight: number
  readonly limit: number
  readonly ttl: number
}

/** Between 1,000 and 10,000, the same for a number each time. */
const amountOf = (n: number) => 1000 + ((n * 7919) % 9001)

async function race({ url, log, name, pairs, inFlight, limit, ttl }: RaceOrders): Promise<void> {
  const ledger = createRedisLedger({ url })
  const note = (event: RaceEvent) => appendFileSync(log, `${JSON.stringify(event)}\n`)
  await ledger.ping()
  let next = 0
  const worker = async () => {
    while (next < pairs) {
      const n = next++
      const id = `${name}-${n}`
      const amount = amountOf(n)
      const used = Math.floor(amount / 20)
      note({ kind: 'asking', id, amount })
      const claim = { bucket: RACE_BUCKET, amount, limit, mode: 'hard', onStoreDown: 'refuse' } as const
      const got = await ledger.reserve({ id, claims: [claim], ttl, onLost: 'charge' })
      if (got.kind === 'other-window') throw new Error('a bucket for life has no windows')
      const { committed = 0, reserved = 0 } = got.states[0] ?? {}
      note({ kind: got.kind, id, amount, committed, reserved })
      if (got.kind === 'exhausted') continue
      // Three of four ask a provider, so that a lease lost here is charged in full, and one is released.
      if (n % 4 !== 0) {
        await ledger.dispatched(id)
        note({ kind: 'dispatched', id, used })
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
