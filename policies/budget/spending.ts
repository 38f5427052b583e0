import type { ChatRequest } from '../../core/chat.js'
import type { Clock } from '../../core/clock.js'
import { GatewayError } from '../../core/errors.js'
import type { Meter, PromptCount } from '../../core/meter.js'
import type { Call, Policy, Verdict, Watch } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'
import { all, then } from '../../core/transform.js'
import { type CompiledRules, claimsOf, compileRules, type MatchingRule, type RuleClaim } from './claims.js'
import { exhaustedError, lastToFree } from './exhausted.js'
import { forecastOf, type Tried, wouldReserve } from './explained.js'
import { withGranted } from './granted.js'
import { LEASE_TTL, type OpenLease, watchLease } from './lease.js'
import { type BucketState, type Ledger, LedgerUnavailable } from './ledger.js'
import { limitInForce } from './limit-in-force.js'
import { factsOf } from './match.js'
import type { Renewals } from './renewals.js'
import { type Bound, boundOf, clampOutput, webSearchesAt } from './reservation.js'
import type { Rule } from './rules.js'

export interface SpendingOptions {
  readonly rules: readonly Rule[]
  readonly ledger: Ledger
  readonly clock: Clock
  readonly worstCost: Meter['worstCost']
  readonly countText: Meter['countText']
  /** An id that no other process makes. */
  newId(): string
  /** Resolves after so many milliseconds, or as soon as `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  readonly renewals: Renewals
  /** A request was refused, or would have been: `alert`. */
  exhausted(rule: Rule, what: 'refused' | 'alert'): void
  /** The ledger failed where nobody waits for it. */
  failed(error: unknown): void
}

/** How often a request that waits for a budget asks again at most, and when it is unknown when something is freed. */
const LONGEST_PAUSE = 250

/** A window may end between the reading of the clock and the store's answer; more often than so the clocks disagree. */
const MOST_WINDOWS = 4

/**
 * Budgets and limits in one: every rule that counts a request holds a part of it before any provider is asked, all of them in one
 * atomic step, and the reservation is settled with what was really used. What is exhausted refuses, waits, goes to another
 * model, or only alerts, as its rule says.
 */
export function spending(options: SpendingOptions): Policy {
  const rules = withGranted(compileRules(options.rules))
  const reserve: Ledger['reserve'] = (lease) => options.ledger.reserve(lease)
  const watch = (lease: OpenLease) => watchLease(lease, options)
  return {
    name: 'spending',
    admit: (request, call) =>
      admitted({ options, rules, request, call, startedAt: options.clock.monotonic(), reserve, watch, tried: ignored }),
    async explain(request, call) {
      const tried: Tried[] = []
      const clock = { ...options.clock, now: () => call.receivedAt }
      const verdict = await admitted({
        options: { ...options, clock, exhausted() {} },
        ...{ rules, request, call },
        // It has waited as long as any rule lets it.
        startedAt: Number.NEGATIVE_INFINITY,
        reserve: wouldReserve(options.ledger),
        watch: () => undefined,
        tried: (one) => tried.push(one),
      })
      return { verdict, details: { tried: tried.map(forecastOf) } }
    },
  }
}

const ignored = () => {}

/** At once where the ledger answers at once, and nobody has to wait. */
function admitted(admitting: Admitting): Verdict | Promise<Verdict> {
  const { request, call } = admitting
  try {
    const verdict = admitAs(admitting, request.model, call.targets, [request.model])
    return verdict instanceof Promise ? verdict.catch(unavailable) : verdict
  } catch (cause) {
    return unavailable(cause)
  }
}

function unavailable(cause: unknown): Verdict {
  if (!(cause instanceof LedgerUnavailable)) throw cause
  const message = 'The store of budgets and limits does not answer.'
  return { kind: 'refuse', error: new GatewayError('upstream_unavailable', message, { retryAfter: 1, cause }) }
}

interface Admitting {
  readonly options: SpendingOptions
  readonly rules: CompiledRules
  readonly request: ChatRequest
  readonly call: Call
  readonly startedAt: number
  readonly reserve: Ledger['reserve']
  /** What a lease becomes that was reserved. */
  watch(lease: OpenLease): Watch | undefined
  /** What a reservation was asked for, and found. */
  tried(tried: Tried): void
}

/** Admits the request as one for `model`; `tried` are the models it was already counted as. */
function admitAs(
  admitting: Admitting,
  model: string,
  chain: readonly Target[],
  tried: readonly string[],
): Verdict | Promise<Verdict> {
  const { rules, request, call } = admitting
  const matching = rules.matching(factsOf(call, model, chain))
  if (matching.length === 0) return { kind: 'continue', request, targets: chain }

  const { targets, unpriced } = payable(admitting, chain, matching)
  if (targets.length === 0) return { kind: 'refuse', error: unpricedError(model, unpriced) }
  const counts = targets.map((target) => call.countPrompt(request, target))
  return then(all(counts), (prompts) => {
    const plan = planOrTooLarge(admitting, matching, targets, prompts)
    if (plan instanceof GatewayError) return { kind: 'refuse', error: plan }
    return then(hold(admitting, plan), (held) => {
      if (held.kind === 'gone') return held
      return held.kind === 'reserved' ? verdictOn(admitting, held) : otherwise(admitting, held, tried)
    })
  })
}

/** Another model where all rules that refuse say so, and it was not tried before; else the refusal. */
function otherwise(
  admitting: Admitting,
  held: Extract<Held, { kind: 'exhausted' }>,
  tried: readonly string[],
): Verdict | Promise<Verdict> {
  const { options, call } = admitting
  const refusing = held.refusing.map((index) => held.claims[index]?.rule).filter((rule) => rule !== undefined)
  const next = refusing.every(({ onExhausted }) => onExhausted.kind === 'use') ? refusing[0]?.onExhausted : undefined
  const other = next?.kind === 'use' && !tried.includes(next.model) ? next.model : undefined
  const otherTargets = other === undefined ? undefined : call.targetsOf(other)
  if (other !== undefined && otherTargets) {
    return admitAs(admitting, other, otherTargets, [...tried, other])
  }
  const last = lastToFree(held, options.clock.now())
  const rule = held.claims[last]?.rule
  if (rule) options.exhausted(rule, 'refused')
  return { kind: 'refuse', error: exhaustedError(held, last, options.clock.now()) }
}

/** Under a budget in dollars only targets with a known price can be asked. */
function payable({ options, request }: Admitting, chain: readonly Target[], matching: readonly MatchingRule[]) {
  const inDollars = matching.find(({ rule }) => rule.unit === 'usd' && rule.onExhausted.kind !== 'alert')
  if (!inDollars) return { targets: chain, unpriced: undefined }
  const now = options.clock.now()
  const isPriced = (target: Target) =>
    options.worstCost(1, 1, target, now, webSearchesAt(request, target)) !== undefined
  const targets = chain.every(isPriced) ? chain : chain.filter(isPriced)
  return { targets, unpriced: inDollars.rule }
}

function unpricedError(model: string, rule: Rule | undefined): GatewayError {
  const message = `The budget '${rule?.name}' counts dollars, and no price is known for '${model}'.`
  return new GatewayError('model_not_allowed', message, { param: 'model' })
}

/** A request as it may be sent: whom it may go to and how much it may use. */
interface Plan {
  readonly matching: readonly MatchingRule[]
  readonly targets: readonly Target[]
  readonly prompts: readonly PromptCount[]
  readonly assumeOutput: number
  readonly bound: Bound
  /** Lower than what the client allows, so that it fits. */
  readonly clamp: number | undefined
}

function planFor(
  { options, request }: Admitting,
  matching: readonly MatchingRule[],
  targets: readonly Target[],
  prompts: readonly PromptCount[],
  clamp?: number,
): Plan {
  let assumeOutput = Number.NEGATIVE_INFINITY
  for (const { rule } of matching) assumeOutput = Math.max(assumeOutput, rule.assumeOutput)
  const clamped = clamp === undefined ? request : { ...request, maxOutputTokens: clamp }
  const bound = boundOf(clamped, targets, prompts, {
    assumeOutput,
    now: options.clock.now(),
    worstCost: options.worstCost,
  })
  return { matching, targets, prompts, assumeOutput, bound, clamp }
}

/** Nobody's answer is that long, but a client may say so. */
function planOrTooLarge(...[admitting, ...rest]: Parameters<typeof planFor>): Plan | GatewayError {
  try {
    return planFor(admitting, ...rest)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    return new GatewayError('malformed_request', cause.message, { cause })
  }
}

type Held = { readonly plan: Plan; readonly claims: readonly RuleClaim[]; readonly states: readonly BucketState[] } & (
  | { readonly kind: 'reserved'; readonly id: string }
  | { readonly kind: 'exhausted'; readonly refusing: readonly number[] }
)

/**
 * Reserves what the plan needs: a smaller answer where that is allowed and fits, later where the rules say to wait. Nothing is
 * asked for a client that has not waited.
 */
function hold(admitting: Admitting, plan: Plan): OrGone<Held> | Promise<OrGone<Held>> {
  return then(reserve(admitting, plan), (held) =>
    held.kind === 'reserved' ? held : holdLessOrLater(admitting, plan, held),
  )
}

type OrGone<T> = T | { readonly kind: 'gone' }

async function holdLessOrLater(
  admitting: Admitting,
  first: Plan,
  refused: Extract<Held, { kind: 'exhausted' }>,
): Promise<OrGone<Held>> {
  const { options, call } = admitting
  let plan = first
  for (let held: Held = refused; ; held = await reserve(admitting, plan)) {
    if (held.kind === 'reserved') return held
    // Others may take more between the two questions: each time it gets smaller, so this ends.
    const clamp = clampFor(admitting, plan, held)
    if (clamp > 0 && clamp < (plan.clamp ?? Number.POSITIVE_INFINITY)) {
      plan = planFor(admitting, plan.matching, plan.targets, plan.prompts, clamp)
      continue
    }
    const pause = pauseFor(admitting, held)
    if (pause === undefined) return held
    const signal = call.signal()
    await options.wait(pause, signal)
    if (signal.aborted) return { kind: 'gone' }
    plan = first
  }
}

function reserve(
  admitting: Admitting,
  plan: Plan,
  now = admitting.options.clock.now(),
  windows = 1,
): Held | Promise<Held> {
  const { bound } = plan
  const amounts = {
    usd: () => (bound.usd === 'unpriced' ? 0 : bound.usd),
    tokens: bound.promptTokens + bound.outputTokens,
    inputTokens: bound.promptTokens,
    outputTokens: bound.outputTokens,
  }
  const claims = claimsOf(plan.matching, amounts, now)
  const id = admitting.options.newId()
  const onLost = claims.every(isReleasedWhenLost) ? 'release' : 'charge'
  const asked = admitting.reserve({ id, claims: claims.map(claimIn), ttl: LEASE_TTL, onLost })
  return then(asked, (answer) => {
    switch (answer.kind) {
      case 'reserved': {
        const { states } = answer
        admitting.tried({ claims, states, refusing: NONE })
        return { kind: 'reserved', states, id, plan, claims }
      }
      case 'exhausted': {
        const { states, refusing } = answer
        admitting.tried({ claims, states, refusing })
        return { kind: 'exhausted', states, refusing, plan, claims }
      }
      case 'other-window': {
        if (windows < MOST_WINDOWS) return reserve(admitting, plan, answer.now, windows + 1)
        throw new LedgerUnavailable('the store and this process do not agree on the time')
      }
    }
  })
}

const NONE: readonly number[] = []
const isReleasedWhenLost = ({ rule }: RuleClaim) => rule.onLost === 'release'
const claimIn = ({ claim }: RuleClaim) => claim

/** The most output tokens that every refusing rule still pays for; 0 where one of them does not allow a smaller answer. */
function clampFor({ options, request }: Admitting, plan: Plan, held: Extract<Held, { kind: 'exhausted' }>): number {
  const bound = { assumeOutput: plan.assumeOutput, now: options.clock.now(), worstCost: options.worstCost }
  const fits = held.refusing.map((index) => {
    const { rule, claim } = held.claims[index] ?? {}
    const state = held.states[index]
    if (!rule?.clampOutput || !claim || !state) return 0
    const remaining = limitInForce(claim, state) - state.committed - state.reserved
    return clampOutput(remaining, rule.unit, request, plan.targets, plan.prompts, bound)
  })
  return Math.min(...fits)
}

/** How long to wait before asking again; undefined when the rules do not say so, or the request has waited long enough. */
function pauseFor({ options, startedAt }: Admitting, held: Extract<Held, { kind: 'exhausted' }>): number | undefined {
  const waited = options.clock.monotonic() - startedAt
  let pause = LONGEST_PAUSE
  for (const index of held.refusing) {
    const { rule, claim } = held.claims[index] ?? {}
    const onExhausted = rule?.onExhausted
    if (onExhausted?.kind !== 'wait' || waited >= onExhausted.atMost) return undefined
    // It would not fit into the whole limit.
    if (!rule?.clampOutput && claim && claim.amount > limitInForce(claim, held.states[index])) return undefined
    const frees = held.states[index]?.freesIn ?? LONGEST_PAUSE
    pause = Math.min(pause, onExhausted.atMost - waited, Math.max(5, frees))
  }
  return pause
}

function verdictOn({ options, request, watch }: Admitting, held: Extract<Held, { kind: 'reserved' }>): Verdict {
  const { plan, claims, states } = held
  const { bound, clamp } = plan
  claims.forEach(({ rule, claim }, index) => {
    if (claim.mode !== 'soft') return
    const state = states[index]
    if (state && state.committed + state.reserved > limitInForce(claim, state)) {
      options.exhausted(rule, 'alert')
    }
  })
  const openEnded = clamp === undefined && bound.capNeeded && request.stream
  const lease: OpenLease = {
    id: held.id,
    claims,
    states,
    promptTokens: bound.promptTokens,
    searching: { n: request.n, webSearch: request.webSearch },
    openEnd: openEnded ? { tokens: bound.outputTokens, step: plan.assumeOutput } : undefined,
  }
  const capped = clamp !== undefined || (bound.capNeeded && !request.stream)
  const outputCap = capped ? bound.outputPerChoice : undefined
  return { kind: 'continue', request, targets: plan.targets, watch: watch(lease), outputCap }
}
