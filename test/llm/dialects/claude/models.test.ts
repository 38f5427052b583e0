import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traitsOf } from '../../../../llm/dialects/claude/models.js'

test('finds the generation in every form of name', () => {
  const cases = {
    'claude-3-5-sonnet-20241022': 'none',
    'claude-2.1': 'none',
    'claude-instant-1.2': 'none',
    'claude-3-7-sonnet-latest': 'budget',
    'claude-sonnet-4-20250514': 'budget',
    'claude-opus-4-5@20251101': 'budget',
    'anthropic.claude-sonnet-4-5-20250929-v1:0': 'budget',
    'claude-sonnet-4-6': 'either',
    'anthropic/claude-opus-4.7': 'adaptive',
    'claude-sonnet-5': 'adaptive',
    'claude-mythos-preview': 'adaptive',
    'deepseek-chat': 'budget',
  }
  for (const [model, thinking] of Object.entries(cases)) assert.equal(traitsOf(model).thinking, thinking, model)
})
