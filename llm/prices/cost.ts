import type { Usage } from '../../core/chat.js'
import type { NanoUsd } from '../../core/money.js'
import type { Price, Rate } from './price.js'

/**
 * What `usage` costs, in nano-dollars, rounded half up once, on the total. Each token pays one rate: cached, cache-write
 * and audio tokens their own where the price has one, else the plain one of their direction; one-hour cache writes without
 * a rate pay as other cache writes. Reasoning tokens are output. Tokens that were not reported cost nothing. Undefined when
 * there were searches and nobody knows their fee.
 */
export function costOf(price: Price, usage: Usage): NanoUsd | undefined {
  const fee = feeOf(price, tokens(usage.webSearches ?? price.leastSearches))
  if (fee === undefined) return undefined
  const prompt = tokens(usage.prompt)
  const plain = { input: prompt, output: tokens(usage.completion) }

  /** Takes tokens out of the plain ones, never more than there are, and returns what they cost at their own rate. */
  const apart = (direction: 'input' | 'output', rate: Rate | undefined, reported: number | undefined): bigint => {
    if (rate === undefined || reported === undefined) return 0n
    const taken = Math.min(tokens(reported), plain[direction])
    plain[direction] -= taken
    return BigInt(taken) * at(rate, prompt)
  }

  const writes = tokens(usage.cacheWrite)
  const writes1h = price.cacheWrite1h === undefined ? 0 : Math.min(tokens(usage.cacheWrite1h), writes)
  const own =
    apart('input', price.cachedInput, usage.cachedPrompt) +
    apart('input', price.cacheWrite, writes - writes1h) +
    apart('input', price.cacheWrite1h, writes1h) +
    apart('input', price.audioInput, usage.audioPrompt) +
    apart('output', price.audioOutput, usage.audioCompletion)
  const pico =
    fee + own + BigInt(plain.input) * at(price.input, prompt) + BigInt(plain.output) * at(price.output, prompt)
  return (pico + 500n) / 1000n
}

/**
 * The most that a prompt and an answer of so many tokens can cost, in nano-dollars, rounded up: each token at the dearest rate
 * that may apply to it, whether it is plain, cached, written to a cache or audio, in any tier that a prompt of that size or
 * less can be in; with the fee for so many searches. Undefined when there may be searches and nobody knows their fee.
 */
export function worstCostOf(
  price: Price,
  promptTokens: number,
  completionTokens: number,
  webSearches = 0,
): NanoUsd | undefined {
  const fee = feeOf(price, Math.max(webSearches, price.leastSearches ?? 0))
  if (fee === undefined) return undefined
  const dearest = (...rates: readonly (Rate | undefined)[]): bigint => {
    let most = 0n
    for (const rate of rates) {
      if (!rate) continue
      if (rate.base > most) most = rate.base
      for (const tier of rate.tiers) if (promptTokens > tier.above && tier.price > most) most = tier.price
    }
    return most
  }
  const input = dearest(price.input, price.cachedInput, price.cacheWrite, price.cacheWrite1h, price.audioInput)
  const answer = BigInt(completionTokens) * dearest(price.output, price.audioOutput)
  const pico = fee + BigInt(promptTokens) * input + answer
  return (pico + 999n) / 1000n
}

/** What so many searches cost, in pico-dollars; undefined when nobody knows. */
function feeOf({ webSearch }: Price, searches: number): bigint | undefined {
  if (searches === 0) return 0n
  return webSearch === undefined ? undefined : BigInt(searches) * webSearch
}

/** The rate that holds for a request with a prompt of so many tokens. */
function at(rate: Rate, prompt: number): bigint {
  let price = rate.base
  for (const tier of rate.tiers) if (prompt > tier.above) price = tier.price
  return price
}

function tokens(reported: number | undefined): number {
  return reported !== undefined && reported > 0 ? Math.trunc(reported) : 0
}
