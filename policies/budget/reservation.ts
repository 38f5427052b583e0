import type { ChatRequest } from '../../core/chat.js'
import type { Meter, PromptCount } from '../../core/meter.js'
import type { AttemptReport } from '../../core/outcome.js'
import type { Target } from '../../core/settings.js'
import type { Used } from './claims.js'
import type { Unit } from './rules.js'

/** Searches of one choice where the client set no maximum: what a provider does without one is up to its model. */
const ASSUMED_SEARCHES = 10

export interface BoundOptions {
  /** Output tokens of one choice where the client set no cap. */
  readonly assumeOutput: number
  /** Milliseconds since the epoch; prices change. */
  readonly now: number
  readonly worstCost: Meter['worstCost']
}

/** How much one request may use at most, at whichever target of its chain serves it. */
export interface Bound {
  readonly promptTokens: number
  /** Reasoning included. */
  readonly outputPerChoice: number
  /** Over all choices. */
  readonly outputTokens: number
  /** Nano-dollars, for the dearest target, fees for searches included; `unpriced` when nobody knows the price of one of them. */
  readonly usd: number | 'unpriced'
  /** Whether this holds only if providers are told `outputPerChoice`: the client set no cap, or a higher one than the models have. */
  readonly capNeeded: boolean
}

/** `prompts` has one count per target. Throws a RangeError when an amount is beyond 2^53 - 1, which a ledger cannot hold. */
export function boundOf(
  request: ChatRequest,
  targets: readonly Target[],
  prompts: readonly PromptCount[],
  options: BoundOptions,
): Bound {
  const promptTokens = safe(largestPrompt(prompts))
  const outputPerChoice = outputOf(request, targets, options.assumeOutput)
  const outputTokens = safe(outputPerChoice * choicesOf(request.n))
  const cost = dearest(request, targets, prompts, outputTokens, options)
  if (cost !== undefined && cost > MAX_AMOUNT) throw new RangeError('This request may cost more than can be counted.')
  return {
    promptTokens,
    outputPerChoice,
    outputTokens,
    usd: cost === undefined ? 'unpriced' : Number(cost),
    capNeeded: request.maxOutputTokens !== outputPerChoice,
  }
}

/** What of a request says how often the web may be searched. */
export type Searching = Pick<ChatRequest, 'n' | 'webSearch'>

/** The most searches of the web that the request may be billed for at the target, over all choices. */
export function webSearchesAt({ n, webSearch }: Searching, target: Target): number {
  if (webSearch?.dialect !== target.upstream.provider.dialect.name) return 0
  return choicesOf(n) * (webSearch.most ?? ASSUMED_SEARCHES)
}

/**
 * The most output tokens of one choice that `remaining`, in a rule's unit, pays for after the prompt, never above
 * `boundOf`'s; 0 when not even the prompt fits, or without a price for dollars.
 */
export function clampOutput(
  remaining: number,
  unit: Unit,
  request: ChatRequest,
  targets: readonly Target[],
  prompts: readonly PromptCount[],
  options: BoundOptions,
): number {
  const most = outputOf(request, targets, options.assumeOutput)
  const choices = choicesOf(request.n)
  const upTo = (tokens: number) => Math.min(most, Math.max(0, Math.floor(tokens / choices)))
  switch (unit) {
    case 'usd':
      return largest(most, (output) => {
        const cost = dearest(request, targets, prompts, output * choices, options)
        return cost !== undefined && cost <= remaining
      })
    case 'tokens':
      return upTo(remaining - largestPrompt(prompts))
    case 'outputTokens':
      return upTo(remaining)
    case 'inputTokens':
      return remaining >= largestPrompt(prompts) ? most : 0
    case 'requests':
    case 'concurrent':
      return remaining >= 1 ? most : 0
  }
}

/** In the units that are used bit by bit; the request itself is one, whatever became of it. */
export interface UsedByAttempts extends Omit<Used, 'requests'> {
  /** Whether an attempt used something that nobody knows the price of; `usd` lacks it. */
  readonly unpriced: boolean
}

/**
 * What a request has used over all its attempts, failed ones included; one that was refused before any attempt has used
 * nothing. Amounts that a provider reports beyond 2^53 - 1 end there.
 */
export function usedBy(attempts: readonly AttemptReport[]): UsedByAttempts {
  let cost = 0n
  let input = 0
  let output = 0
  let unpriced = false
  for (const { cost: paid, usage, usageSource } of attempts) {
    if (paid === undefined) unpriced = true
    else cost += paid
    if (usageSource === 'none') continue
    input += reported(usage.prompt)
    output += reported(usage.completion)
  }
  return {
    usd: cost < MAX_AMOUNT ? Number(cost) : Number.MAX_SAFE_INTEGER,
    inputTokens: capped(input),
    outputTokens: capped(output),
    tokens: capped(input + output),
    unpriced,
  }
}

const MAX_AMOUNT = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * Output tokens of one choice. A client's own cap is lowered only to what every target is known to stay below; what is
 * assumed in its place is told to the provider and may be lower than a model of unknown size could give.
 */
function outputOf(request: ChatRequest, targets: readonly Target[], assumeOutput: number): number {
  const asked = request.maxOutputTokens
  let largest = 0
  for (const { limits } of targets) {
    if (limits.maxOutput === undefined && asked !== undefined) return asked
    largest = Math.max(largest, limits.maxOutput ?? 0)
  }
  return Math.min(asked ?? assumeOutput, largest || Number.POSITIVE_INFINITY)
}

const choicesOf = (n: number) => Math.max(1, n)

const largestPrompt = (prompts: readonly PromptCount[]) => Math.max(0, ...prompts.map(({ upperBound }) => upperBound))

/** The most that the dearest target may cost, each with the prompt as its own tokenizer counts it and the searches it may run. */
function dearest(
  request: ChatRequest,
  targets: readonly Target[],
  prompts: readonly PromptCount[],
  outputTokens: number,
  { now, worstCost }: BoundOptions,
): bigint | undefined {
  let most = 0n
  for (const [index, target] of targets.entries()) {
    const prompt = prompts[index]?.upperBound ?? largestPrompt(prompts)
    const cost = worstCost(prompt, outputTokens, target, now, webSearchesAt(request, target))
    if (cost === undefined) return undefined
    if (cost > most) most = cost
  }
  return most
}

/** The largest integer from 0 to `most` for which `fits`, which never holds again above one for which it does not. */
function largest(most: number, fits: (value: number) => boolean): number {
  if (fits(most)) return most
  let low = 0
  let high = most
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

function safe(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError('This request may use more tokens than can be counted.')
  return amount
}

const reported = (tokens: number | undefined) => (tokens !== undefined && tokens > 0 ? Math.trunc(tokens) : 0)

const capped = (amount: number) => Math.min(amount, Number.MAX_SAFE_INTEGER)
