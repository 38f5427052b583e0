import { type Spread, spread } from './statistics.js'

/** What the worker processes used for one job. CPU is in microseconds, one entry for each worker. */
export interface CoresRound {
  readonly requests: number
  readonly cpu: readonly number[]
}

/** What several workers can do against one. */
export interface CoresFigures {
  /** Requests per second of the process that is busy first, as a multiple of what one worker does. */
  readonly capacity: Spread
  /** CPU per request, all workers together, as a multiple of one worker's. */
  readonly cost: Spread
  /** The busiest worker's share of the CPU, 1 / workers being even. */
  readonly busiest: Spread
}

/**
 * Compares rounds in pairs, `one` with one worker. Capacity is told by CPU and not by the clock, because on the machine that measures, client, provider
 * and Envoy need the same cores: a worker is through with its core when it has used a second of it, and all of them together have then
 * served what they serve in a second.
 */
export function coresFigures(one: readonly CoresRound[], several: readonly CoresRound[]): CoresFigures {
  const pairs = several.flatMap((round, index) => {
    const before = one[index]
    return before === undefined ? [] : [[before, round] as const]
  })
  const perBusySecond = ({ requests, cpu }: CoresRound) => requests / Math.max(...cpu)
  const perRequest = ({ requests, cpu }: CoresRound) => sum(cpu) / requests
  return {
    capacity: spread(pairs.map(([before, round]) => perBusySecond(round) / perBusySecond(before))),
    cost: spread(pairs.map(([before, round]) => perRequest(round) / perRequest(before))),
    busiest: spread(several.map(({ cpu }) => Math.max(...cpu) / sum(cpu))),
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
