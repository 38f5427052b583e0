import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Message } from '../../../../core/chat.js'
import type { ModelLimits } from '../../../../core/provider.js'
import { encodeRequest } from '../../../../llm/dialects/anthropic-messages/encode-request.js'
import { request } from '../anthropic-messages/fixtures.js'

const write = (members: Partial<ChatRequest>, limits: ModelLimits = { maxOutput: 64_000 }) => {
  const { body, dropped } = encodeRequest(request(members), limits)
  return { max: body['max_tokens'], thinking: body['thinking'], config: body['output_config'], dropped, body }
}

test('turns an effort into a budget on models that take budgets', () => {
  const budgets = { minimal: 1024, low: 2048, medium: 8192, high: 16384, xhigh: 32_000 }
  for (const [effort, budget] of Object.entries(budgets)) {
    const { thinking, max, dropped } = write({ reasoning: { effort } })
    assert.deepEqual([thinking, max, dropped], [{ type: 'enabled', budget_tokens: budget }, 64_000, []])
  }
})

test('fits the budget under max_tokens, and thinks not at all where the least does not fit', () => {
  const budget = (maxOutputTokens: number, reasoning: ChatRequest['reasoning']) => {
    const { thinking, max, dropped } = write({ maxOutputTokens, ...(reasoning === undefined ? {} : { reasoning }) })
    return [thinking, max, dropped]
  }
  assert.deepEqual(budget(6000, { effort: 'high' }), [{ type: 'enabled', budget_tokens: 3000 }, 6000, []])
  assert.deepEqual(budget(6000, { budgetTokens: 9000 }), [{ type: 'enabled', budget_tokens: 5999 }, 6000, []])
  assert.deepEqual(budget(1100, { effort: 'high' }), [{ type: 'enabled', budget_tokens: 1024 }, 1100, []])
  assert.deepEqual(budget(1024, { effort: 'high' }), [undefined, 1024, ['reasoning_effort']])
})

test('raises max_tokens above the budget where neither client nor model has a limit', () => {
  const { thinking, max } = write({ reasoning: { effort: 'high' } }, {})
  assert.deepEqual([thinking, max], [{ type: 'enabled', budget_tokens: 16_384 }, 20_480])
})

test('asks for adaptive thinking with an effort on models that take no budget', () => {
  const on = (model: string, reasoning: ChatRequest['reasoning']) => {
    const { thinking, config, dropped } = write({ model, ...(reasoning === undefined ? {} : { reasoning }) })
    return [thinking, config, dropped]
  }
  const adaptive = { type: 'adaptive' }
  assert.deepEqual(on('claude-opus-4-8', { effort: 'xhigh' }), [adaptive, { effort: 'xhigh' }, []])
  assert.deepEqual(on('claude-opus-4-6', { effort: 'xhigh' }), [adaptive, { effort: 'high' }, []])
  assert.deepEqual(on('claude-sonnet-5', { effort: 'minimal' }), [adaptive, { effort: 'low' }, []])
  assert.deepEqual(on('claude-fable-5', { mode: 'on', budgetTokens: 8000 }), [adaptive, { effort: 'medium' }, []])
  assert.deepEqual(on('claude-opus-4-6', { mode: 'adaptive' }), [adaptive, undefined, []])
})

test('turns thinking off in the words of the model, or reports that it stays on', () => {
  const off = (model: string) => {
    const { thinking, config, dropped } = write({ model, reasoning: { effort: 'none' } })
    return [thinking, config, dropped]
  }
  assert.deepEqual(off('claude-sonnet-4-5'), [undefined, undefined, []])
  assert.deepEqual(off('claude-opus-5'), [{ type: 'disabled' }, undefined, []])
  assert.deepEqual(off('claude-sonnet-5-5'), [{ type: 'between_tools' }, undefined, []])
  assert.deepEqual(off('claude-opus-5-5'), [undefined, { effort: 'low' }, ['reasoning_effort']])
})

test('reports an effort that the model or the table does not know', () => {
  assert.deepEqual(write({ model: 'claude-3-5-haiku-latest', reasoning: { effort: 'low' } }).dropped, [
    'reasoning_effort',
  ])
  assert.deepEqual(write({ reasoning: { effort: 'heroic' } }).dropped, ['reasoning_effort'])
})

test('drops thinking when the turn whose calls are answered came without it', () => {
  const history = (content: Extract<Message, { role: 'assistant' }>['content']): readonly Message[] => [
    { role: 'user', content: [{ type: 'text', text: 'go' }] },
    {
      role: 'assistant',
      content: [...content, { type: 'tool-call', id: 'a', name: 'f', arguments: '{}', kind: 'function' }],
    },
    { role: 'tool', callId: 'a', content: [{ type: 'text', text: 'A' }] },
  ]
  const without = write({ messages: history([]), reasoning: { effort: 'low' } })
  assert.deepEqual([without.thinking, without.dropped], [undefined, ['reasoning_effort']])
  const signed = history([{ type: 'reasoning', text: 't', signature: 's' }])
  assert.notEqual(write({ messages: signed, reasoning: { effort: 'low' } }).thinking, undefined)
})

test('takes only the sampling parameters that go with the model and with thinking', () => {
  const sampling = { temperature: 0.5, topP: 0.9, topK: 5 }
  const read = (members: Partial<ChatRequest>) => {
    const { body, dropped } = write(members)
    return [body['temperature'], body['top_p'], body['top_k'], dropped]
  }
  assert.deepEqual(read({ ...sampling, model: 'claude-3-5-haiku-latest' }), [0.5, 0.9, 5, []])
  assert.deepEqual(read(sampling), [0.5, undefined, 5, ['top_p']])
  const all = ['temperature', 'top_p', 'top_k']
  assert.deepEqual(read({ ...sampling, reasoning: { effort: 'low' } }), [undefined, undefined, undefined, all])
  assert.deepEqual(read({ ...sampling, model: 'claude-opus-4-8' }), [undefined, undefined, undefined, all])
  assert.deepEqual(read({ temperature: 1, topP: 1, model: 'claude-opus-4-8' }), [undefined, undefined, undefined, []])
  assert.deepEqual(read({ temperature: 2 }), [1, undefined, undefined, ['temperature']])
})
