import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageTokens } from '../../../llm/tokens/image-tokens.js'
import { tokenizerFor } from '../../../llm/tokens/tokenizer.js'

const tokens = (model: string, width: number, height: number, detail?: string) =>
  imageTokens(tokenizerFor(model).images, { width, height }, detail).tokens

test("OpenAI's own examples of tiles", () => {
  assert.equal(tokens('gpt-4o', 1024, 1024, 'high'), 765)
  assert.equal(tokens('gpt-4o', 2048, 4096, 'high'), 1105)
  assert.equal(tokens('gpt-4o', 4096, 8192, 'low'), 85)
  assert.equal(tokens('gpt-4o', 512, 512), 255)
})

test("OpenAI's own examples of patches", () => {
  assert.equal(tokens('gpt-4.1-mini', 1024, 1024), Math.ceil(1024 * 1.62))
  assert.ok(tokens('gpt-4.1-mini', 1800, 2400) <= Math.ceil(1536 * 1.62))
})

test('Claude counts the area of the fitted image', () => {
  assert.equal(tokens('claude-sonnet-4-5', 200, 200), 54)
  assert.equal(tokens('claude-sonnet-4-5', 1000, 1000), 1334)
  assert.equal(tokens('claude-sonnet-4-5', 5000, 4000), 1600)
  assert.ok(tokens('claude-opus-4-7', 5000, 4000) > 4000)
})

test('Gemini counts 258 for each tile', () => {
  assert.equal(tokens('gemini-2.5-pro', 300, 300), 258)
  assert.equal(tokens('gemini-2.5-pro', 1000, 700), 516)
})

test('an image of unknown size is estimated, and bounded by the largest figure of its formula', () => {
  for (const model of ['gpt-4o', 'gpt-4.1-nano', 'claude-3-haiku', 'claude-opus-4-7', 'gemini-2.5-pro']) {
    const rule = tokenizerFor(model).images
    const unknown = imageTokens(rule, undefined, 'high')
    assert.ok(unknown.tokens > 0 && unknown.upperBound >= unknown.tokens)
    for (const [width, height] of [
      [1, 1],
      [9000, 9000],
      [300, 9000],
      [9000, 767],
    ] as const) {
      assert.ok(
        imageTokens(rule, { width, height }, 'high').tokens <= unknown.upperBound,
        `${model} ${width}x${height}`,
      )
    }
  }
})
