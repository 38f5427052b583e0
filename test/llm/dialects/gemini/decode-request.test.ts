import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { jsonOf } from './answer.js'

const place = { model: 'gemini-x', stream: false }
const hello = [{ role: 'user', parts: [{ text: 'Hello' }] }]
const decode = (body: JsonObject) => gemini.decodeRequest({ contents: hello, ...body }, place)

/** A parsed object with all its members in snake_case, at any depth but inside what is the client's own. */
const snake = (value: JsonValue | undefined): JsonValue => {
  if (Array.isArray(value)) return value.map((each: JsonValue) => snake(each))
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const opaque = ['args', 'response', 'parametersJsonSchema', 'properties', 'labels'].includes(name)
      return [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), opaque ? (member ?? null) : snake(member)]
    }),
  )
}

test('reads everything that the vocabulary has a word for, and keeps the rest', () => {
  const request = gemini.decodeRequest(jsonOf('request-with-everything.json'), { model: 'models/g', stream: true })
  const { messages, tools, extras, ...rest } = request
  assert.deepEqual(messages, [
    { role: 'system', content: [{ type: 'text', text: 'You know the sea.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBORw0+/w==' }, detail: 'low' },
        {
          type: 'file',
          source: {
            kind: 'file-id',
            id: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
            mediaType: 'application/pdf',
          },
          name: 'chart',
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'Let me look.' },
        { type: 'reasoning', text: '', signature: 'gemini:c2ln' },
        { type: 'tool-call', id: 'call_1_1', name: 'look', arguments: '{"at":"buoy"}', kind: 'function' },
        { type: 'tool-call', id: 'fc_2', name: 'look', arguments: '{"at":"pier"}', kind: 'function' },
      ],
    },
    { role: 'tool', callId: 'call_1_1', content: [{ type: 'text', text: 'a buoy' }] },
    { role: 'tool', callId: 'fc_2', content: [{ type: 'text', text: 'too dark' }], failed: true },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: '', signature: 'gemini:dGV4dA==' },
        { type: 'text', text: 'A buoy.' },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'And now?' }] },
  ])
  assert.deepEqual(tools, [
    {
      kind: 'function',
      name: 'look',
      description: 'Looks at a thing.',
      parameters: {
        type: 'object',
        properties: {
          at: { type: ['string', 'null'] },
          times: { type: 'integer', format: 'int32' },
          tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
        },
        required: ['at'],
        propertyOrdering: ['at', 'times'],
      },
    },
    { kind: 'function', name: 'wait', parameters: { type: 'object', properties: {} } },
    { kind: 'opaque', dialect: 'gemini', value: { googleSearch: {} } },
    { kind: 'opaque', dialect: 'gemini', value: { codeExecution: {} } },
  ])
  assert.deepEqual(rest, {
    model: 'g',
    toolChoice: { mode: 'allowed', require: 'required', names: ['look', 'wait'] },
    webSearch: { dialect: 'gemini' },
    maxOutputTokens: 500,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    seed: 7,
    frequencyPenalty: 0.2,
    presencePenalty: 0.1,
    stop: ['END'],
    n: 2,
    logprobs: { top: 3 },
    reasoning: { effort: 'low' },
    responseFormat: {
      type: 'json-schema',
      name: 'response',
      schema: { type: 'object', properties: { name: { type: 'string', enum: ['buoy', 'pier'] } } },
    },
    stream: true,
    includeUsage: true,
  })
  assert.deepEqual([...extras.fields.keys()].sort(), [
    'cachedContent',
    'generationConfig.mediaResolution',
    'generationConfig.thinkingConfig.includeThoughts',
    'labels',
    'safetySettings',
    'tools[0].functionDeclarations[0].response',
  ])
})

test('snake_case says the same', () => {
  const body = jsonOf('request-with-everything.json')
  const { contents, ...others } = snake(body) as JsonObject
  const plain = gemini.decodeRequest(body, place)
  const spelled = gemini.decodeRequest({ contents: contents ?? null, ...others }, place)
  const { extras: one, tools: tools1, ...first } = plain
  const { extras: two, tools: tools2, ...second } = spelled
  assert.deepEqual(second, first)
  assert.deepEqual(Object.keys(two.fields).sort(), Object.keys(one.fields).sort())
  assert.equal(tools2.length, tools1.length)
  assert.deepEqual(spelled.webSearch, plain.webSearch)
})

test('the model and the stream stand in the path; without a path the body may name the model', () => {
  assert.equal(gemini.decodeRequest({ contents: hello, model: 'models/other' }, place).model, 'gemini-x')
  assert.equal(gemini.decodeRequest({ contents: hello, model: 'models/other' }).model, 'other')
  assert.throws(() => gemini.decodeRequest({ contents: hello }), { param: 'model' })
  assert.equal(gemini.decodeRequest({ contents: hello }, { model: 'm', stream: true }).stream, true)
})

test('reads lone values as lists of one, and contents without a role as the user', () => {
  const request = decode({ contents: { parts: { text: 'Hi' } }, systemInstruction: 'Be brief.' })
  assert.deepEqual(request.messages, [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  ])
})

test('pairs responses with calls by id, else by name and order, and keeps strays for its own dialect', () => {
  const call = (name: string, id?: string) => ({
    functionCall: { name, args: {}, ...(id === undefined ? {} : { id }) },
  })
  const response = (name: string, output: string, id?: string) => ({
    functionResponse: { name, response: { output }, ...(id === undefined ? {} : { id }) },
  })
  const { messages } = decode({
    contents: [
      ...hello,
      { role: 'model', parts: [call('a'), call('b', 'x'), call('a'), call('b', 'y')] },
      {
        role: 'user',
        parts: [
          response('b', '1', 'y'),
          response('a', '2'),
          response('b', '3'),
          response('a', '4'),
          response('c', '5'),
        ],
      },
    ],
  })
  assert.deepEqual(
    messages.flatMap((each) => (each.role === 'tool' ? [[each.callId, each.content[0]]] : [])),
    [
      ['y', { type: 'text', text: '1' }],
      ['call_1_0', { type: 'text', text: '2' }],
      ['x', { type: 'text', text: '3' }],
      ['call_1_2', { type: 'text', text: '4' }],
    ],
  )
  const last = messages.at(-1)
  assert.deepEqual(last?.content, [{ type: 'opaque', dialect: 'gemini', value: response('c', '5') }])
})

test('ids of calls without one stay the same while the conversation grows', () => {
  const turn = { role: 'model', parts: [{ functionCall: { name: 'f' } }] }
  const answer = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] }
  const idsIn = (contents: readonly JsonObject[]) =>
    decode({ contents }).messages.flatMap((each) =>
      each.role === 'assistant' ? each.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])) : [],
    )
  assert.deepEqual(idsIn([...hello, turn, answer]), ['call_1_0'])
  assert.deepEqual(idsIn([...hello, turn, answer, turn, answer]), ['call_1_0', 'call_3_0'])
})

test('thoughts that a client keeps in the pieces of a stream are one thought', () => {
  const model = (parts: readonly JsonObject[]) => ({ role: 'model', parts })
  const { messages } = decode({
    contents: [
      ...hello,
      model([{ text: 'So ', thought: true }]),
      model([{ text: 'two.', thought: true }]),
      model([{ text: 'Two.' }, { text: '', thoughtSignature: 'c2ln' }]),
    ],
  })
  assert.deepEqual(messages.slice(1), [
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'So two.' },
        { type: 'text', text: 'Two.' },
        { type: 'reasoning', text: '', signature: 'gemini:c2ln' },
      ],
    },
  ])
})

test('keeps the result of a function as Google means it', () => {
  const texts = [{ output: 'plain' }, { error: 'broken' }, { output: 5 }, { a: 1, output: 'x' }, {}].map((response) => {
    const { messages } = decode({
      contents: [
        { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response } }] },
      ],
    })
    const last = messages.at(-1)
    return last?.role === 'tool' ? [last.content[0], last.failed] : undefined
  })
  assert.deepEqual(texts, [
    [{ type: 'text', text: 'plain' }, undefined],
    [{ type: 'text', text: 'broken' }, true],
    [{ type: 'text', text: '{"output":5}' }, undefined],
    [{ type: 'text', text: '{"a":1,"output":"x"}' }, undefined],
    [{ type: 'text', text: '{}' }, undefined],
  ])
})

test('reads every way of choosing functions', () => {
  const choice = (functionCallingConfig: JsonObject) => decode({ toolConfig: { functionCallingConfig } }).toolChoice
  assert.deepEqual(choice({ mode: 'AUTO' }), { mode: 'auto' })
  assert.deepEqual(choice({ mode: 'none' }), { mode: 'none' })
  assert.deepEqual(choice({ mode: 'ANY' }), { mode: 'required' })
  assert.deepEqual(choice({ mode: 'ANY', allowedFunctionNames: ['f'] }), { mode: 'named', name: 'f', kind: 'function' })
  assert.deepEqual(choice({ mode: 'VALIDATED', allowed_function_names: ['f', 'g'] }), {
    mode: 'allowed',
    require: 'auto',
    names: ['f', 'g'],
  })
  assert.equal(choice({ mode: 'MODE_UNSPECIFIED' }), undefined)
})

test('reads thinking by level and by budget', () => {
  const reasoning = (thinkingConfig: JsonObject) => decode({ generationConfig: { thinkingConfig } }).reasoning
  assert.deepEqual(reasoning({ thinkingLevel: 'HIGH' }), { effort: 'high' })
  assert.deepEqual(reasoning({ thinkingBudget: 0 }), { mode: 'off' })
  assert.deepEqual(reasoning({ thinkingBudget: -1 }), { mode: 'adaptive' })
  assert.deepEqual(reasoning({ thinking_budget: 512 }), { budgetTokens: 512 })
  assert.equal(reasoning({ includeThoughts: true }), undefined)
})

test('reads the forms of output', () => {
  const format = (generationConfig: JsonObject) => decode({ generationConfig }).responseFormat
  const json = { responseMimeType: 'application/json' }
  assert.deepEqual(format(json), { type: 'json' })
  assert.deepEqual(format({ responseMimeType: 'text/plain' }), { type: 'text' })
  assert.deepEqual(format({ ...json, response_json_schema: { type: 'string' } }), {
    type: 'json-schema',
    name: 'response',
    schema: { type: 'string' },
  })
  const asEnum = decode({ generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { enum: ['a'] } } })
  assert.equal(asEnum.responseFormat, undefined)
  assert.deepEqual(
    [...asEnum.extras.fields.keys()],
    ['generationConfig.responseMimeType', 'generationConfig.responseSchema'],
  )
})

test('names the member at fault', () => {
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ contents: [] }, 'contents'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [{}] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text'],
    [{ contents: [{ parts: [{ inline_data: { data: '' } }] }] }, 'contents[0].parts[0].inlineData.mimeType'],
    [{ contents: [{ role: 'model', parts: [{ functionCall: {} }] }] }, 'contents[0].parts[0].functionCall.name'],
    [
      { contents: [{ parts: [{ functionResponse: { name: 'f', response: [] } }] }] },
      'contents[0].parts[0].functionResponse.response',
    ],
    [{ contents: 'x' }, 'contents[0]'],
    [{ systemInstruction: { parts: [{ fileData: {} }] } }, 'systemInstruction.parts[0].text'],
    [{ tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [{ tools: [{ googleSearch: true }] }, 'tools[0].googleSearch'],
    [{ toolConfig: { functionCallingConfig: { mode: 'SOMETIMES' } } }, 'toolConfig.functionCallingConfig.mode'],
    [{ generationConfig: { topP: '1' } }, 'generationConfig.topP'],
    [{ generationConfig: { stopSequences: [1] } }, 'generationConfig.stopSequences[0]'],
    [{ generationConfig: { maxOutputTokens: 0 } }, 'generationConfig.maxOutputTokens'],
    [{ generationConfig: { responseSchema: 'x' } }, 'generationConfig.responseSchema'],
    [{ generationConfig: { maxOutputTokens: 5, max_output_tokens: 9000 } }, 'generationConfig'],
    [{ generationConfig: {}, generation_config: {} }, 'body'],
  ]
  for (const [body, param] of cases) {
    assert.throws(() => decode(body), { code: 'malformed_request', param }, JSON.stringify(body))
  }
})

const likely: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<JsonValue>('user', 'model', 'AUTO', 'f', '', 0, true, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...[
          'contents',
          'parts',
          'role',
          'text',
          'thought',
          'thoughtSignature',
          'functionCall',
          'function_response',
          'name',
        ],
        ...[
          'args',
          'response',
          'inlineData',
          'mimeType',
          'data',
          'file_data',
          'fileUri',
          'tools',
          'functionDeclarations',
        ],
        ...[
          'parameters',
          'type',
          'items',
          'toolConfig',
          'functionCallingConfig',
          'mode',
          'generationConfig',
          '__proto__',
        ],
        ...['thinkingConfig', 'responseSchema', 'systemInstruction', 'executableCode', 'nullable', 'properties'],
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value

test('any JSON is read or refused by name', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('contents', 'tools', 'toolConfig', 'generationConfig'), likely),
      (body) => {
        try {
          gemini.encodeRequest(gemini.decodeRequest(body, place), {})
        } catch (error) {
          assert.ok(error instanceof GatewayError, String(error))
          assert.equal(error.code, 'malformed_request')
          assert.ok(error.param !== undefined)
        }
      },
    ),
    { numRuns: 500 },
  )
})
