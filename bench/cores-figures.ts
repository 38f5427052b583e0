import { type Spread, spread } from './statistics.js'

/** What the worker processes used for one job. CPU is in microseconds, one entry for each worker. */
export interface CoresRound {
  readonly requests: number
  readonly cpu: readonly number[]
}

/** What several workers can do against one. */
export interface CoresFigures {
  /** Requests per second with all of them busy, as a multiple of what one does. */
  readonly capacity: Spread
  /** CPU per request, all workers together, as a multiple of one worker's. */
  readonly cost: Spread
  /** The busiest worker's share of the CPU, 1 / workers being even. */
  readonly busiest: Spread
}

/**
 * Compares rounds in pairs, `one` with one worker. Capacity is told by CPU and not by the clock, because on the machine that measures, client, provider
 * and Envoy need the same cores: a process can serve as many requests per second as it serves in a second of its CPU. How even they were busy is
 * told apart: clients that wait for their answers send more to the one that happened to be quicker, and none is idle once all have enough.
 */
export function coresFigures(one: readonly CoresRound[], several: readonly CoresRound[]): CoresFigures {
  const costs = several.flatMap((round, index) => {
    const before = one[index]
    return before === undefined ? [] : [{ cost: perRequest(round) / perRequest(before), workers: round.cpu.length }]
  })
  return {
    capacity: spread(costs.map(({ cost, workers }) => workers / cost)),
    cost: spread(costs.map(({ cost }) => cost)),
    busiest: spread(several.map(({ cpu }) => Math.max(...cpu) / sum(cpu))),
  }
}

const perRequest = ({ requests, cpu }: CoresRound) => sum(cpu) / requests
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
