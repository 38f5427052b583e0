import type { Ledger } from '../policies/budget/ledger.js'
import type { ServerCounts } from './ledger-counts.js'
import type { LedgerRequest } from './ledger-requests.js'
import { percentile } from './statistics.js'

/** One run of requests over Redis. CPU is in microseconds per request, latency in milliseconds. */
export interface RedisMeasurement {
  readonly perSecond: number
  readonly clientCpu: number
  readonly serverCpu: number
  /** Scripts that the server ran by their hash, and by their text, per request. */
  readonly scripts: number
  /** How often the server found something to read on a connection, per request: at one in flight these are the round trips. */
  readonly reads: number
  readonly reserveP50: number
  readonly reserveP99: number
}

export interface RedisLoad {
  readonly inFlight: number
  /** `dispatched` is sent between the two, and nobody waits for it. */
  readonly steps: 'reserve, settle' | 'reserve, dispatched, settle'
}

/**
 * Reserves and settles every request, `inFlight` at a time from this process. Throws when a reservation is refused;
 * `counts` asks the server for what it has done so far.
 */
export async function measureRedis(
  ledger: Ledger,
  requests: readonly LedgerRequest[],
  { inFlight, steps }: RedisLoad,
  counts: () => Promise<ServerCounts>,
): Promise<RedisMeasurement> {
  const latencies: number[] = []
  let next = 0
  const worker = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const { lease, used } = request
      const asked = performance.now()
      const { kind } = await ledger.reserve(lease)
      latencies.push(performance.now() - asked)
      if (kind !== 'reserved') throw new Error(`the Redis ledger answered ${kind}`)
      if (steps === 'reserve, dispatched, settle') void ledger.dispatched(lease.id)
      await ledger.settle(lease.id, used)
    }
  }

  const serverBefore = await counts()
  const begun = performance.now()
  const cpuBefore = process.cpuUsage()
  await Promise.all(Array.from({ length: inFlight }, worker))
  const { user, system } = process.cpuUsage(cpuBefore)
  const seconds = (performance.now() - begun) / 1000
  const server = await counts()

  const each = (total: number) => total / requests.length
  return {
    perSecond: requests.length / seconds,
    clientCpu: each(user + system),
    serverCpu: each(server.cpuMicros - serverBefore.cpuMicros),
    scripts: each(server.scripts - serverBefore.scripts),
    // The second question was read, too.
    reads: each(server.reads - serverBefore.reads - 1),
    reserveP50: percentile(latencies, 0.5),
    reserveP99: percentile(latencies, 0.99),
  }
}
