import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import type { Dialect, Frame } from '../../../../core/provider.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { answerTransform } from '../../../../policies/pii/answer/answer-transform.js'
import { cutAt, detector, known, ORIGINALS, treat } from './lanes.js'

const { placeholders, of } = known()
const messages = [{ role: 'user', content: 'hi' }]
type Answer = 'stream' | 'body'

/** What the client of a dialect is sent for a provider's answer in it, as text. */
function answered(dialect: Dialect, request: ChatRequest, frames: readonly Frame[]): string {
  const decoder = dialect.decodeEvents()
  const encoder = dialect.encodeEvents(request)
  const transform = answerTransform({ placeholders, scanning: { detector, treat } })
  const events = [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end('complete')]
  assert.deepEqual(
    events.filter(({ type }) => type === 'error'),
    [],
  )
  const treated = events.flatMap((event) => transform.push(event) as readonly ChatEvent[])
  const encoded = [...treated.flatMap((event) => encoder.push(event)), ...encoder.end('complete')]
  return encoded.map(({ data }) => data).join('\n')
}

const body = (value: JsonObject): readonly Frame[] => [{ type: 'body', data: JSON.stringify(value) }]
const stream = (...values: readonly JsonObject[]): readonly Frame[] =>
  values.map((value) => ({ type: 'event', event: String(value['type'] ?? ''), data: JSON.stringify(value) }))

/** A value of somebody's, and a placeholder, in a text. */
const SAID = `bob@other-mail.com of ${of.us_ssn}`
const SHOWN = `<email> of ${ORIGINALS.us_ssn}`
const count = (text: string, part: string) => text.split(part).length - 1

const REQUESTS = {
  chat: (answer: Answer) => openaiChat.decodeRequest({ model: 'm', messages, stream: answer === 'stream' }),
  responses: (answer: Answer) =>
    openaiResponses.decodeRequest({ model: 'm', input: 'hi', stream: answer === 'stream' }),
  messages: (answer: Answer) =>
    anthropicMessages.decodeRequest({ model: 'm', max_tokens: 9, messages, stream: answer === 'stream' }),
  gemini: (answer: Answer) =>
    gemini.decodeRequest(
      { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
      { model: 'm', stream: answer === 'stream' },
    ),
}

const ITEMS: readonly JsonObject[] = [
  {
    ...{ type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'cntr_1', code: SAID },
    outputs: [{ type: 'logs', logs: SAID }],
  },
  {
    ...{ type: 'mcp_call', id: 'mcp_1', status: 'completed', server_label: 'a', name: 'b', output: SAID },
    arguments: JSON.stringify({ q: SAID }),
  },
  {
    type: 'file_search_call',
    id: 'fs_1',
    status: 'completed',
    queries: [SAID],
    results: [{ file_id: 'f', text: SAID }],
  },
  {
    ...{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' },
    content: [
      {
        ...{ type: 'output_text', text: 'see' },
        annotations: [{ type: 'url_citation', url: 'https://a.example', title: SAID, start_index: 0, end_index: 3 }],
      },
    ],
  },
]

test('items that OpenAI worked on itself are read, streamed and whole', () => {
  const response = { id: 'resp_1', object: 'response', model: 'm', status: 'completed', output: ITEMS }
  const whole = answered(openaiResponses, REQUESTS.responses('body'), body(response))
  assert.deepEqual([count(whole, SHOWN), count(whole, 'bob@'), count(whole, of.us_ssn)], [7, 0, 0])
  const items = ITEMS.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item }))
  const frames = stream({ type: 'response.created', response: { ...response, output: [] } }, ...items, {
    type: 'response.completed',
    response,
  })
  const streamed = answered(openaiResponses, REQUESTS.responses('stream'), frames)
  assert.ok(count(streamed, SHOWN) >= 7)
  assert.deepEqual([count(streamed, 'bob@'), count(streamed, of.us_ssn)], [0, 0])
})

test("what Anthropic's tools are called with is the same streamed, at every cut, and whole", () => {
  const call = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution' }
  const result = {
    ...{ type: 'code_execution_tool_result', tool_use_id: 'srvtoolu_1' },
    content: { type: 'code_execution_result', stdout: SAID, stderr: '', return_code: 0, content: [] },
  }
  const message = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'm',
    usage: { input_tokens: 1, output_tokens: 1 },
  }
  const input = { code: SAID, n: 4111111111111111 }
  const request = REQUESTS.messages('body')
  const content = [{ ...call, input }, result]
  const whole = answered(anthropicMessages, request, body({ ...message, content, stop_reason: 'end_turn' }))
  assert.deepEqual(JSON.parse(whole).content, [
    { ...call, input: { code: SHOWN, n: '<credit_card>' } },
    { ...result, content: { ...result.content, stdout: SHOWN } },
  ])
  const written = JSON.stringify(input)
  for (let cut = 0; cut <= written.length; cut++) {
    const deltas = cutAt(written, cut).map((partial_json) => ({
      ...{ type: 'content_block_delta', index: 0 },
      delta: { type: 'input_json_delta', partial_json },
    }))
    const frames = stream(
      { type: 'message_start', message: { ...message, content: [] } },
      { type: 'content_block_start', index: 0, content_block: { ...call, input: {} } },
      ...deltas,
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: result },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    )
    assert.deepEqual(JSON.parse(answered(anthropicMessages, request, frames)).content, JSON.parse(whole).content)
  }
})

test("Gemini's code, its output and its sources are read", () => {
  const answer = {
    candidates: [
      {
        content: {
          role: 'model',
          parts: [
            { executableCode: { language: 'PYTHON', code: SAID } },
            { codeExecutionResult: { outcome: 'OUTCOME_OK', output: SAID } },
            { text: 'so' },
          ],
        },
        finishReason: 'STOP',
        groundingMetadata: { webSearchQueries: [SAID], groundingChunks: [{ web: { title: SAID } }] },
      },
    ],
  }
  for (const [form, frames] of [
    ['body', body(answer)],
    ['stream', stream(answer)],
  ] as const) {
    const made = answered(gemini, REQUESTS.gemini(form), frames)
    assert.deepEqual([count(made, SHOWN), count(made, 'bob@'), count(made, of.us_ssn)], [4, 0, 0], form)
  }
})

test('what Chat Completions says in sound, and cites, is read', () => {
  const audio = { id: 'audio_1', data: 'QUJD', expires_at: 1700000000, transcript: SAID }
  const annotations = [{ type: 'url_citation', url_citation: { title: SAID, url: 'https://a.example' } }]
  const message = { role: 'assistant', content: 'see', annotations, audio }
  const whole = {
    id: 'c',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
  }
  const made = answered(openaiChat, REQUESTS.chat('body'), body(whole))
  assert.deepEqual([count(made, SHOWN), count(made, 'bob@'), count(made, of.us_ssn)], [2, 0, 0])
  assert.equal(JSON.parse(made).choices[0].message.audio.data, 'QUJD')
  for (let cut = 1; cut < SAID.length; cut++) {
    const chunks = cutAt(SAID, cut).map((transcript) => ({ audio: { transcript } }))
    const deltas: readonly JsonObject[] = [
      { role: 'assistant', audio: { id: 'audio_1' } },
      ...chunks,
      { audio: { data: 'QUJD' } },
    ]
    const frames = stream(
      ...deltas.map((delta) => ({
        id: 'c',
        object: 'chat.completion.chunk',
        model: 'm',
        choices: [{ index: 0, delta }],
      })),
      {
        id: 'c',
        object: 'chat.completion.chunk',
        model: 'm',
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      },
    )
    const lines = answered(openaiChat, REQUESTS.chat('stream'), frames).split('\n')
    const heard = lines
      .map((line) => /"transcript":("(?:[^"\\]|\\.)*")/.exec(line)?.[1] ?? '""')
      .map((text) => JSON.parse(text))
    assert.equal(heard.join(''), SHOWN, `cut at ${cut}`)
    assert.equal(count(lines.join(), 'QUJD'), 1)
  }
})
