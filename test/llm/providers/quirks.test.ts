import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Provider } from '../../../core/provider.js'
import { azure } from '../../../llm/providers/azure.js'
import { cerebras } from '../../../llm/providers/cerebras.js'
import { compatible } from '../../../llm/providers/compatible.js'
import { fireworks } from '../../../llm/providers/fireworks.js'
import { groq } from '../../../llm/providers/groq.js'
import { ollama } from '../../../llm/providers/ollama.js'
import { openai } from '../../../llm/providers/openai.js'
import { openrouter } from '../../../llm/providers/openrouter.js'
import { perplexity } from '../../../llm/providers/perplexity.js'
import { together } from '../../../llm/providers/together.js'
import { vllm } from '../../../llm/providers/vllm.js'
import { xai } from '../../../llm/providers/xai.js'
import { adjusted, targetOf, USER } from './adjusted.js'

const DEVELOPER = [{ role: 'developer', content: 'Be brief.' }]
const SYSTEM = [{ role: 'system', content: 'Be brief.' }]

test('Groq is not sent what it answers with 400', () => {
  const { body, dropped } = adjusted(groq, {
    messages: [
      { role: 'user', content: 'hi', name: 'ann' },
      { role: 'tool', tool_call_id: 'c', content: 'r', name: 'f' },
    ],
    ...{ logprobs: true, top_logprobs: 2, logit_bias: { 5: 1 }, n: 2, seed: 1, service_tier: 'on_demand' },
  })
  assert.deepEqual(body, {
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'tool', tool_call_id: 'c', content: 'r', name: 'f' },
    ],
    ...{ seed: 1, service_tier: 'on_demand' },
  })
  assert.deepEqual(dropped, ['logprobs', 'logit_bias', 'top_logprobs', 'n', 'messages[].name'])
  assert.deepEqual(adjusted(groq, { n: 1 }).body, { messages: USER, n: 1 })
})

test("Groq's words for effort depend on the model", () => {
  const word = (model: string, reasoning_effort: string) =>
    adjusted(groq, { reasoning_effort }, targetOf(model)).body['reasoning_effort']
  assert.equal(word('qwen/qwen3-32b', 'high'), 'default')
  assert.equal(word('qwen/qwen3-32b', 'none'), 'none')
  assert.equal(word('openai/gpt-oss-120b', 'minimal'), 'low')
  assert.equal(word('openai/gpt-oss-120b', 'medium'), 'medium')
  const llama = adjusted(groq, { reasoning_effort: 'low' }, targetOf('llama-3.3-70b-versatile'))
  assert.deepEqual([llama.body, llama.dropped], [{ messages: USER }, ['reasoning_effort']])
})

test('Grok models that reason are not sent what they refuse', () => {
  const body = {
    stop: ['x'],
    presence_penalty: 1,
    frequency_penalty: 0,
    reasoning_effort: 'high',
    logit_bias: { 5: 1 },
  }
  const left = (model: string) => {
    const { body: sent, dropped } = adjusted(xai, body, targetOf(model))
    return [Object.keys(sent).slice(1), dropped]
  }
  const penalties = ['stop', 'presence_penalty', 'frequency_penalty']
  const lost = ['logit_bias', 'presence_penalty', 'stop']
  assert.deepEqual(left('grok-3-mini'), [['reasoning_effort'], lost])
  assert.deepEqual(left('grok-4.3'), [['reasoning_effort'], lost])
  assert.deepEqual(left('grok-3'), [penalties, ['logit_bias', 'reasoning_effort']])
  assert.deepEqual(left('grok-4-fast-non-reasoning'), [penalties, ['logit_bias', 'reasoning_effort']])
  for (const model of [
    'grok-4',
    'grok-4-0709',
    'grok-4-1-fast-reasoning',
    'grok-4.20-0309-reasoning',
    'grok-code-fast-1',
  ]) {
    assert.deepEqual(left(model), [[], [...lost, 'reasoning_effort']], model)
  }
})

test('Grok is told of effort in its words, and only users have names', () => {
  const word = (model: string, reasoning_effort: string) =>
    adjusted(xai, { reasoning_effort }, targetOf(model)).body['reasoning_effort']
  assert.deepEqual([word('grok-4.5', 'max'), word('grok-3-mini', 'minimal')], ['high', 'low'])
  assert.equal(word('grok-4.20-multi-agent', 'xhigh'), 'xhigh')
  const messages = [
    { role: 'developer', content: 'a', name: 'd' },
    { role: 'user', content: 'b', name: 'u' },
    { role: 'tool', tool_call_id: 'c', content: 'r', name: 'f' },
  ]
  const { body, dropped } = adjusted(xai, { messages })
  assert.deepEqual(body['messages'], [{ role: 'system', content: 'a' }, messages[1], messages[2]])
  assert.deepEqual(dropped, ['messages[].name'])
})

test('Together counts log probabilities', () => {
  const { body, dropped } = adjusted(together, {
    messages: DEVELOPER,
    ...{ logprobs: true, top_logprobs: 3, max_completion_tokens: 5 },
  })
  assert.deepEqual(body, { messages: SYSTEM, logprobs: 3, max_tokens: 5 })
  assert.deepEqual(dropped, [])
  assert.equal(adjusted(together, { logprobs: true }).body['logprobs'], 1)
  assert.equal(adjusted(together, { logprobs: 4 }).body['logprobs'], 4)
  assert.deepEqual(adjusted(together, { logprobs: false }).body, { messages: USER })
})

test('Fireworks reports usage unasked, and calls the cap by its older name', () => {
  const { body, dropped } = adjusted(fireworks, {
    ...{ stream: true, stream_options: { include_usage: true }, max_completion_tokens: 5 },
  })
  assert.deepEqual(body, { messages: USER, stream: true, max_tokens: 5 })
  assert.deepEqual(dropped, [])
})

test('OpenRouter gets thinking in its own words', () => {
  const reasoning = (body: object) => adjusted(openrouter, { ...body }).body
  const thinking = { type: 'enabled', budget_tokens: 2000 }
  assert.deepEqual(reasoning({ thinking }), { messages: USER, reasoning: { max_tokens: 2000 } })
  assert.deepEqual(reasoning({ thinking: { type: 'disabled' } }), { messages: USER, reasoning: { enabled: false } })
  assert.deepEqual(reasoning({ thinking: { type: 'adaptive' } }), { messages: USER, reasoning: { enabled: true } })
  assert.deepEqual(reasoning({ thinking, reasoning: { effort: 'low' } }), {
    messages: USER,
    reasoning: { effort: 'low' },
  })
  assert.deepEqual(reasoning({ thinking, reasoning_effort: 'low' }), { messages: USER, reasoning_effort: 'low' })
  const untouched = {
    messages: DEVELOPER,
    usage: { include: true },
    provider: { order: ['x'] },
    max_completion_tokens: 1,
  }
  assert.deepEqual(reasoning(untouched), untouched)
})

test('Ollama', () => {
  const { body, dropped } = adjusted(ollama, {
    messages: DEVELOPER,
    ...{ max_completion_tokens: 5, tool_choice: 'required', user: 'u', n: 2, reasoning_effort: 'minimal' },
  })
  assert.deepEqual(body, { messages: SYSTEM, max_tokens: 5, reasoning_effort: 'low' })
  assert.deepEqual(dropped, ['tool_choice', 'user', 'n'])
  assert.deepEqual(adjusted(ollama, { tool_choice: 'auto' }).dropped, [])
})

test('vLLM gets developer messages as system messages, but for gpt-oss', () => {
  assert.deepEqual(adjusted(vllm, { messages: DEVELOPER }).body['messages'], SYSTEM)
  assert.deepEqual(adjusted(vllm, { messages: DEVELOPER }, targetOf('openai/gpt-oss-20b')).body['messages'], DEVELOPER)
})

test('Cerebras is not sent what it answers with 400', () => {
  const { body, dropped } = adjusted(cerebras, {
    messages: DEVELOPER,
    ...{ parallel_tool_calls: false, service_tier: 'auto', presence_penalty: 1, seed: 1 },
  })
  assert.deepEqual(body, { messages: SYSTEM, seed: 1 })
  assert.deepEqual(dropped, ['presence_penalty', 'parallel_tool_calls'])
})

test('Perplexity has schemas, no plain JSON mode, and four words for effort', () => {
  const schema = { type: 'json_schema', json_schema: { schema: {} } }
  assert.deepEqual(adjusted(perplexity, { response_format: schema }).body['response_format'], schema)
  const { body, dropped } = adjusted(perplexity, {
    ...{ response_format: { type: 'json_object' }, reasoning_effort: 'xhigh', max_completion_tokens: 5 },
  })
  assert.deepEqual(body, { messages: USER, reasoning_effort: 'high', max_tokens: 5 })
  assert.deepEqual(dropped, ['response_format'])
})

test('a server of which nothing is known gets what the client sent', () => {
  assert.equal(compatible.adjust, undefined)
})

test('thoughts of earlier turns go only where they are known', () => {
  const turn = { role: 'assistant', content: 'x', reasoning_content: 'hm', reasoning: 'hm' }
  const after = (provider: Provider) => {
    const { body, dropped } = adjusted(provider, { messages: [...USER, turn] })
    return [(body['messages'] as object[])[1], dropped]
  }
  const none = { role: 'assistant', content: 'x' }
  for (const provider of [openai, azure]) {
    assert.deepEqual(after(provider), [none, ['messages[].reasoning_content', 'messages[].reasoning']])
  }
  for (const provider of [groq, cerebras]) {
    assert.deepEqual(after(provider), [{ ...none, reasoning: 'hm' }, ['messages[].reasoning_content']])
  }
  for (const provider of [vllm, compatible]) assert.deepEqual(after(provider), [turn, []])
  assert.deepEqual(adjusted(openai, {}).dropped, [])
})

test("models of Groq's without schemas get theirs in the prompt, and it is reported", () => {
  const schema = { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' } } }
  const { body, emulated, dropped } = adjusted(groq, { response_format: schema }, targetOf('llama-3.3-70b-versatile'))
  assert.deepEqual(body['response_format'], { type: 'json_object' })
  assert.match(JSON.stringify((body['messages'] as object[])[0]), /JSON Schema: .*object/)
  assert.deepEqual([emulated, dropped], [['response_format'], []])
  const native = adjusted(groq, { response_format: schema }, targetOf('openai/gpt-oss-120b'))
  assert.deepEqual([native.body['response_format'], native.emulated], [schema, undefined])
})
