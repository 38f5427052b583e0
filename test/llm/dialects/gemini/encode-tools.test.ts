import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest, Tool } from '../../../../core/chat.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { request } from './answer.js'

const f: Tool = { kind: 'function', name: 'f', description: 'F.', parameters: { type: 'object' } }
const g: Tool = { kind: 'function', name: 'g' }

function encoded(members: Partial<ChatRequest>) {
  const { body, dropped } = gemini.encodeRequest(request({ tools: [f, g], ...members }), {})
  return { tools: body['tools'], config: body['toolConfig'], generation: body['generationConfig'], dropped }
}
const calling = (functionCallingConfig: object) => ({ functionCallingConfig })

test('writes functions as one list with plain JSON Schema, and drops tools of others', () => {
  const { tools, dropped } = encoded({
    tools: [
      f,
      { kind: 'opaque', dialect: 'gemini', value: { googleSearch: {} } },
      { kind: 'opaque', dialect: 'anthropic-messages', value: {} },
      { kind: 'custom', name: 'sql' },
      { ...g, cacheControl: { type: 'ephemeral' } } as Tool,
    ],
  })
  assert.deepEqual(tools, [
    {
      functionDeclarations: [{ name: 'f', description: 'F.', parametersJsonSchema: { type: 'object' } }, { name: 'g' }],
    },
    { googleSearch: {} },
  ])
  assert.deepEqual(dropped, ['tools[2]', 'tools[3]', 'cache_control'])
})

test('writes every choice', () => {
  const config = (toolChoice: ChatRequest['toolChoice']) => encoded({ toolChoice }).config
  assert.equal(config(undefined), undefined)
  assert.deepEqual(config({ mode: 'auto' }), calling({ mode: 'AUTO' }))
  assert.deepEqual(config({ mode: 'none' }), calling({ mode: 'NONE' }))
  assert.deepEqual(config({ mode: 'required' }), calling({ mode: 'ANY' }))
  assert.deepEqual(
    config({ mode: 'named', name: 'f', kind: 'function' }),
    calling({ mode: 'ANY', allowedFunctionNames: ['f'] }),
  )
  assert.deepEqual(
    config({ mode: 'allowed', require: 'required', names: ['f', 'g'] }),
    calling({ mode: 'ANY', allowedFunctionNames: ['f', 'g'] }),
  )
})

test('offers only the functions that may be called', () => {
  const { tools, config } = encoded({ toolChoice: { mode: 'allowed', require: 'auto', names: ['g'] } })
  assert.deepEqual(tools, [{ functionDeclarations: [{ name: 'g' }] }])
  assert.deepEqual(config, calling({ mode: 'AUTO' }))
})

test('a choice without a function to call is dropped', () => {
  assert.deepEqual(encoded({ tools: [], toolChoice: { mode: 'required' } }).dropped, ['tool_choice'])
  assert.deepEqual(encoded({ tools: [], toolChoice: { mode: 'none' } }).dropped, [])
})

test('strict functions are validated where the model has that mode, or where a call is forced', () => {
  const tools = [{ ...f, strict: true } as Tool]
  const on = (model: string, toolChoice?: ChatRequest['toolChoice']) => {
    const { config, dropped } = encoded({ model, tools, toolChoice })
    return [config, dropped]
  }
  assert.deepEqual(on('gemini-3-pro-preview'), [calling({ mode: 'VALIDATED' }), []])
  assert.deepEqual(on('gemini-2.5-flash'), [undefined, ['tools[0].function.strict']])
  assert.deepEqual(on('gemini-2.5-flash', { mode: 'required' }), [calling({ mode: 'ANY' }), []])
})

test('before Gemini 3 functions and JSON output exclude each other', () => {
  const responseFormat = { type: 'json' } as const
  const old = encoded({ responseFormat })
  assert.deepEqual([old.generation, old.dropped], [undefined, []])
  const young = encoded({ responseFormat, model: 'gemini-3-flash-preview' })
  assert.deepEqual([young.generation, young.dropped], [{ responseMimeType: 'application/json' }, []])
})
