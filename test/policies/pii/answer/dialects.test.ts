import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlockStart, ChatEvent, ChatRequest } from '../../../../core/chat.js'
import type { Dialect, Frame } from '../../../../core/provider.js'
import { anthropicMessages } from '../../../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'
import { openaiResponses } from '../../../../llm/dialects/openai-responses.js'
import { sse } from '../../../../llm/framing/sse.js'
import { wholeBody } from '../../../../llm/framing/whole-body.js'
import { answerTransform } from '../../../../policies/pii/answer/answer-transform.js'
import { cutAt, detector, known, ORIGINALS, treat } from './lanes.js'

const { placeholders, of } = known()

type Answer = 'stream' | 'body'

interface Subject {
  readonly dialect: Dialect
  request(answer: Answer): ChatRequest
  /** What it can say. */
  readonly says: readonly ('text' | 'reasoning' | 'call')[]
}

const messages = [{ role: 'user', content: 'hi' }]
const SUBJECTS: Readonly<Record<string, Subject>> = {
  'openai-chat': {
    dialect: openaiChat,
    request: (answer) => openaiChat.decodeRequest({ model: 'm', messages, stream: answer === 'stream' }),
    says: ['reasoning', 'text', 'call'],
  },
  'openai-responses': {
    dialect: openaiResponses,
    request: (answer) => openaiResponses.decodeRequest({ model: 'm', input: 'hi', stream: answer === 'stream' }),
    says: ['reasoning', 'text', 'call'],
  },
  'anthropic-messages': {
    dialect: anthropicMessages,
    request: (answer) =>
      anthropicMessages.decodeRequest({ model: 'm', max_tokens: 9, messages, stream: answer === 'stream' }),
    says: ['reasoning', 'text', 'call'],
  },
  gemini: {
    dialect: gemini,
    request: (answer) =>
      gemini.decodeRequest(
        { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
        { model: 'm', stream: answer === 'stream' },
      ),
    says: ['reasoning', 'text', 'call'],
  },
  'openai-completions': {
    dialect: openaiCompletions,
    request: (answer) => openaiCompletions.decodeRequest({ model: 'm', prompt: 'hi', stream: answer === 'stream' }),
    says: ['text'],
  },
}

const WRITTEN = {
  reasoning: `They wrote ${of.email.toLowerCase()} and 219-33-8146.`,
  text: `Dear ${of.phone}, "${of.quoted}": bob@other-mail.com`,
  call: `{"to":"${of.quoted}","also":["${of.us_ssn}"],"card":"4111 1111 1111 1111"}`,
}
const SHOWN = {
  reasoning: `They wrote ${ORIGINALS.email} and <us_ssn>.`,
  text: `Dear ${ORIGINALS.phone}, "${ORIGINALS.quoted}": <email>`,
  call: { to: ORIGINALS.quoted, also: [ORIGINALS.us_ssn], card: '<credit_card>' },
}
const LONGEST = Math.max(...Object.values(WRITTEN).map((text) => text.length))

const STARTS: Readonly<Record<keyof typeof WRITTEN, BlockStart>> = {
  reasoning: { kind: 'reasoning' },
  text: { kind: 'text' },
  call: { kind: 'tool-call', id: 'call_1', name: 'look', call: 'function' },
}

/** A provider's answer in which every text is cut at these places. */
function answerOf({ says }: Subject, ...places: readonly number[]): readonly ChatEvent[] {
  const blocks = says.flatMap((kind, block): readonly ChatEvent[] => {
    const pieces = cutAt(WRITTEN[kind], ...places.map((place) => Math.min(place, WRITTEN[kind].length)))
    const deltas = pieces
      .filter((text) => text !== '')
      .map((text): ChatEvent => ({ type: 'delta', choice: 0, block, text }))
    const signed: readonly ChatEvent[] =
      kind === 'reasoning' ? [{ type: 'signature', choice: 0, block, signature: 'c2lnbmVk' }] : []
    return [
      { type: 'block-start', choice: 0, block, start: STARTS[kind] },
      ...deltas,
      ...signed,
      { type: 'block-end', choice: 0, block },
    ]
  })
  const reason = says.includes('call') ? 'tool-calls' : 'stop'
  return [
    { type: 'start', id: 'a1', model: 'm', created: 1 },
    ...blocks,
    { type: 'finish', choice: 0, reason, raw: reason },
    { type: 'usage', usage: { prompt: 3, completion: 5 } },
    { type: 'end' },
  ]
}

function encoded({ dialect, request }: Subject, answer: Answer, events: readonly ChatEvent[]): readonly Frame[] {
  const encoder = dialect.encodeEvents(request(answer))
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')]
}

function decoded({ dialect }: Subject, frames: readonly Frame[]): readonly ChatEvent[] {
  const decoder = dialect.decodeEvents()
  return [...frames.flatMap((frame) => decoder.push(frame)), ...decoder.end('complete')]
}

function transformed(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const transform = answerTransform({ placeholders, scanning: { detector, treat } })
  return events.flatMap((event) => transform.push(event) as readonly ChatEvent[])
}

/** What a client reads: the texts by kind of block, calls as JSON, and how it ended. */
function readBy(events: readonly ChatEvent[]): Readonly<Record<string, unknown>> {
  const kinds = new Map<number, string>()
  const read: Record<string, string> = {}
  for (const event of events) {
    if (event.type === 'block-start') kinds.set(event.block, event.start.kind)
    if (event.type === 'delta') {
      const kind = kinds.get(event.block) ?? 'nothing'
      read[kind] = (read[kind] ?? '') + event.text
    }
    if (event.type === 'finish') read['finish'] = event.reason
    if (event.type === 'error') read['error'] = event.error.message
  }
  return 'tool-call' in read ? { ...read, 'tool-call': JSON.parse(read['tool-call'] ?? '') } : read
}

function expected({ says }: Subject): Readonly<Record<string, unknown>> {
  const finish = says.includes('call') ? 'tool-calls' : 'stop'
  return says.length === 1
    ? { text: SHOWN.text, finish }
    : { reasoning: SHOWN.reasoning, text: SHOWN.text, 'tool-call': SHOWN.call, finish }
}

for (const [name, subject] of Object.entries(SUBJECTS)) {
  test(`${name}: a client reads the originals, wherever the provider cuts its texts`, () => {
    for (let cut = 0; cut <= LONGEST; cut++) {
      const frames = encoded(subject, 'stream', answerOf(subject, cut, cut + 3))
      for (const answer of ['stream', 'body'] as const) {
        const client = encoded(subject, answer, transformed(decoded(subject, frames)))
        assert.deepEqual(readBy(decoded(subject, client)), expected(subject), `cut at ${cut}, ${answer}`)
      }
    }
  })

  test(`${name}: a whole body says the same`, () => {
    const frames = encoded(subject, 'body', answerOf(subject))
    const client = encoded(subject, 'body', transformed(decoded(subject, frames)))
    assert.deepEqual(readBy(decoded(subject, client)), expected(subject))
  })

  test(`${name}: a client reads the originals, wherever the provider's bytes are cut`, () => {
    for (const answer of ['stream', 'body'] as const) {
      const framing = answer === 'stream' ? sse : wholeBody
      const frames = encoded(subject, answer, answerOf(subject, 9, 13, 30, 40))
      const bytes = Buffer.concat(frames.map((frame) => framing.encode(frame)))
      const seen = new Set<string>()
      for (let cut = 0; cut < bytes.length; cut++) {
        const reader = framing.decode()
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)]
        const read = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end('complete')]
        // The same frames become the same answer.
        const key = JSON.stringify(read.map(({ data }) => data))
        if (seen.has(key)) continue
        seen.add(key)
        const client = encoded(subject, 'stream', transformed(decoded(subject, read)))
        assert.deepEqual(readBy(decoded(subject, client)), expected(subject), `${answer} cut at ${cut}`)
      }
    }
  })
}
