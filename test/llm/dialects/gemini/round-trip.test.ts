import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { decode, framesOf, jsonOf, request } from './answer.js'

const place = { model: 'gemini-3-pro-preview', stream: false }

test('a request of its own client comes back as it was, in one spelling and with plain schemas', () => {
  const { body, dropped } = gemini.encodeRequest(
    gemini.decodeRequest(jsonOf('request-with-everything.json'), place),
    {},
  )
  assert.deepEqual(dropped, [])
  assert.deepEqual(body, {
    systemInstruction: { parts: [{ text: 'You know the sea.' }] },
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'What is this?' },
          {
            inlineData: { mimeType: 'image/png', data: 'iVBORw0+/w==' },
            mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' },
          },
          {
            fileData: {
              mimeType: 'application/pdf',
              fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc',
              displayName: 'chart',
            },
          },
        ],
      },
      {
        role: 'model',
        parts: [
          { text: 'Let me look.', thought: true },
          { functionCall: { name: 'look', args: { at: 'buoy' } }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'fc_2', name: 'look', args: { at: 'pier' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'look', response: { output: 'a buoy' } } },
          { functionResponse: { id: 'fc_2', name: 'look', response: { error: 'too dark' } } },
        ],
      },
      { role: 'model', parts: [{ text: 'A buoy.', thoughtSignature: 'dGV4dA==' }] },
      { role: 'user', parts: [{ text: 'And now?' }] },
    ],
    tools: [
      {
        functionDeclarations: [
          {
            name: 'look',
            description: 'Looks at a thing.',
            parametersJsonSchema: {
              type: 'object',
              properties: {
                at: { type: ['string', 'null'] },
                times: { type: 'integer', format: 'int32' },
                tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
              },
              required: ['at'],
              propertyOrdering: ['at', 'times'],
            },
            response: { type: 'STRING' },
          },
          { name: 'wait', parametersJsonSchema: { type: 'object', properties: {} } },
        ],
      },
      { googleSearch: {} },
      { codeExecution: {} },
    ],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['look', 'wait'] } },
    generationConfig: {
      maxOutputTokens: 500,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      candidateCount: 2,
      seed: 7,
      frequencyPenalty: 0.2,
      presencePenalty: 0.1,
      stopSequences: ['END'],
      responseLogprobs: true,
      logprobs: 3,
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { name: { type: 'string', enum: ['buoy', 'pier'] } } },
      thinkingConfig: { thinkingLevel: 'LOW', includeThoughts: true },
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/sea',
    labels: { team: 'sea' },
  })
})

test('other targets are told what they cannot say', () => {
  const asked = gemini.decodeRequest(jsonOf('request-with-everything.json'), place)
  for (const dialect of [openaiChat, anthropicMessages]) {
    const { dropped } = dialect.encodeRequest({ ...asked, model: 'claude-sonnet-4-5' }, {})
    for (const path of ['safetySettings', 'cachedContent', 'labels', 'generationConfig.mediaResolution']) {
      assert.ok(dropped.includes(path), `${dialect.name} ${path}`)
    }
  }
})

/** What a client of a dialect would send back after an answer of Gemini's, as that dialect's official clients do. */
const turns = {
  openai: (answer: JsonObject) => {
    const { message } = (answer['choices'] as { message: JsonObject }[])[0] ?? { message: {} }
    const calls = message['tool_calls'] as { id: string }[]
    return openaiChat.decodeRequest({
      model: 'm',
      messages: [
        { role: 'user', content: 'Tides?' },
        message,
        ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` })),
      ],
    })
  },
  anthropic: (answer: JsonObject) => {
    const content = answer['content'] as { type: string; id: string }[]
    const calls = content.filter(({ type }) => type === 'tool_use')
    return anthropicMessages.decodeRequest({
      model: 'm',
      max_tokens: 100,
      messages: [
        { role: 'user', content: 'Tides?' },
        { role: 'assistant', content },
        {
          role: 'user',
          content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: `result of ${id}` })),
        },
      ],
    })
  },
}

test('an answer comes back through any client with its signature on the call that it signed', () => {
  const events = decode(framesOf('thinking-and-tools.sse'))
  for (const [dialect, again] of [
    [openaiChat, turns.openai],
    [anthropicMessages, turns.anthropic],
  ] as const) {
    const encoder = dialect.encodeEvents(request())
    const [frame] = [...events.flatMap((each) => encoder.push(each)), ...encoder.end('complete')]
    const { body } = gemini.encodeRequest(
      { ...again(JSON.parse(frame?.data ?? '')), model: 'gemini-3-pro-preview' },
      {},
    )
    const contents = body['contents'] as { role: string; parts: JsonObject[] }[]
    assert.deepEqual(contents.slice(1), [
      {
        role: 'model',
        parts: [
          { text: 'Checking the tides 🌊' },
          {
            functionCall: { id: 'fc_1', name: 'tide', args: { harbour: 'Cuxhaven', days: [1, 2] } },
            thoughtSignature: 'c2lnbmVk',
          },
          { functionCall: { id: 'call_rTide01_0_4', name: 'now', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'fc_1', name: 'tide', response: { output: 'result of fc_1' } } },
          {
            functionResponse: {
              id: 'call_rTide01_0_4',
              name: 'now',
              response: { output: 'result of call_rTide01_0_4' },
            },
          },
        ],
      },
    ])
  }
})

test("another provider's thinking comes back from a client of this dialect as it was", () => {
  const encoder = gemini.encodeEvents(request())
  const block = { choice: 0, block: 0 }
  const events = [
    { type: 'start', id: 'msg_1', model: 'claude' },
    { type: 'block-start', ...block, start: { kind: 'reasoning' } },
    { type: 'delta', ...block, text: 'Hmm.' },
    { type: 'signature', ...block, signature: 'QW50aHJvcGlj/+==' },
    { type: 'block-end', ...block },
    { type: 'block-start', choice: 0, block: 1, start: { kind: 'redacted-reasoning', data: 'c2VjcmV0' } },
    { type: 'block-end', choice: 0, block: 1 },
    { type: 'finish', choice: 0, reason: 'stop', raw: 'end_turn' },
    { type: 'end' },
  ] as const
  const [frame] = events.flatMap((each) => encoder.push(each))
  const answer = JSON.parse(frame?.data ?? '')
  const asked = gemini.decodeRequest({ contents: [{ parts: [{ text: 'x' }] }, answer.candidates[0].content] }, place)
  assert.deepEqual(asked.messages[1]?.content, [
    { type: 'reasoning', text: 'Hmm.', signature: 'QW50aHJvcGlj/+==' },
    { type: 'reasoning', text: '', redacted: 'c2VjcmV0' },
  ])
  assert.deepEqual(gemini.encodeRequest(asked, {}).dropped, ['messages[1].content[0]', 'messages[1].content[1]'])
})
