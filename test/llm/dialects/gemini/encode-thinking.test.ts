import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reasoning } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { versionOf } from '../../../../llm/dialects/gemini/models.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { extrasOf } from '../../../support/chat-request.js'
import { request } from './answer.js'

function thinking(model: string, reasoning: Reasoning, client = 'openai-chat') {
  const asked = request({ model, reasoning, extras: extrasOf(client) })
  const { body, dropped } = gemini.encodeRequest(asked, {})
  const config = body['generationConfig'] as JsonObject | undefined
  return [config?.['thinkingConfig'], ...dropped]
}
const shown = (config: JsonObject) => ({ ...config, includeThoughts: true })

test('models with budgets get tokens, within their range', () => {
  const flash = 'gemini-2.5-flash'
  assert.deepEqual(thinking(flash, { effort: 'low' }), [shown({ thinkingBudget: 1024 })])
  assert.deepEqual(thinking(flash, { effort: 'high' }), [shown({ thinkingBudget: 24_576 })])
  assert.deepEqual(thinking('gemini-2.5-pro', { effort: 'max' }), [shown({ thinkingBudget: 32_768 })])
  assert.deepEqual(thinking(flash, { budgetTokens: 99_999 }), [shown({ thinkingBudget: 24_576 })])
  assert.deepEqual(thinking('gemini-2.5-flash-lite', { budgetTokens: 10 }), [shown({ thinkingBudget: 512 })])
  assert.deepEqual(thinking('gemini-2.5-pro', { budgetTokens: 10 }), [shown({ thinkingBudget: 128 })])
  assert.deepEqual(thinking(flash, { mode: 'adaptive' }), [shown({ thinkingBudget: -1 })])
  assert.deepEqual(thinking(flash, { mode: 'on' }), [shown({ thinkingBudget: -1 })])
})

test('models with levels get the nearest one that they have', () => {
  assert.deepEqual(thinking('gemini-3-pro-preview', { effort: 'minimal' }), [shown({ thinkingLevel: 'LOW' })])
  assert.deepEqual(thinking('gemini-3-pro-preview', { effort: 'medium' }), [shown({ thinkingLevel: 'HIGH' })])
  assert.deepEqual(thinking('gemini-3.1-pro-preview', { effort: 'medium' }), [shown({ thinkingLevel: 'MEDIUM' })])
  assert.deepEqual(thinking('gemini-3-flash-preview', { effort: 'minimal' }), [shown({ thinkingLevel: 'MINIMAL' })])
  assert.deepEqual(thinking('gemini-3.8-flash', { effort: 'minimal' }), [shown({ thinkingLevel: 'LOW' })])
  assert.deepEqual(thinking('gemini-flash-latest', { effort: 'xhigh' }), [shown({ thinkingLevel: 'HIGH' })])
  assert.deepEqual(thinking('gemini-3-flash-preview', { budgetTokens: 4096 }), [shown({ thinkingLevel: 'MEDIUM' })])
  assert.deepEqual(thinking('gemini-3-flash-preview', { mode: 'on' }), [{ includeThoughts: true }])
})

test('turns thinking off, or down as far as it goes and says so', () => {
  assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'none' }), [{ thinkingBudget: 0 }])
  assert.deepEqual(thinking('gemini-2.5-pro', { mode: 'off' }), [{ thinkingBudget: 128 }, 'reasoning_effort'])
  assert.deepEqual(thinking('gemini-3-flash-preview', { effort: 'none' }), [
    { thinkingLevel: 'MINIMAL' },
    'reasoning_effort',
  ])
})

test('models that do not think are not asked to', () => {
  assert.deepEqual(thinking('gemini-2.0-flash', { effort: 'high' }), [undefined, 'reasoning_effort'])
  assert.deepEqual(thinking('gemini-2.0-flash', { mode: 'off' }), [undefined])
  assert.deepEqual(thinking('gemma-3-27b-it', { effort: 'low' }), [undefined, 'reasoning_effort'])
  assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'odd' }), [undefined, 'reasoning_effort'])
})

test('its own clients get what they asked for', () => {
  assert.deepEqual(thinking('gemini-3-pro-preview', { budgetTokens: 50 }, 'gemini'), [{ thinkingBudget: 50 }])
  assert.deepEqual(thinking('gemini-3-pro-preview', { effort: 'low' }, 'gemini'), [{ thinkingLevel: 'LOW' }])
  assert.deepEqual(thinking('gemini-2.5-flash', { effort: 'low' }, 'gemini'), [{ thinkingBudget: 1024 }])
  assert.deepEqual(thinking('gemini-2.5-flash', { mode: 'off' }, 'gemini'), [{ thinkingBudget: 0 }])
  assert.deepEqual(thinking('gemini-2.5-flash', { mode: 'adaptive' }, 'gemini'), [{ thinkingBudget: -1 }])
})

test('reads the version out of a name', () => {
  assert.equal(versionOf('gemini-2.5-flash-preview-05-20'), 205)
  assert.equal(versionOf('models/gemini-3-pro-preview'), 300)
  assert.equal(versionOf('gemini-3.10-flash'), 310)
  assert.equal(versionOf('gemini-robotics-er-1.5-preview'), 105)
  assert.equal(versionOf('gemini-flash-latest'), Number.POSITIVE_INFINITY)
  assert.equal(versionOf('gemini-exp-1206'), Number.POSITIVE_INFINITY)
  assert.equal(versionOf('gemma-3-27b-it'), 0)
})
