import type { Audit } from './audit.js'
import type { ChatRequest, FinishReason, Usage } from './chat.js'
import type { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import type { PromptCount } from './meter.js'
import type { NanoUsd } from './money.js'
import type { Target } from './settings.js'

/** Where an attempt's usage figures come from; `none` when it produced nothing to count. */
export type UsageSource = 'provider' | 'counted' | 'none'

/** What became of one call to one target. */
export interface AttemptReport {
  readonly target: Target
  /** `served`: its answer went to the client; `failed`: it did not, see `error`; `cancelled`: the client hung up first. */
  readonly outcome: 'served' | 'failed' | 'cancelled'
  readonly error?: GatewayError
  /** The provider's HTTP status; absent when it never answered. */
  readonly status?: number
  /** The provider's own id of the request. */
  readonly upstreamId?: string
  readonly usage: Usage
  readonly usageSource: UsageSource
  /** Undefined when the model has no known price. */
  readonly cost?: NanoUsd
  readonly finish?: FinishReason
  /** Milliseconds from the attempt's start to its first content, and to its end. */
  readonly firstTokenMs?: number
  readonly durationMs: number
}

/** The status of a request whose client hung up before there was anything to answer; nobody gets it. */
export const CLIENT_GONE = 499

/** One client request from arrival to its last bill. */
export interface Outcome {
  readonly id: string
  readonly path: string
  /** `refused` before any attempt, `complete`, or `cut` by the client or a provider. */
  readonly how: 'refused' | 'complete' | 'cut'
  /** The status that the client got (or would have got); `CLIENT_GONE` where it did not wait for one. */
  readonly status: number
  readonly error?: GatewayError
  readonly request?: ChatRequest
  /** The prompt as counted for the first target; absent where nothing needed the count. */
  readonly prompt?: PromptCount
  readonly attempts: readonly AttemptReport[]
  /** Why attempts gave no answer, in order; also those that could not even be made. */
  readonly failures: readonly Failure[]
  /** Sum over all attempts; undefined when one of them that used tokens has no price. */
  readonly cost?: NanoUsd
  readonly dropped: readonly string[]
  /** Of each policy that read the request's content, what it did. */
  readonly audits: readonly Audit[]
  /** Milliseconds: whole exchange; arrival to the client's first content; Tollgate's own synchronous work. */
  readonly durationMs: number
  readonly firstTokenMs?: number
  readonly overheadMs: number
}

/** Told once for every request that reached Tollgate, refused ones included. Must not throw. */
export interface Observer {
  ended(outcome: Outcome): void
}
