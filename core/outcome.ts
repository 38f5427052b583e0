import type { Audit } from './audit.js'
import type { ChatRequest, FinishReason, Usage } from './chat.js'
import type { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import type { Identity } from './identity.js'
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
  /** The name of the key that it was asked with, where its provider has several. */
  readonly credential?: string
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

/** What one lease holds of counters of budgets and limits, or takes from them: amounts by the counters' keys, in the lease's order. */
export interface LeaseAmounts {
  readonly lease: string
  readonly amounts: readonly (readonly [bucket: string, amount: number])[]
}

/** One client request from arrival to its last bill. */
export interface Outcome {
  readonly id: string
  readonly path: string
  /** Who called; absent where nobody could tell. */
  readonly identity?: Identity
  /** The version of the settings that it was judged by. */
  readonly policyVersion: string
  /** How it was classified. */
  readonly label?: string
  /** The names of the targets that it might have gone to, best first; empty where it was not admitted. */
  readonly chain: readonly string[]
  /** `refused` before any attempt, `complete`, or `cut` by the client or a provider. */
  readonly how: 'refused' | 'complete' | 'cut'
  /** The status that the client got (or would have got); `CLIENT_GONE` where it did not wait for one. */
  readonly status: number
  readonly error?: GatewayError
  /** What was asked for; the messages are let go before the answer's end. */
  readonly request?: Omit<ChatRequest, 'messages'>
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

/** A provider that is about to be asked. */
export interface Asked {
  /** The client's request. */
  readonly id: string
  /** Which attempt it is, from 1. */
  readonly attempt: number
  readonly target: Target
  /** The name that the client used, or that of the model which replaces it. */
  readonly model: string
  readonly identity: Identity
  /** What is held for the request. */
  readonly leases: readonly LeaseAmounts[]
}

/** Told of every request that reached Tollgate, refused ones included. Must not throw. */
export interface Observer {
  asked?(asked: Asked): void
  /** Everything is known of a request with attempts, and `charges` are about to be made. What must outlive a crash is kept before this resolves. */
  settling?(outcome: Outcome, charges: readonly LeaseAmounts[]): Promise<void> | void
  /** Once per request, when all is done. */
  ended(outcome: Outcome): void
}
