import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelLimits } from '../../../llm/prices/model-data.js'

const LIMITS: readonly (readonly [string, number, number])[] = [
  ['gpt-4o-2024-08-06', 128_000, 16_384],
  ['gpt-4.1-mini', 1_000_000, 32_768],
  ['gpt-4', 8_192, 8_192],
  ['o3', 200_000, 100_000],
  ['gpt-5', 400_000, 128_000],
  ['claude-3-opus-20240229', 200_000, 4_096],
  ['claude-3-5-haiku-20241022', 200_000, 8_192],
  ['claude-3-7-sonnet-20250219', 200_000, 64_000],
  ['claude-sonnet-4-20250514', 200_000, 64_000],
  ['claude-opus-4-20250514', 200_000, 32_000],
  ['claude-opus-4-1-20250805', 200_000, 32_000],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 200_000, 32_000],
  ['claude-sonnet-4-5', 200_000, 64_000],
  ['claude-haiku-4-5@20251001', 200_000, 64_000],
  ['claude-opus-4-5-20251101', 200_000, 64_000],
  ['claude-opus-4-6', 1_000_000, 128_000],
]

test('the limits of OpenAI and Claude models are known', () => {
  for (const [model, contextWindow, maxOutput] of LIMITS) {
    assert.deepEqual(modelLimits(model), { contextWindow, maxOutput }, model)
  }
})

test('what the configuration says goes first, member by member', () => {
  assert.deepEqual(modelLimits('llama-3-70b', { contextWindow: 8192 }), { contextWindow: 8192 })
  assert.deepEqual(modelLimits('gpt-4o', { maxOutput: 100 }), { contextWindow: 128_000, maxOutput: 100 })
})

test('nothing is made up for an unknown model', () => {
  assert.deepEqual(modelLimits('any-model-i-want'), {})
})
