import type { Sink } from '../billing/sink.js'

/** What was spent in one hour by one combination of who and where. */
export interface SpendCell {
  /** When the hour begins, milliseconds since the epoch, UTC. */
  readonly hour: number
  readonly model: string
  readonly provider: string
  /** The provider's name for the model. */
  readonly upstreamModel: string
  readonly team?: string
  readonly user?: string
  readonly organization?: string
  readonly key?: string
  readonly route?: string
  readonly label?: string
  readonly tags: Readonly<Record<string, string>>
  readonly amounts: SpendAmounts
}

/** Sums over attempts. `requests` counts each request once, by its last attempt. */
export interface SpendAmounts {
  readonly requests: number
  readonly attempts: number
  /** Attempts that failed, were cancelled or got lost. */
  readonly failed: number
  readonly promptTokens: number
  readonly cachedTokens: number
  readonly cacheWriteTokens: number
  readonly completionTokens: number
  readonly reasoningTokens: number
  /** Integer nano-dollars. */
  readonly nano: bigint
  /** Attempts that used tokens whose price nobody knows. */
  readonly unpriced: number
}

/** Sums of the ledger's rows, for reports. It is fed as a sink, and holds each row exactly once. */
export interface SpendStore extends Sink {
  /** The cells of all hours that begin in a span of time (ms since the epoch, `to` exclusive). Rejects when the store does not answer. */
  read(from: number, to: number): Promise<readonly SpendCell[]>
}
