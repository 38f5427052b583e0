import type { Audit } from './audit.js'
import type { ChatEvent, ChatRequest } from './chat.js'
import type { ContentOf, SourceOf } from './content.js'
import { GatewayError } from './errors.js'
import type { Failure } from './failure.js'
import type { Identity } from './identity.js'
import type { JsonObject, JsonValue } from './json.js'
import type { PromptCount } from './meter.js'
import type { AttemptReport, LeaseAmounts, Outcome } from './outcome.js'
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
  readonly content: RequestContent
  /** What the policies before this one have found in it. */
  readonly notes: Notes
  /** The guard set that the request's route asks for. */
  readonly guardSet?: string
  /** Counted once per target and request, however many policies ask, and only if one does. */
  countPrompt(request: ChatRequest, target: Target): PromptCount | Promise<PromptCount>
  /** No less than the `tokens` of that count, without counting. */
  promptCeiling(request: ChatRequest, target: Target): number | Promise<number>
  /**
   * Aborted once the client has gone. It costs something only where it is asked for: a policy that waits for long (for a budget,
   * for another service) passes it on, and answers `gone` when it finds it aborted.
   */
  readonly signal: () => AbortSignal
}

/** A request as its client wrote it, for policies that read or replace what is in it. */
export interface RequestContent {
  /** As the policies before left it; of a form its text fields. */
  readonly body: JsonObject
  /** Undefined in dialects that do not say: nobody can tell what is content there. */
  readonly contentOf: ContentOf | undefined
  /** Undefined where nobody can tell who has written what. */
  readonly sourceOf: SourceOf | undefined
  /** The names of files in a form. */
  readonly files: readonly string[]
  /** Whether some object has a name twice, so that a provider may read another value than `body` has. */
  duplicates(): boolean
  /** What readers of this content keep for the next one, each under a symbol of its own; a `WeakMap` would keep it all until V8's next full collection. */
  readonly kept: { [reader: symbol]: unknown }
}

/** What policies tell those after them of a request's content. */
export interface Notes {
  /** How many values of each kind the filter of personal data has found, whatever has become of them. */
  readonly found: Readonly<Record<string, number>>
  /** The guards that let it pass and have something against it, or could not say. */
  readonly hits: readonly string[]
  /** How it is classified; undefined where nobody does that. */
  readonly label?: string
}

/** One rule about requests and their answers, both halves in one place. */
export interface Policy {
  readonly name: string
  admit(request: ChatRequest, call: Call): Verdict | Promise<Verdict>
  /**
   * What `admit` would say, and why, found out by the same code: nobody else is asked, nothing is held, counted or told. Absent where a
   * policy cannot say that.
   */
  explain?(request: ChatRequest, call: Call): Explained | Promise<Explained>
}

/** What a policy would do with a request. */
export interface Explained {
  /** As far as it is known here; its watch is of no use. */
  readonly verdict: Verdict
  /** Names of who would be asked, and might say otherwise. */
  readonly unasked?: readonly string[]
  /** Why: names of the configuration, counts and amounts, never content. */
  readonly details: JsonObject
}

export type Verdict =
  | {
      readonly kind: 'continue'
      readonly request: ChatRequest
      /** Another chain: shorter, reordered, or another model's; never empty. */
      readonly targets?: readonly Target[]
      /** The most output tokens of one choice that the provider is told to give; only ever lowers what the client asked for. */
      readonly outputCap?: number
      /** Which targets of a model may have the request at all, also those of a model that a later policy takes instead. */
      readonly only?: (target: Target, model: string) => boolean
      readonly notes?: Partial<Notes>
      readonly watch?: Watch
    }
  /** The client's own body with other values of these top-level members; it is read anew, and goes on as if the client had sent it. */
  | {
      readonly kind: 'rewrite'
      readonly members: Readonly<Record<string, JsonValue>>
      readonly notes?: Partial<Notes>
      readonly watch?: Watch
    }
  /** The policy answers itself, e.g. from a cache. */
  | { readonly kind: 'answer'; readonly events: readonly ChatEvent[] }
  | { readonly kind: 'refuse'; readonly error: GatewayError; readonly watch?: Watch }
  /** The client hung up while the policy waited: nobody gets an answer. */
  | { readonly kind: 'gone' }

/** The response half of a policy, sharing state with `admit` by closure. */
export interface Watch {
  /**
   * Sees and may change every event of the answer that reaches the client; one transform per attempt, undefined where it is none of
   * its business. What a policy did to the request first is undone last: answers pass the watches in the reverse order.
   */
  transform?(): AsyncTransform<ChatEvent, ChatEvent> | undefined
  /**
   * Hears every event of the answer as it goes to the client, and changes nothing: an answer that would pass unchanged still does. One
   * per attempt, also of those whose answer the client never sees; undefined where it is none of its business. Must not throw.
   */
  hears?(): ((event: ChatEvent) => void) | undefined
  /**
   * Told before each provider is asked, with what became of the attempts before: those that failed may have been billed. What it
   * throws keeps this provider from being asked, and is this attempt's failure.
   */
  asked?(target: Target, earlier: readonly AttemptReport[]): void | Promise<void>
  /** Headers for the client's response, asked for when it begins. */
  headers?(): Readonly<Record<string, string>>
  /**
   * Asked while a stream runs, after more of it has been read and before that goes to the client; nothing flows until it has
   * answered. `stop` ends the answer as one that ran into its length limit, and the provider is cut off; `over` cuts it off where
   * this watch has given the client the end of every choice.
   */
  progress?(answer: Progress): Passage | Promise<Passage>
  /** The client sees an answer, and no further attempt will be made: what only another one would need can be let go. */
  seen?(): void
  /** Told of each failed attempt, as soon as it has failed. */
  failed?(failure: Failure): void
  /**
   * Sees and may change the JSON of an answer that is not read into events, of an API that stands alone; of a stream each event's.
   * An answer that is plain text is a string.
   */
  document?(value: JsonValue): JsonValue
  /** Asked when the exchange is over. */
  audits?(): readonly Audit[]
  /** What it holds of budgets at the moment. */
  holds?(): LeaseAmounts
  /** What `settle` will take from them. */
  charges?(outcome: Outcome): LeaseAmounts
  /** Called exactly once, when the exchange is over; also when a later policy refused the request. */
  settle?(outcome: Outcome): Promise<void> | void
}

export type Passage = 'go' | 'stop' | 'over'

/** How far an answer has come; good for the moment in which it is given. */
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
      readonly notes: Notes
    }
  | {
      readonly kind: 'answered'
      readonly events: readonly ChatEvent[]
      readonly watches: readonly Watch[]
      readonly notes: Notes
    }
  | {
      readonly kind: 'refused'
      readonly error: GatewayError
      readonly watches: readonly Watch[]
      readonly notes: Notes
    }
  | { readonly kind: 'gone'; readonly watches: readonly Watch[]; readonly notes: Notes }

/** Reads the client's body anew, with other values of these members; throws what is wrong with it then. */
export type Rewrite = (members: Readonly<Record<string, JsonValue>>) => Reread | Promise<Reread>

/** What a body asks for that was read anew. */
interface Reread {
  readonly request: ChatRequest
  readonly content: RequestContent
}

/** Asks one policy. What it throws or rejects with refuses: nothing that the policy was meant to stop gets past it. */
export type AskPolicy = (policy: Policy, request: ChatRequest, call: Call) => Verdict | Promise<Verdict>

const admit: AskPolicy = (policy, request, call) => policy.admit(request, call)

/**
 * Runs the policies in order, each on what the one before left. Watches of the policies that had already admitted the
 * request come back in every case, so that their halves can be settled.
 */
export function admitAll(
  policies: readonly Policy[],
  request: ChatRequest,
  call: Call,
  rewrite: Rewrite,
  asking: AskPolicy = admit,
): Admission | Promise<Admission> {
  const watches: Watch[] = []
  let outputCap: number | undefined
  const from = (index: number, current: ChatRequest, call: Call): Admission | Promise<Admission> => {
    const policy = policies[index]
    const { notes } = call
    if (!policy) return { kind: 'admitted', request: current, targets: call.targets, outputCap, watches, notes }
    return then(ask(policy, current, call, asking), (verdict) => {
      if (verdict.kind === 'gone') return { kind: 'gone', watches, notes }
      if (verdict.kind === 'answer') return { kind: 'answered', events: verdict.events, watches, notes }
      if (verdict.watch) watches.push(verdict.watch)
      if (verdict.kind === 'refuse') return { kind: 'refused', error: verdict.error, watches, notes }
      if (verdict.kind === 'rewrite') {
        return then(reread(policy, rewrite, verdict.members), (read) => {
          if (read instanceof GatewayError) return { kind: 'refused', error: read, watches, notes }
          return from(
            index + 1,
            read.request,
            changed(call, { notes: notesOf(call, verdict.notes), content: read.content }),
          )
        })
      }
      if (verdict.outputCap !== undefined) outputCap = Math.min(verdict.outputCap, outputCap ?? verdict.outputCap)
      return from(index + 1, verdict.request, narrowed(call, notesOf(call, verdict.notes), verdict))
    })
  }
  return from(0, request, call)
}

function notesOf(call: Call, notes: Partial<Notes> | undefined): Notes {
  if (notes === undefined) return call.notes
  const { found, hits, label } = call.notes
  return {
    found: Object.assign({}, found, notes.found),
    hits: notes.hits === undefined ? hits : [...hits, ...notes.hits],
    label: notes.label ?? label,
  }
}

function narrowed(call: Call, notes: Notes, verdict: Extract<Verdict, { kind: 'continue' }>): Call {
  const { targets = call.targets, only, request } = verdict
  if (only === undefined) {
    return targets === call.targets && notes === call.notes ? call : changed(call, { notes, targets })
  }
  return changed(call, {
    notes,
    targets: targets.filter((target) => only(target, request.model)),
    targetsOf(model) {
      const allowed = call.targetsOf(model)?.filter((target) => only(target, model))
      return allowed?.length === 0 ? undefined : allowed
    },
  })
}

/** Written out: see docs/decisions/0037-objects-per-request.md. */
function changed(call: Call, to: Partial<Pick<Call, 'notes' | 'content' | 'targets' | 'targetsOf'>>): Call {
  return {
    id: call.id,
    identity: call.identity,
    targets: to.targets ?? call.targets,
    targetsOf: to.targetsOf ?? call.targetsOf,
    receivedAt: call.receivedAt,
    content: to.content ?? call.content,
    notes: to.notes ?? call.notes,
    guardSet: call.guardSet,
    countPrompt: call.countPrompt,
    promptCeiling: call.promptCeiling,
    signal: call.signal,
  }
}

function reread(
  { name }: Policy,
  rewrite: Rewrite,
  members: Parameters<Rewrite>[0],
): Reread | GatewayError | Promise<Reread | GatewayError> {
  const failed = (cause: unknown) => (cause instanceof GatewayError ? cause : failure(name, cause))
  try {
    const read = rewrite(members)
    return read instanceof Promise ? read.catch(failed) : read
  } catch (cause) {
    return failed(cause)
  }
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

/** What all of them hold of budgets. */
export function leasesOf(watches: readonly Watch[]): readonly LeaseAmounts[] {
  return watches.flatMap((watch) => watch.holds?.() ?? [])
}

/** Ends the watches of a request that is over, one after the other. */
export function settleAll(watches: readonly Watch[], outcome: Outcome, from = 0): void | Promise<void> {
  for (let index = from; index < watches.length; index++) {
    const settled = watches[index]?.settle?.(outcome)
    if (settled instanceof Promise) return settled.then(() => settleAll(watches, outcome, index + 1))
  }
}

const NO_AUDITS: readonly Audit[] = []

/** What the policies that read content have to say of a request. */
export function auditsOf(watches: readonly Watch[]): readonly Audit[] {
  return watches.some(({ audits }) => audits) ? watches.flatMap((watch) => watch.audits?.() ?? []) : NO_AUDITS
}

/** A policy that throws refuses: nothing it was meant to stop gets past it. */
function ask(policy: Policy, request: ChatRequest, call: Call, asking: AskPolicy): Verdict | Promise<Verdict> {
  const refuse = (cause: unknown): Verdict => {
    if (cause instanceof GatewayError) return { kind: 'refuse', error: cause }
    return { kind: 'refuse', error: failure(policy.name, cause) }
  }
  try {
    const verdict = asking(policy, request, call)
    return verdict instanceof Promise ? verdict.catch(refuse) : verdict
  } catch (cause) {
    return refuse(cause)
  }
}

/**
 * Throws the error for what a policy's response half threw. It is no fault of the provider's, and what the policy was meant to stop must
 * not get past it.
 */
export function watchFailed(cause: unknown): never {
  if (cause instanceof GatewayError) throw cause
  throw new GatewayError('internal_error', 'A policy failed on this answer.', { cause })
}

function failure(policy: string, cause: unknown): GatewayError {
  return new GatewayError('internal_error', `The policy '${policy}' failed on this request.`, { cause })
}
