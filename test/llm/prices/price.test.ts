import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import type { Usage } from '../../../core/chat.js'
import { costOf } from '../../../llm/prices/cost.js'
import { priceFor } from '../../../llm/prices/price.js'

const NOW = Date.UTC(2026, 5, 1, 12)
const KINDS: readonly (readonly [string, string])[] = [
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['azure', 'azure'],
  ['bedrock', 'aws'],
  ['gemini', 'google'],
  ['mistral', 'mistral'],
  ['groq', 'groq'],
  ['deepseek', 'deepseek'],
  ['xai', 'x-ai'],
  ['cohere', 'cohere'],
  ['together', 'together'],
  ['fireworks', 'fireworks'],
  ['openrouter', 'openrouter'],
  ['cerebras', 'cerebras'],
  ['perplexity', 'perplexity'],
]

interface Sample {
  readonly usage: Usage
  readonly theirs: Readonly<Record<string, number>>
}

const SAMPLES: readonly Sample[] = [
  { usage: { prompt: 1234, completion: 567 }, theirs: { input_tokens: 1234, output_tokens: 567 } },
  { usage: { prompt: 250_001, completion: 1, reasoning: 1 }, theirs: { input_tokens: 250_001, output_tokens: 1 } },
  {
    usage: { prompt: 1000, cachedPrompt: 300, completion: 10 },
    theirs: { input_tokens: 1000, cache_read_tokens: 300, output_tokens: 10 },
  },
  {
    usage: { prompt: 300_000, cachedPrompt: 3, cacheWrite: 777, completion: 999 },
    theirs: { input_tokens: 300_000, cache_read_tokens: 3, cache_write_tokens: 777, output_tokens: 999 },
  },
  { usage: {}, theirs: { input_tokens: 0, output_tokens: 0 } },
]

test('costs are those of the price catalog for every model of many providers', () => {
  let compared = 0
  for (const [kind, providerId] of KINDS) {
    for (const { id } of findProvider({ providerId })?.models ?? []) {
      const price = priceFor(kind, id, NOW)
      if (price === undefined) continue
      for (const { usage, theirs } of SAMPLES) {
        const reference = calcPrice(theirs, id, { providerId, timestamp: new Date(NOW) })
        const requests = reference?.model_price['requests_kcount']
        const perRequest = typeof requests === 'number' ? requests / 1000 : 0
        const expected = ((reference?.total_price ?? Number.NaN) - perRequest) * 1e9
        // The catalog's token prices leave out that some models search before every answer.
        const ours = Number(costOf(price, { ...usage, webSearches: 0 }))
        assert.ok(
          Math.abs(ours - expected) <= 0.5 + expected * 1e-9,
          `${kind}/${id} ${JSON.stringify(usage)}: ${ours}, ${expected}`,
        )
        compared++
      }
    }
  }
  assert.ok(compared > 1000, `${compared}`)
})

test('one-hour cache writes have their own price, twice the input where the catalog has none', () => {
  const usage = { prompt: 1_000_000, cacheWrite: 1_000_000, cacheWrite1h: 1_000_000 }
  const sonnet = priceFor('anthropic', 'claude-sonnet-4-6', NOW)
  assert.equal(sonnet && costOf(sonnet, usage), 6_000_000_000n)
  const bedrock = priceFor('bedrock', 'us.anthropic.claude-3-7-sonnet-20250219-v1:0', NOW)
  assert.equal(bedrock && costOf(bedrock, usage), 6_000_000_000n)
  assert.equal(sonnet && costOf(sonnet, { ...usage, cacheWrite1h: 0 }), 3_750_000_000n)
})

test('the fee for a search is known where the vendor documents one', () => {
  const fee = (kind: string, model: string) => priceFor(kind, model, NOW)?.webSearch
  assert.equal(fee('anthropic', 'claude-sonnet-4-6'), 10_000_000_000n)
  assert.equal(fee('anthropic', 'claude-3-5-haiku-20241022'), 10_000_000_000n)
  assert.equal(fee('openai', 'gpt-4o-search-preview'), 25_000_000_000n)
  assert.equal(fee('openai', 'gpt-4o-mini-search-preview-2025-03-11'), 25_000_000_000n)
  assert.equal(fee('openai', 'gpt-4o'), undefined)
  assert.equal(fee('bedrock', 'us.anthropic.claude-3-7-sonnet-20250219-v1:0'), undefined)
  assert.equal(fee('gemini', 'gemini-3-flash-preview'), 14_000_000_000n)
  assert.equal(fee('gemini', 'models/gemini-2.5-flash'), 35_000_000_000n)
  assert.equal(fee('vertex', 'gemini-2.5-pro'), 35_000_000_000n)
  assert.equal(fee('vertex', 'claude-sonnet-4-5'), 10_000_000_000n)
  assert.equal(priceFor('openai', 'gpt-4o-search-preview', NOW)?.leastSearches, 1)
  assert.equal(priceFor('anthropic', 'claude-sonnet-4-6', NOW)?.leastSearches, undefined)
})

test("an override's fee for a search goes first, and without one the known fee stays", () => {
  const tokens = { input: 1, output: 2 }
  const of = (kind: string, model: string, webSearch?: number) =>
    priceFor(kind, model, NOW, new Map([[model, { ...tokens, webSearch }]]))
  assert.equal(of('compatible', 'm')?.webSearch, undefined)
  assert.equal(of('compatible', 'm', 5)?.webSearch, 5_000_000_000n)
  assert.equal(of('anthropic', 'claude-sonnet-4-6')?.webSearch, 10_000_000_000n)
  assert.equal(of('anthropic', 'claude-sonnet-4-6', 0)?.webSearch, 0n)
  const search = of('openai', 'gpt-5-search-api')
  assert.equal(search && costOf(search, { prompt: 1_000_000 }), 1_010_000_000n)
  const cheaper = of('openai', 'gpt-5-search-api', 4)
  assert.equal(cheaper && costOf(cheaper, { prompt: 1_000_000 }), 1_004_000_000n)
})

test('an override is worked out once for each model and kind of provider', () => {
  const override = { input: 1, output: 2 }
  const overrides = new Map([
    ['gpt-5-search-api', override],
    ['m', override],
  ])
  const first = priceFor('openai', 'm', NOW, overrides)
  assert.equal(priceFor('openai', 'm', NOW + 1, overrides), first)
  assert.equal(first?.webSearch, undefined)
  assert.equal(priceFor('openai', 'gpt-5-search-api', NOW, overrides)?.webSearch, 10_000_000_000n)
  assert.equal(priceFor('anthropic', 'gpt-5-search-api', NOW, overrides)?.webSearch, undefined)
})

test('audio pays its own rate', () => {
  const price = priceFor('openai', 'gpt-audio', NOW)
  const theirs = { input_tokens: 1000, input_audio_tokens: 400, output_tokens: 500, output_audio_tokens: 450 }
  const expected = calcPrice(theirs, 'gpt-audio', { providerId: 'openai', timestamp: new Date(NOW) })?.total_price ?? 0
  const ours = price && costOf(price, { prompt: 1000, audioPrompt: 400, completion: 500, audioCompletion: 450 })
  assert.equal(ours, BigInt(Math.round(expected * 1e9)))
})

test('prices follow the date and the time of day', () => {
  for (const [kind, id, model] of [
    ['openai', 'openai', 'o3'],
    ['deepseek', 'deepseek', 'deepseek-chat'],
    ['deepseek', 'deepseek', 'deepseek-v4-pro'],
    ['anthropic', 'anthropic', 'claude-opus-4-6'],
  ] as const) {
    const seen = new Set<bigint>()
    for (let hours = 0; hours < 40; hours++) {
      const now = Date.UTC(2025, 4, 1) + hours * 61 * 61 * 1000 * 320
      const price = priceFor(kind, model, now)
      const theirs = { input_tokens: 250_000, output_tokens: 1000 }
      const expected = calcPrice(theirs, model, { providerId: id, timestamp: new Date(now) })?.total_price ?? 0
      const ours = price && costOf(price, { prompt: 250_000, completion: 1000 })
      assert.equal(ours, BigInt(Math.round(expected * 1e9)), `${model} ${new Date(now).toISOString()}`)
      if (ours !== undefined) seen.add(ours)
    }
    assert.ok(seen.size > 1, model)
  }
})

test('a model that nobody prices has no price', () => {
  assert.equal(priceFor('openai', 'no-such-model', NOW), undefined)
  assert.equal(priceFor('no-such-kind', 'gpt-4o', NOW), undefined)
  for (const kind of ['compatible', 'ollama', 'vllm']) assert.equal(priceFor(kind, 'gpt-4o', NOW), undefined)
  // Billed by citations too, which no usage reports.
  assert.equal(priceFor('perplexity', 'sonar-deep-research', NOW), undefined)
})

test("Perplexity's fee for a request comes with every answer, as its own bill says", () => {
  const sonar = priceFor('perplexity', 'sonar', NOW)
  assert.equal(sonar && costOf(sonar, { prompt: 80, completion: 68 }), 5_148_000n)
  const pro = priceFor('perplexity', 'sonar-reasoning-pro', NOW)
  assert.equal(pro && costOf(pro, { prompt: 45, completion: 482 }), 9_946_000n)
})

test('an override is exact, by the model name, and may be free', () => {
  const overrides = new Map([
    ['llama-3-70b', { input: 0.6, output: 0.8, cachedInput: 0.1 }],
    ['tiny', { input: 0.0375, output: 0.000001 }],
    ['free', { input: 0, output: 0 }],
  ])
  const of = (model: string) => priceFor('compatible', model, NOW, overrides)
  assert.equal(of('tiny')?.input.base, 37_500n)
  assert.equal(of('tiny')?.output.base, 1n)
  const llama = of('llama-3-70b')
  assert.equal(
    llama && costOf(llama, { prompt: 1_000_000, cachedPrompt: 500_000, completion: 1_000_000 }),
    1_150_000_000n,
  )
  const free = of('free')
  assert.equal(free && costOf(free, { prompt: 5, completion: 5 }), 0n)
  assert.equal(of('other'), undefined)
})

test('overrides write caches at the input price, or at what they say', () => {
  const price = priceFor('x', 'm', NOW, new Map([['m', { input: 1, output: 2 }]]))
  assert.equal(price && costOf(price, { prompt: 10, cachedPrompt: 4, cacheWrite: 6, cacheWrite1h: 6 }), 10_000n)
  const writes = priceFor('x', 'm', NOW, new Map([['m', { input: 1, output: 2, cacheWrite: 1.25, cacheWrite1h: 2 }]]))
  assert.equal(writes && costOf(writes, { prompt: 10, cacheWrite: 10, cacheWrite1h: 4 }), 15_500n)
})
