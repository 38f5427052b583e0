import { join } from 'node:path'
import { openJournal } from '../io/ledger/journal.js'
import { createMemoryLedger } from '../io/ledger/memory-ledger.js'
import { createRedisLedger } from '../io/ledger/redis-ledger.js'
import { createResilientLedger } from '../io/ledger/resilient-ledger.js'
import { systemClock } from '../io/system-clock.js'
import type { Ledger } from '../policies/budget/ledger.js'
import { startRedis } from '../test/support/redis.js'
import { type ServerCounts, serverCounts } from './ledger-counts.js'
import { type LedgerRound, ledgerLines, ledgerResults, ledgerTable } from './ledger-figures.js'
import { measureMemory } from './ledger-memory.js'
import { measureRedis, type RedisLoad } from './ledger-redis.js'
import { type Claims, ledgerRequests, SLICE, SLICES, USED, USERS } from './ledger-requests.js'
import type { Form } from './parts.js'
import { writeFigures } from './results.js'
import { emptyWorkspace } from './workspace.js'

const PAIR = { inFlight: 50, steps: 'reserve, settle' } as const

interface Size {
  readonly rounds: number
  /** Requests per round in memory, over Redis at 50 in flight, and one after another. */
  readonly memory: number
  readonly redis: number
  readonly single: number
}

const FULL: Size = { rounds: 5, memory: 30_000, redis: 10_000, single: 2000 }
const QUICK: Size = { rounds: 3, memory: 10_000, redis: 3000, single: 500 }

/**
 * What counting costs: a reservation of four claims and its end, in memory with and without a journal, and on a real Redis.
 * `full` writes the `ledger` part of `bench/results.json` and the second table in `docs/benchmarks.md`. Returns 1 when a goal
 * is missed.
 */
export async function benchLedger(form: Form): Promise<number> {
  const size = form === 'full' ? FULL : QUICK
  const { rounds, redis } = await measureRounds(size)
  const lines = ledgerLines(rounds)
  const table = ledgerTable(lines)
  console.log(`\n${table}\n`)
  if (form === 'full') {
    const versions = { node: process.versions.node, redis }
    writeFigures({ ledger: ledgerResults(lines, versions, size.rounds) }, 'ledger', table)
  }
  const missed = lines.filter(({ goal }) => goal?.verdict === 'missed')
  for (const { what, unit, goal } of missed) console.log(`missed: ${what} ${goal?.bound} ${goal?.limit} ${unit}`)
  return missed.length === 0 ? 0 : 1
}

async function measureRounds(size: Size): Promise<{ rounds: readonly LedgerRound[]; redis: string }> {
  console.log('ledger: starting Redis')
  const server = await startRedis({ appendOnly: 'none' })
  try {
    const ledgers = openLedgers(server.url)
    const counts = async () => serverCounts(await server.command('INFO', 'all'))
    const round = createRound(ledgers, size, counts)
    try {
      console.log('ledger: warming up')
      const filled = await fillRolling(server.url, counts)
      await round()
      const rounds: LedgerRound[] = []
      for (let n = 0; n < size.rounds; n++) {
        console.log(`ledger: round ${n + 1} of ${size.rounds}`)
        rounds.push(await round())
      }
      const all = size.rounds + 1
      await checkSettled('memory', ledgers.memory, all * size.memory)
      await checkSettled('memory with journal', ledgers.journaled, all * size.memory)
      await checkSettled('Redis', ledgers.redis, filled + all * (3 * size.redis + size.single))
      ledgers.checkHealthy()
      return { rounds, redis: (await counts()).version }
    } finally {
      await ledgers.close()
    }
  } finally {
    await server.stop()
  }
}

/** The ledgers as `tollgate serve` makes them, and memory without its journal. */
function openLedgers(redisUrl: string) {
  const clock = systemClock
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken ??= error
  }
  const journal = openJournal(join(emptyWorkspace('bench-ledger'), 'journal'), { onError })
  const memory = createMemoryLedger({ clock })
  const journaled = createMemoryLedger({ clock, journal })
  const redis = createResilientLedger({
    primary: createRedisLedger({ url: redisUrl }),
    local: () => createMemoryLedger({ clock }),
    clock,
    share: 1,
    // What is measured is the work: on a busy machine a slow answer must not turn into an outage.
    deadline: 10_000,
  })
  return {
    memory,
    journaled,
    redis,
    checkHealthy() {
      if (broken) throw broken
      if (redis.pending() + redis.dropped() > 0) throw new Error('Redis has not got every call')
    },
    close: async () => {
      for (const ledger of [memory, journaled, redis]) await ledger.close()
    },
  }
}

/**
 * Puts something into every slice of the rolling windows but the last: a window in use for an hour is full.
 * Returns how many requests that took.
 */
async function fillRolling(url: string, counts: () => Promise<ServerCounts>): Promise<number> {
  let age = 0
  const ledger = createRedisLedger({ url, offset: () => -age })
  try {
    for (let slice = SLICES - 1; slice > 0; slice--) {
      age = slice * SLICE
      await measureRedis(ledger, ledgerRequests(`fill-${slice}`, USERS, 'rolling', systemClock.now()), PAIR, counts)
    }
  } finally {
    await ledger.close()
  }
  return (SLICES - 1) * USERS
}

/** Gives a function that measures every row once, with requests that no round before had. */
function createRound(
  { memory, journaled, redis }: ReturnType<typeof openLedgers>,
  size: Size,
  counts: () => Promise<ServerCounts>,
): () => Promise<LedgerRound> {
  let series = 0
  const requests = (count: number, claims: Claims) =>
    ledgerRequests((series++).toString(16).padStart(8, '0'), count, claims, systemClock.now())
  const onRedis = (count: number, claims: Claims, load: RedisLoad) =>
    measureRedis(redis, requests(count, claims), load, counts)
  return async () => ({
    memory: measureMemory(memory, requests(size.memory, 'hierarchy')),
    journaled: measureMemory(journaled, requests(size.memory, 'hierarchy')),
    oneClaim: await onRedis(size.redis, 'key', PAIR),
    fourClaims: await onRedis(size.redis, 'hierarchy', PAIR),
    dispatched: await onRedis(size.redis, 'hierarchy', { ...PAIR, steps: 'reserve, dispatched, settle' }),
    rolling: await onRedis(size.redis, 'rolling', PAIR),
    single: await onRedis(size.single, 'hierarchy', { ...PAIR, inFlight: 1 }),
  })
}

/** A ledger that forgets would look cheap. */
async function checkSettled(name: string, ledger: Ledger, requests: number): Promise<void> {
  const [state] = await ledger.list('organization')
  if (state?.committed === requests * USED && state.reserved === 0) return
  const holds = `${state?.committed} committed and ${state?.reserved} reserved`
  throw new Error(`${name} holds ${holds} after ${requests} requests of ${USED}`)
}
