import { catalogPrice } from './catalog-price.js'
import { picoPerSearch, picoPerToken } from './pico.js'
import { type SearchFee, searchFee } from './search-fee.js'

/** A price in pico-dollars per token; above a prompt of so many tokens another one holds, for the whole request. */
export interface Rate {
  readonly base: bigint
  /** In rising order of `above`. */
  readonly tiers: readonly { readonly above: number; readonly price: bigint }[]
}

/**
 * What a model costs. A missing rate means that those tokens pay what `costOf` says, a missing fee that nobody knows what
 * searches cost.
 */
export interface Price extends Partial<SearchFee> {
  readonly input: Rate
  readonly output: Rate
  readonly cachedInput?: Rate
  /** Cache writes that live five minutes (or however long the vendor's default is). */
  readonly cacheWrite?: Rate
  readonly cacheWrite1h?: Rate
  readonly audioInput?: Rate
  readonly audioOutput?: Rate
}

/** A configured price in USD per million tokens, and per thousand searches of the web, with up to six decimals. */
export interface PriceOverride {
  readonly input: number
  readonly output: number
  readonly cachedInput?: number | undefined
  readonly cacheWrite?: number | undefined
  readonly cacheWrite1h?: number | undefined
  readonly webSearch?: number | undefined
}

/**
 * The price of a model at a provider of this kind at the time `now` (milliseconds since the epoch): the override by the
 * target's model name, else the price catalog's. An override without a fee for searches leaves the one that is known.
 * Undefined where nobody knows a price, which is not the same as free.
 */
export function priceFor(
  providerKind: string,
  model: string,
  now: number,
  overrides?: ReadonlyMap<string, PriceOverride>,
): Price | undefined {
  const override = overrides?.get(model)
  if (override === undefined) return catalogPrice(providerKind, model, now)
  return overridden(override, providerKind, model)
}

/** Only a memo, as each request asks several times: what it holds follows from its keys. */
const known = new WeakMap<PriceOverride, Map<string, Price>>()

function overridden(override: PriceOverride, providerKind: string, model: string): Price {
  const prices = known.get(override) ?? new Map<string, Price>()
  known.set(override, prices)
  const key = `${providerKind}\n${model}`
  let price = prices.get(key)
  if (price === undefined) {
    price = { ...overriddenPrice(override), ...overriddenFee(override, searchFee(providerKind, model)) }
    prices.set(key, price)
  }
  return price
}

function overriddenFee({ webSearch }: PriceOverride, known: SearchFee | undefined): SearchFee | undefined {
  return webSearch === undefined ? known : { ...known, webSearch: picoPerSearch(webSearch) }
}

function overriddenPrice(override: PriceOverride): Price {
  const { cachedInput, cacheWrite, cacheWrite1h } = override
  return {
    input: flat(override.input),
    output: flat(override.output),
    ...(cachedInput !== undefined && { cachedInput: flat(cachedInput) }),
    ...(cacheWrite !== undefined && { cacheWrite: flat(cacheWrite) }),
    ...(cacheWrite1h !== undefined && { cacheWrite1h: flat(cacheWrite1h) }),
  }
}

function flat(usdPerMillion: number): Rate {
  return { base: picoPerToken(usdPerMillion), tiers: [] }
}
