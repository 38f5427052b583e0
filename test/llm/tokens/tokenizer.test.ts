import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOKENIZER_NAMES, tokenizerFor } from '../../../llm/tokens/tokenizer.js'

const MODELS: readonly (readonly [string, string])[] = [
  ['gpt-4o', 'o200k_base'],
  ['gpt-4o-mini-2024-07-18', 'o200k_base'],
  ['chatgpt-4o-latest', 'o200k_base'],
  ['gpt-4.1-nano', 'o200k_base'],
  ['gpt-4.5-preview', 'o200k_base'],
  ['gpt-5.2-pro', 'o200k_base'],
  ['o1', 'o200k_base'],
  ['o3-mini', 'o200k_base'],
  ['openai/o4-mini', 'o200k_base'],
  ['ft:gpt-4o-mini-2024-07-18:org::id', 'o200k_base'],
  ['gpt-4', 'cl100k_base'],
  ['gpt-4-turbo-2024-04-09', 'cl100k_base'],
  ['gpt-3.5-turbo-0125', 'cl100k_base'],
  ['gpt-35-turbo', 'cl100k_base'],
  ['text-embedding-3-small', 'cl100k_base'],
  ['openai/gpt-oss-120b', 'gpt-oss'],
  ['claude-3-5-haiku-20241022', 'claude'],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'claude'],
  ['claude-opus-4-1@20250805', 'claude'],
  ['anthropic/claude-sonnet-4.5', 'claude'],
  ['claude-opus-4-6', 'claude'],
  ['claude-opus-4-7', 'claude-4.7'],
  ['claude-sonnet-5', 'claude-4.7'],
  ['anthropic/claude-opus-5.5', 'claude-4.7'],
  ['gemini-2.5-flash', 'gemini'],
  ['llama-3-70b', 'llama3'],
  ['meta-llama/Llama-4-Scout-17B-16E-Instruct', 'llama3'],
  ['deepseek-r1-distill-llama-70b', 'deepseek'],
  ['mistral-large-latest', 'mistral'],
  ['open-mixtral-8x22b', 'mistral'],
  ['codestral-2508', 'mistral'],
  ['Qwen/Qwen3-32B', 'qwen'],
  ['grok-4', 'grok'],
  ['command-r-plus', 'command'],
  ['cohere.command-r-v1:0', 'command'],
  ['whatever-7b', 'unknown'],
]

test('models are counted with the tokenizer of their family', () => {
  for (const [model, name] of MODELS) assert.equal(tokenizerFor(model).name, name, model)
})

test('only models with a public vocabulary are exact, and every other family states its error', () => {
  for (const name of TOKENIZER_NAMES) {
    const choice = tokenizerFor('m', name)
    assert.equal(choice.name, name)
    assert.equal(choice.exact, name === 'o200k_base' || name === 'cl100k_base')
    assert.equal(choice.error > 0, !choice.exact)
    assert.ok(Number.isInteger(choice.factor) && Number.isInteger(choice.error) && Number.isInteger(choice.toolsError))
  }
})

test("the configuration's name goes before the model's, and an unknown one is counted as unknown", () => {
  assert.equal(tokenizerFor('gpt-4o', 'llama3').name, 'llama3')
  assert.equal(tokenizerFor('gpt-4o', 'sentencepiece').name, 'unknown')
})
