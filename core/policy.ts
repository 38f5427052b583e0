import type { ChatEvent, ChatRequest } from './chat.js'
import { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import type { Identity } from './identity.js'
import type { PromptCount } from './meter.js'
import type { AttemptReport, Outcome } from './outcome.js'
import type { Target } from './settings.js'
import { type AsyncTransform, then } from './transform.js'

/** What a policy may know of the request beside its content. */
export interface Call {
  readonly id: string
  readonly identity: Identity
  /** The chain as the policies before this one left it, best first. */
  readonly targets: readonly Target[]
  /** The chain of another configured model for the same kind of request; undefined where there is none. */
  targetsOf(model: string): readonly Target[] | undefined
  /** Milliseconds since the epoch at arrival. */
  readonly receivedAt: number
  /** Counted once per target and request, however many policies ask, and only if one does. */
  countPrompt(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount>
  /** No less than the `tokens` of that count, without counting. */
  promptCeiling(request: ChatRequest, target: Target): number
  /**
   * Aborted once the client has gone. It costs something only where it is asked for: a policy that waits for long (for a budget,
   * for another service) passes it on, and answers `gone` when it finds it aborted.
   */
  readonly signal: () => AbortSignal
}

/** One rule about requests and their answers, both halves in one place. */
export interface Policy {
  readonly name: string
  admit(request: ChatRequest, call: Call): Verdict | Promise<Verdict>
}

export type Verdict =
  | {
      readonly kind: 'continue'
      readonly request: ChatRequest
      /** Another chain: shorter, reordered, or another model's; never empty. */
      readonly targets?: readonly Target[]
      /** The most output tokens of one choice that the provider is told to give; only ever lowers what the client asked for. */
      readonly outputCap?: number
      readonly watch?: Watch
    }
  /** The policy answers itself, e.g. from a cache. */
  | { readonly kind: 'answer'; readonly events: readonly ChatEvent[] }
  | { readonly kind: 'refuse'; readonly error: GatewayError }
  /** The client hung up while the policy waited: nobody gets an answer. */
  | { readonly kind: 'gone' }

/** The response half of a policy, sharing state with `admit` by closure. */
export interface Watch {
  /** Sees and may change every event of the answer that reaches the client; one transform per attempt. */
  transform?(): AsyncTransform<ChatEvent, ChatEvent>
  /**
   * Told before each provider is asked, with what became of the attempts before: those that failed may have been billed. What it
   * throws keeps this provider from being asked, and is this attempt's failure.
   */
  asked?(target: Target, earlier: readonly AttemptReport[]): void | Promise<void>
  /** Headers for the client's response, asked for when it begins. */
  headers?(): Readonly<Record<string, string>>
  /**
   * Asked while a stream runs, after more of it has been read and before that goes to the client; nothing flows until it has
   * answered. `stop` ends the answer as one that ran into its length limit, and the provider is cut off.
   */
  progress?(answer: Progress): Passage | Promise<Passage>
  /** Told of each failed attempt, as soon as it has failed. */
  failed?(failure: Failure): void
  /** Called exactly once, when the exchange is over; also when a later policy refused the request. */
  settle?(outcome: Outcome): Promise<void> | void
}

export type Passage = 'go' | 'stop'

/** How far an answer has come. */
export interface Progress {
  readonly target: Target
  /** UTF-16 units of generated text so far, over all choices; reasoning and tool calls included. */
  readonly length: number
  /** That text from a position on. */
  textFrom(position: number): string
}

export type Admission =
  | {
      readonly kind: 'admitted'
      readonly request: ChatRequest
      readonly targets: readonly Target[]
      readonly outputCap?: number
      readonly watches: readonly Watch[]
    }
  | { readonly kind: 'answered'; readonly events: readonly ChatEvent[]; readonly watches: readonly Watch[] }
  | { readonly kind: 'refused'; readonly error: GatewayError; readonly watches: readonly Watch[] }
  | { readonly kind: 'gone'; readonly watches: readonly Watch[] }

/**
 * Runs the policies in order, each on what the one before left. Watches of the policies that had already admitted the
 * request come back in every case, so that their halves can be settled.
 */
export function admitAll(
  policies: readonly Policy[],
  request: ChatRequest,
  call: Call,
): Admission | Promise<Admission> {
  const watches: Watch[] = []
  let outputCap: number | undefined
  const from = (index: number, current: ChatRequest, targets: readonly Target[]): Admission | Promise<Admission> => {
    const policy = policies[index]
    if (!policy) return { kind: 'admitted', request: current, targets, outputCap, watches }
    return then(ask(policy, current, targets === call.targets ? call : { ...call, targets }), (verdict) => {
      if (verdict.kind === 'refuse') return { kind: 'refused', error: verdict.error, watches }
      if (verdict.kind === 'gone') return { kind: 'gone', watches }
      if (verdict.kind === 'answer') return { kind: 'answered', events: verdict.events, watches }
      if (verdict.watch) watches.push(verdict.watch)
      if (verdict.outputCap !== undefined) outputCap = Math.min(verdict.outputCap, outputCap ?? verdict.outputCap)
      return from(index + 1, verdict.request, verdict.targets ?? targets)
    })
  }
  return from(0, request, call.targets)
}

/** Tells the watches of a provider that is asked next, one after the other. */
export function tellAsked(
  watches: readonly Watch[],
  target: Target,
  earlier: readonly AttemptReport[],
  from = 0,
): void | Promise<void> {
  for (let index = from; index < watches.length; index++) {
    const told = watches[index]?.asked?.(target, earlier)
    if (told instanceof Promise) return told.then(() => tellAsked(watches, target, earlier, index + 1))
  }
}

/** A policy that throws refuses: nothing it was meant to stop gets past it. */
function ask(policy: Policy, request: ChatRequest, call: Call): Verdict | Promise<Verdict> {
  const refuse = (cause: unknown): Verdict => {
    if (cause instanceof GatewayError) return { kind: 'refuse', error: cause }
    const error = new GatewayError('internal_error', `The policy '${policy.name}' failed on this request.`, { cause })
    return { kind: 'refuse', error }
  }
  try {
    const verdict = policy.admit(request, call)
    return verdict instanceof Promise ? verdict.catch(refuse) : verdict
  } catch (cause) {
    return refuse(cause)
  }
}
