import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatRequest } from '../../../core/chat.js'
import type { AttemptReport } from '../../../core/outcome.js'
import type { Target } from '../../../core/settings.js'
import { openaiEmbeddings } from '../../../llm/dialects/openai-embeddings.js'
import { anthropic } from '../../../llm/providers/anthropic.js'
import { type BoundOptions, boundOf, clampOutput, usedBy, webSearchesAt } from '../../../policies/budget/reservation.js'
import type { UNITS } from '../../../policies/budget/rules.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { target } from '../fakes.js'

const exactly = (tokens: number) => ({ tokens, upperBound: tokens, exact: true })

/** Nano-dollars per token of prompt and answer, by the target's name. */
const PRICES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  cheap: [1n, 2n],
  dear: [10n, 40n],
  'dear-prompt': [100n, 1n],
}

const options: BoundOptions = {
  assumeOutput: 4096,
  now: 0,
  worstCost(prompt, output, { name }, _now, searches = 0) {
    const price = PRICES[name]
    if (price === undefined || (searches > 0 && name === 'dear-prompt')) return undefined
    return BigInt(prompt) * price[0] + BigInt(output) * price[1] + BigInt(searches) * FEE
  },
}

/** Nano-dollars per search, which nobody knows of `dear-prompt`. */
const FEE = 1000n

const bound = (request: Partial<ChatRequest>, targets: readonly Target[], prompt = 100) => {
  const prompts = targets.map(() => exactly(prompt))
  return boundOf(chatRequestOf(request), targets, prompts, options)
}

test('a request may use its prompt and its own cap, at the dearest target', () => {
  assert.deepEqual(bound({ maxOutputTokens: 50 }, [target('cheap'), target('dear')]), {
    promptTokens: 100,
    outputPerChoice: 50,
    outputTokens: 50,
    usd: 100 * 10 + 50 * 40,
    capNeeded: false,
  })
})

test('every target pays for the prompt as its own tokenizer counts it, at the upper bound', () => {
  const prompts = [
    { tokens: 90, upperBound: 120, exact: false },
    { tokens: 80, upperBound: 80, exact: true },
  ]
  const made = boundOf(chatRequestOf({ maxOutputTokens: 1 }), [target('cheap'), target('dear')], prompts, options)
  assert.equal(made.promptTokens, 120)
  assert.equal(made.usd, 80 * 10 + 40)
})

test('each choice may have the whole output', () => {
  const made = bound({ maxOutputTokens: 50, n: 3 }, [target('cheap')])
  assert.deepEqual([made.outputPerChoice, made.outputTokens, made.usd], [50, 150, 100 + 300])
  assert.equal(bound({ maxOutputTokens: 50, n: 0 }, [target('cheap')]).outputTokens, 50)
})

test('without a cap of the client an answer is assumed, which the provider must be told', () => {
  const made = bound({}, [target('cheap')])
  assert.deepEqual([made.outputPerChoice, made.capNeeded], [4096, true])
})

test('what is assumed is never above the largest answer of the chain that is known', () => {
  const chain = [target('cheap', { maxOutput: 1000 }), target('dear', { maxOutput: 2000 })]
  assert.equal(bound({}, chain).outputPerChoice, 2000)
  assert.equal(bound({}, [target('cheap', { maxOutput: 1000 }), target('dear')]).outputPerChoice, 1000)
})

test("a client's cap is lowered only to what every target is known to stay below, and the provider is told", () => {
  const known = [target('cheap', { maxOutput: 1000 }), target('dear', { maxOutput: 2000 })]
  const lowered = bound({ maxOutputTokens: 9000 }, known)
  assert.deepEqual([lowered.outputPerChoice, lowered.capNeeded], [2000, true])
  const kept = bound({ maxOutputTokens: 9000 }, [target('cheap', { maxOutput: 1000 }), target('dear')])
  assert.deepEqual([kept.outputPerChoice, kept.capNeeded], [9000, false])
  assert.deepEqual(bound({ maxOutputTokens: 2000 }, known).capNeeded, false)
})

test('one target without a price leaves the whole request unpriced', () => {
  const made = bound({}, [target('cheap'), target('nobody-knows')])
  assert.equal(made.usd, 'unpriced')
  assert.equal(made.outputTokens, 4096)
})

const claude = (name: string): Target => {
  const { upstream, ...rest } = target(name)
  return { ...rest, upstream: { ...upstream, provider: anthropic } }
}
const WEB_SEARCH = { dialect: 'openai-chat', most: 3 }

test('each choice may search as often as was said, or ten times, and only where the tool is understood', () => {
  const at = (request: Partial<ChatRequest>, where = target('cheap')) => webSearchesAt(chatRequestOf(request), where)
  assert.equal(at({}), 0)
  assert.equal(at({ webSearch: WEB_SEARCH }), 3)
  assert.equal(at({ webSearch: WEB_SEARCH, n: 2 }), 6)
  assert.equal(at({ webSearch: { dialect: 'openai-chat' }, n: 2 }), 20)
  assert.equal(at({ webSearch: { dialect: 'openai-chat', most: 0 } }), 0)
  assert.equal(at({ webSearch: WEB_SEARCH }, claude('cheap')), 0)
  assert.equal(at({ webSearch: { dialect: 'anthropic-messages' } }, claude('cheap')), 10)
})

test('fees for searches are part of the bound of the targets that may search', () => {
  const request = { maxOutputTokens: 50, webSearch: WEB_SEARCH }
  assert.equal(bound(request, [target('cheap')]).usd, 100 + 100 + 3000)
  assert.equal(bound(request, [claude('cheap')]).usd, 100 + 100)
  // The dearer tokens of the other one cost less than the searches of this one.
  assert.equal(bound(request, [target('cheap'), claude('dear')]).usd, 3200)
  assert.equal(bound(request, [target('cheap'), target('dear-prompt')]).usd, 'unpriced')
  assert.equal(bound(request, [target('cheap'), claude('dear-prompt')]).usd, 10_050)
})

test('a clamp leaves room for the searches, which do not get fewer with the answer', () => {
  const request = { maxOutputTokens: 50, webSearch: WEB_SEARCH }
  assert.equal(clamp(3000 + 100 * 10 + 40 * 7 + 39, 'usd', request), 7)
  assert.equal(clamp(3000 + 100 * 10 + 39, 'usd', request), 0)
  assert.equal(clamp(107, 'tokens', request), 7)
})

test('amounts that a ledger cannot hold throw', () => {
  const costly: BoundOptions = { ...options, worstCost: () => 2n ** 53n }
  const [request, chain] = [chatRequestOf({ maxOutputTokens: 1 }), [target('cheap')]]
  assert.throws(() => boundOf(request, chain, [exactly(1)], costly), RangeError)
  const most = boundOf(request, chain, [exactly(1)], { ...options, worstCost: () => 2n ** 53n - 1n })
  assert.equal(most.usd, Number.MAX_SAFE_INTEGER)
  assert.throws(() => bound({ maxOutputTokens: 2 ** 52, n: 4 }, chain), RangeError)
})

const clamp = (
  remaining: number,
  unit: (typeof UNITS)[number],
  request: Partial<ChatRequest>,
  chain = [target('dear')],
) => {
  const prompts = chain.map(() => exactly(100))
  return clampOutput(remaining, unit, chatRequestOf(request), chain, prompts, options)
}

test('what remains pays for the prompt first, then for output', () => {
  assert.equal(clamp(100 * 10 + 40 * 7 + 39, 'usd', { maxOutputTokens: 50 }), 7)
  assert.equal(clamp(100 * 10 + 39, 'usd', { maxOutputTokens: 50 }), 0)
  assert.equal(clamp(999, 'usd', { maxOutputTokens: 50 }), 0)
  assert.equal(clamp(1_000_000, 'usd', { maxOutputTokens: 50 }), 50)
  assert.equal(clamp(107, 'tokens', { maxOutputTokens: 50 }), 7)
  assert.equal(clamp(99, 'tokens', { maxOutputTokens: 50 }), 0)
  assert.equal(clamp(7, 'outputTokens', {}), 7)
  assert.equal(clamp(100, 'inputTokens', { maxOutputTokens: 50 }), 50)
  assert.equal(clamp(99, 'inputTokens', { maxOutputTokens: 50 }), 0)
  assert.equal(clamp(1, 'requests', { maxOutputTokens: 50 }), 50)
  assert.equal(clamp(0, 'concurrent', { maxOutputTokens: 50 }), 0)
  assert.equal(clamp(-5, 'outputTokens', {}), 0)
})

test('output that remains is divided among the choices', () => {
  assert.equal(clamp(100 * 10 + 40 * 8, 'usd', { n: 3 }), 2)
  assert.equal(clamp(108, 'tokens', { n: 3 }), 2)
  assert.equal(clamp(8, 'outputTokens', { n: 3 }), 2)
})

test('without a price dollars pay for nothing', () => {
  assert.equal(clamp(1_000_000, 'usd', {}, [target('nobody-knows')]), 0)
})

test('a clamped request fits what remains, and with one more token of output it does not', () => {
  const unit = fc.constantFrom('usd', 'tokens', 'outputTokens')
  const names = fc.subarray(['cheap', 'dear', 'dear-prompt'], { minLength: 1 })
  const cap = fc.integer({ min: 1, max: 5000 })
  fc.assert(
    fc.property(
      ...[unit, names, fc.nat(20_000), cap, fc.integer({ min: 1, max: 4 })],
      (kind, chain, remaining, maxOutputTokens, n) => {
        const targets = chain.map((name) => target(name))
        const prompts = chain.map((_, index) => exactly(20 + index))
        const amount = (output: number) => {
          const made = boundOf(chatRequestOf({ maxOutputTokens: output, n }), targets, prompts, options)
          const { usd, promptTokens, outputTokens } = made
          return { usd: Number(usd), tokens: promptTokens + outputTokens, outputTokens }[kind]
        }
        const clamped = clampOutput(remaining, kind, chatRequestOf({ maxOutputTokens, n }), targets, prompts, options)
        assert.ok(clamped === 0 || amount(clamped) <= remaining)
        assert.ok(clamped === maxOutputTokens || amount(clamped + 1) > remaining)
      },
    ),
  )
})

function attempt(members: Partial<AttemptReport>): AttemptReport {
  const usage = { prompt: 10, completion: 5 }
  const served = { outcome: 'served', usage, usageSource: 'provider', cost: 100n, durationMs: 1 } as const
  return { target: target('cheap'), ...served, ...members }
}

test('all attempts are paid for, failed ones included', () => {
  const failed = attempt({ outcome: 'failed', cost: 50n, usage: { prompt: 10, completion: 1 } })
  const empty = attempt({ outcome: 'failed', cost: 0n, usage: { prompt: 10 }, usageSource: 'none' })
  assert.deepEqual(usedBy([empty, failed, attempt({})]), {
    usd: 150,
    inputTokens: 20,
    outputTokens: 6,
    tokens: 26,
    unpriced: false,
  })
})

test('an attempt without a price is told, not taken for free', () => {
  const used = usedBy([attempt({ cost: undefined }), attempt({})])
  assert.deepEqual([used.usd, used.tokens, used.unpriced], [100, 30, true])
})

test('a refused request has used nothing', () => {
  const used = usedBy([])
  assert.deepEqual([used.usd, used.tokens], [0, 0])
})

test('what providers report cannot take an amount out of its range', () => {
  const odd = attempt({ cost: 2n ** 60n, usage: { prompt: 1e300, completion: -3.5 } })
  const used = usedBy([odd, attempt({ usage: { completion: 2.9 } })])
  assert.deepEqual([used.usd, used.inputTokens, used.outputTokens], [2 ** 53 - 1, 2 ** 53 - 1, 2])
  assert.equal(used.tokens, 2 ** 53 - 1)
})

test('a request for vectors reserves its prompt alone, and no provider is told a cap', () => {
  const request = openaiEmbeddings.decodeRequest({ model: 'm', input: ['a', 'b'] })
  for (const limits of [{}, { maxOutput: 4096 }]) {
    const targets = [target('dear', limits)]
    const { outputTokens, usd, capNeeded } = boundOf(request, targets, [exactly(100)], options)
    assert.deepEqual([outputTokens, usd, capNeeded], [0, 1000, false])
  }
})
