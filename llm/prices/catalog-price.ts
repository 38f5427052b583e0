import { type ConditionalPrice, calcPrice, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices'
import { picoPerToken } from './pico.js'
import type { Price, Rate } from './price.js'
import { searchFee } from './search-fee.js'

/** Our provider kinds under the catalog's names; a kind that is not here has the same name there, if it is there. */
const CATALOG_NAMES: Readonly<Record<string, string>> = {
  bedrock: 'aws',
  'bedrock-converse': 'aws',
  'bedrock-invoke': 'aws',
  gemini: 'google',
  vertex: 'google',
  xai: 'x-ai',
}

/** Endpoints of which only the protocol is known: the same model may cost anything there. */
const UNPRICED_KINDS = new Set(['compatible', 'ollama', 'vllm'])

interface Dated {
  readonly constraint: ConditionalPrice['constraint']
  readonly price: Price | undefined
}

// The catalog matches names by trying thousands of patterns; each pair of kind and model is looked up once.
const known = new Map<string, readonly Dated[]>()
const MOST_KNOWN = 4096

/** The price that the catalog shipped with us has for a model at the time `now`; it is never fetched anew. */
export function catalogPrice(providerKind: string, model: string, now: number): Price | undefined {
  const key = `${providerKind}\n${model}`
  let dated = known.get(key)
  if (dated === undefined) {
    dated = lookUp(providerKind, model)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(key, dated)
  }
  return (dated.findLast(({ constraint }) => holds(constraint, now)) ?? dated[0])?.price
}

/** What the catalog knows of a model, found by its name and, where given, its provider. */
export function catalogModel(model: string, providerId?: string): ModelInfo | undefined {
  return calcPrice({ input_tokens: 0, output_tokens: 0 }, model, providerId === undefined ? {} : { providerId })?.model
}

function lookUp(providerKind: string, model: string): readonly Dated[] {
  if (UNPRICED_KINDS.has(providerKind)) return []
  const provider = CATALOG_NAMES[providerKind] ?? providerKind
  // Google's names may begin with their kind or their maker.
  const name = provider === 'google' ? model.replace(/^(models|google|anthropic)\//, '') : model
  const found = catalogModel(name, provider)
  if (found === undefined) return []
  const isClaude = found.id.includes('claude')
  const fee = searchFee(providerKind, model)
  const prices: readonly ConditionalPrice[] = Array.isArray(found.prices) ? found.prices : [{ prices: found.prices }]
  return prices.map(({ constraint, prices }) => {
    const price = toPrice(prices, isClaude)
    return { constraint, price: price && { ...price, ...fee } }
  })
}

/** Dates and times of day are UTC; a window that ends before it starts runs over midnight. */
function holds(constraint: ConditionalPrice['constraint'], now: number): boolean {
  if (constraint === undefined) return true
  if (constraint.type === 'start_date') return now >= Date.parse(constraint.start_date)
  const time = (now % DAY) / 1000
  const start = secondOfDay(constraint.start_time)
  const end = secondOfDay(constraint.end_time)
  return end < start ? time >= start || time < end : time >= start && time < end
}

const DAY = 86_400_000

/** Reads `16:30:00Z` or `16:30:00+02:00` as seconds after midnight UTC. */
function secondOfDay(time: string): number {
  const at = Date.parse(`1970-01-02T${time}`)
  return (at % DAY) / 1000
}

/**
 * Undefined without a rate for input, and with one for citations (Perplexity's deep research): the model is billed by
 * something else than the tokens that its usage reports.
 */
function toPrice(prices: ModelPrice, isClaude: boolean): Price | undefined {
  const input = rateOf(prices['input_mtok'])
  if (input === undefined || prices['output_citation_mtok'] !== undefined) return undefined
  const cachedInput = rateOf(prices['cache_read_mtok'])
  const cacheWrite = rateOf(prices['cache_write_mtok'])
  // Anthropic's documented price of a one-hour cache write is twice the input's.
  const cacheWrite1h = rateOf(prices['cache_write_1h_mtok']) ?? (isClaude && cacheWrite ? twice(input) : undefined)
  const audioInput = rateOf(prices['input_audio_mtok'])
  const audioOutput = rateOf(prices['output_audio_mtok'])
  return {
    input,
    // Embeddings have no output to pay for.
    output: rateOf(prices['output_mtok']) ?? { base: 0n, tiers: [] },
    ...(cachedInput && { cachedInput }),
    ...(cacheWrite && { cacheWrite }),
    ...(cacheWrite1h && { cacheWrite1h }),
    ...(audioInput && { audioInput }),
    ...(audioOutput && { audioOutput }),
  }
}

function rateOf(price: ModelPrice[string]): Rate | undefined {
  if (price === undefined) return undefined
  if (typeof price === 'number') return { base: picoPerToken(price), tiers: [] }
  const tiers = price.tiers.map((tier) => ({ above: tier.start, price: picoPerToken(tier.price) }))
  return { base: picoPerToken(price.base), tiers: tiers.sort((a, b) => a.above - b.above) }
}

function twice(rate: Rate): Rate {
  return { base: rate.base * 2n, tiers: rate.tiers.map(({ above, price }) => ({ above, price: price * 2n })) }
}
