import { z } from 'zod'

/** What the load generator is to do. */
export const jobSchema = z.object({
  url: z.string(),
  connections: z.number(),
  requests: z.number(),
  /** No request starts after this many seconds, whatever `requests` says. */
  seconds: z.number().default(Number.MAX_SAFE_INTEGER),
  /** A model name that the address under test knows. */
  model: z.string(),
  stream: z.enum(['no', 'yes']),
  promptBytes: z.number(),
  /** Content chunks of a streamed answer, and the milliseconds between them. */
  chunks: z.number().default(0),
  intervalMs: z.number().default(0),
  /** The client hangs up after this many frames. */
  hangUpAfter: z.number().optional(),
  timeoutMs: z.number().default(30_000),
  /** Sent with every request. */
  headers: z.record(z.string(), z.string()).default({}),
  /** What every prompt also says, for policies to find. */
  mention: z.string().default(''),
  /** Whether the chunks of a stream may arrive put together, as policies do that hold text back. */
  merged: z.enum(['no', 'yes']).default('no'),
  /** Requests begin at this many per second, whether or not earlier ones were answered; `connections` is then the most at once. */
  rate: z.number().optional(),
  /** Over how long the connections are opened, evenly. */
  rampMs: z.number().default(0),
  /** Gaps between chunks count from this moment of the job on. */
  gapsFromMs: z.number().default(0),
  /** Every request carries a context of its own, signed with this, as the relay wants it. */
  contextSecret: z.string().optional(),
})

/** Frames of a stream beside its content chunks: the role, the finish reason and `[DONE]`. */
export const EXTRA_FRAMES = 3

export type Job = z.input<typeof jobSchema>

const latencySchema = z.object({ p50: z.number(), p99: z.number(), max: z.number() })

/** Milliseconds. */
export type Latency = z.infer<typeof latencySchema>

/** What came of a job. Latencies count good answers only. */
export const reportSchema = z.object({
  /**
   * How many requests ended how: `ok`, `hung up` (by us), `status N`, `cut` (a stream without its end), `frames N`
   * (other than asked for), `text` (of a merged stream), `body`, `timeout`, or a socket's error code.
   */
  outcomes: z.record(z.string(), z.number()),
  seconds: z.number(),
  frames: z.number(),
  whole: latencySchema,
  firstFrame: latencySchema,
  gap: latencySchema,
})

export type Report = z.infer<typeof reportSchema>

/** Outcomes that were not to happen, as `kind: count`; empty when there are none. */
export function failures(
  report: Report,
  isExpected: (outcome: string) => boolean = (outcome) => outcome === 'ok',
): readonly string[] {
  return Object.entries(report.outcomes)
    .filter(([outcome]) => !isExpected(outcome))
    .map(([outcome, count]) => `${outcome}: ${count}`)
}

/** How many requests the job made in all. */
export function total(report: Report): number {
  return Object.values(report.outcomes).reduce((sum, count) => sum + count, 0)
}
