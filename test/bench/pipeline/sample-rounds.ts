import type { Measurement } from '../../../bench/measure.js'
import type { Rounds } from '../../../bench/pipeline/rounds.js'

const latency = { p50: 2, p99: 4, max: 5 }

/** What a job cost: CPU of the processor in microseconds, for 10 good requests and 100 chunks. */
export function measurement(processorCpu: number | undefined, p50 = 2): Measurement {
  const counted = processorCpu === undefined ? { messages: 0, streams: 0 } : { messages: 70, streams: 20 }
  return {
    report: {
      ...{ outcomes: { ok: 10 }, seconds: 1, frames: 100 },
      ...{ whole: { ...latency, p50 }, firstFrame: latency, gap: latency },
    },
    chunks: 100,
    envoyCpu: 500,
    ...(processorCpu === undefined ? {} : { processorCpu, rssMiB: { before: 80, after: 90, most: 100 } }),
    messages: counted,
  }
}

/** Rounds of whole answers and streams: the two-level no-op took 1,000 microseconds in each, the others what is given. */
export function roundsOf(costs: {
  readonly pass: readonly number[]
  readonly full: readonly number[]
  readonly restore: readonly number[]
}): Rounds {
  const noops = (values: readonly number[], cost: number) => values.map(() => measurement(cost))
  return {
    json: {
      bare: costs.full.map(() => measurement(undefined)),
      noopOne: noops(costs.full, 500),
      noopTwo: noops(costs.full, 1000),
      pass: costs.pass.map((cost) => measurement(cost)),
      full: costs.full.map((cost) => measurement(cost)),
    },
    stream: { noopTwo: noops(costs.restore, 1000), restore: costs.restore.map((cost) => measurement(cost)) },
    single: {
      bare: costs.full.map((_, round) => measurement(undefined, 1 + round)),
      full: costs.full.map((_, round) => measurement(0, 1.5 + round)),
    },
    rate: {},
    many: {},
  }
}
