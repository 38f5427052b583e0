import { connectRedis } from '../ledger/redis-connection.js'
import { unlessAborted } from './redis-call.js'
import { SPEND_ADD, SPEND_POSITION, SPEND_READ } from './redis-scripts.js'
import type { SpendCell, SpendStore } from './spend-store.js'
import { type Amounts, cellsOf, HOUR, MEASURES, type Sums, sumsOf } from './sums.js'

export interface RedisSpendStoreOptions {
  /** As the ledger of budgets has it. */
  readonly url: string
  readonly prefix: string
}

/** Of the keys' layout (`redis-scripts.ts`). */
const SCHEMA = 'v1'
/** Hours that one script reads: Redis does nothing else meanwhile. */
const HOURS_AT_ONCE = 12
/** Milliseconds that one script may take to answer. */
const DEADLINE = 10_000

/**
 * Keeps the sums in Redis, where all installations that share it add to the same ones. A batch and the position of its source go in
 * as one step.
 */
export function createRedisSpendStore({ url, prefix }: RedisSpendStoreOptions): SpendStore {
  const keys = ['positions', 'hours'].map((part) => `{${prefix}}:spend:${SCHEMA}:${part}`)
  const connection = connectRedis(
    url,
    { spendAdd: SPEND_ADD, spendPosition: SPEND_POSITION, spendRead: SPEND_READ },
    keys,
  )
  const run = (script: string, args: readonly (string | number)[], signal: AbortSignal) =>
    unlessAborted(connection.run(script, args), signal)
  const position = async (source: string, signal: AbortSignal) =>
    Number(await run('spendPosition', [source], withDeadline(signal)))

  return {
    name: 'spend',
    position,
    async write(source, rows, signal) {
      const last = rows.at(-1)
      let before = last === undefined ? 0 : await position(source, signal)
      // Somebody else may write for a source that has moved; each time it is further on.
      while (last !== undefined && last.seq > before) {
        const after = before
        const fresh = sumsOf(rows.filter(({ seq }) => seq > after))
        const found = Number(await run('spendAdd', [source, before, last.seq, ...words(fresh)], withDeadline(signal)))
        if (found === before) return
        before = found
      }
    },
    async read(from, to) {
      const end = Math.ceil(to / HOUR)
      const cells: SpendCell[] = []
      for (let hour = Math.ceil(from / HOUR); hour < end; hour += HOURS_AT_ONCE) {
        const hours = Array.from({ length: Math.min(HOURS_AT_ONCE, end - hour) }, (_, index) => hour + index)
        const replies = await run('spendRead', hours, AbortSignal.timeout(DEADLINE))
        hours.forEach((each, index) => {
          cells.push(...cellsOf(each, placesIn(Array.isArray(replies) ? replies[index] : [])))
        })
      }
      return cells
    },
    close: connection.close,
  }
}

/** For each cell: hour, place, how many amounts are not zero, and those with their measures' numbers. */
function words(sums: Sums): readonly (string | number)[] {
  return [...sums].flatMap(([hour, places]) =>
    [...places].flatMap(([place, amounts]) => {
      const present = amounts.flatMap((amount, index) => (amount === 0n ? [] : [index, String(amount)]))
      return [hour, place, present.length / 2, ...present]
    }),
  )
}

/** Reads an hour's hash, as Redis lists it: fields and values in turn. */
function placesIn(reply: unknown): ReadonlyMap<string, Amounts> {
  const flat: readonly string[] = Array.isArray(reply) ? reply.map(String) : []
  const names = new Map<string, string>()
  const amounts = new Map<string, bigint[]>()
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const field = flat[index] ?? ''
    const value = flat[index + 1] ?? ''
    const [, id, measure] = /^(\d+):(\d+)$/.exec(field) ?? []
    if (field.startsWith('[')) names.set(value, field)
    else if (id !== undefined && measure !== undefined) {
      const own = amounts.get(id) ?? MEASURES.map(() => 0n)
      amounts.set(id, own)
      own[Number(measure)] = BigInt(value)
    }
  }
  return new Map([...amounts].map(([id, own]) => [names.get(id) ?? '', own] as const).filter(([place]) => place !== ''))
}

function withDeadline(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)])
}
