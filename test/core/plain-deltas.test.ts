import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Answer, AnswerStream } from '../../core/answer.js'
import type { ChatEvent } from '../../core/chat.js'
import type { AnswerOptions } from '../../core/delivery.js'
import { passThrough } from '../../core/pass-through.js'
import { plainDeltas } from '../../core/plain-deltas.js'
import type { Dialect } from '../../core/provider.js'
import { tally } from '../../core/tally.js'
import { translation } from '../../core/translation.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { framings } from '../../llm/framing/framings.js'
import { sse } from '../../llm/framing/sse.js'
import { chatRequestOf } from '../support/chat-request.js'

const REQUEST = chatRequestOf({ model: 'm', stream: true, includeUsage: true })

/** A text as JSON, its characters escaped or not. */
const written = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(' roads', 'a', '\n\n', '"', '\\', 'content', 'delta', 'id', ' in', 'é', '日本', '🙂', ''),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    fc.constantFrom('plain', 'plain', 'plain', 'escaped'),
  )
  .map(([text, how]) =>
    how === 'plain' ? JSON.stringify(text) : `"${[...text].map((sign) => escapedUnits(sign)).join('')}"`,
  )

function escapedUnits(sign: string): string {
  return Array.from(sign, (_, index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, '0')}`).join('')
}

const noise = fc.constantFrom('', ',"obfuscation":"a8Jd"', ',"obfuscation":""', ',"obfuscation":"zz9"', ',"usage":null')
const choice = fc.constantFrom(0, 0, 0, 1)
const members = fc.oneof(
  { weight: 12, arbitrary: written.map((text) => `"content":${text}`) },
  { weight: 1, arbitrary: written.map((text) => `"role":"assistant","content":${text}`) },
  { weight: 1, arbitrary: written.map((text) => `"reasoning_content":${text}`) },
  { weight: 1, arbitrary: written.map((text) => `"content":"x","refusal":${text}`) },
  {
    weight: 1,
    arbitrary: written.map((text) => `"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":${text}}}]`),
  },
)
const openaiFrame = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .tuple(choice, members, noise)
      .map(
        ([index, delta, more]) =>
          `data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":${index},"delta":{${delta}},"finish_reason":null}]${more}}\n\n`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ': ping\n\n',
      'data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
      'data: {"id":"x","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}\n\n',
      'data: {"id":"x","choices":[{"index":0,"delta":{"content":"a\\q"},"finish_reason":null}]}\n\n',
      'data: {"id":"x","choices":[{"index":0,"delta":{"content":"crlf"},"finish_reason":null}]}\r\n\r\n',
      'data: {"error":{"message":"no"}}\n\n',
      'data: [DONE]\n\n',
    ),
  },
)
const anthropicFrame = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(choice, written)
      .map(
        ([index, text]) =>
          `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"text_delta","text":${text}}}\n\n`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'event: ping\ndata: {"type": "ping"}\n\n',
      'event: content_block_start\ndata: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}\n\n',
      'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}\n\n',
      'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n',
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    ),
  },
)

/** A stream in pieces: mostly frame by frame, as providers send them, some cut anywhere, some of several frames. */
const pieces = (frame: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(frame, { maxLength: 24 }), fc.array(fc.tuple(fc.nat(), fc.nat(4)), { maxLength: 4 }))
    .map(([frames, cuts]) => {
      const chunks: Buffer[] = frames.map((text) => Buffer.from(text))
      for (const [at, how] of cuts) {
        const index = at % Math.max(1, chunks.length)
        const [chunk, next] = [chunks[index], chunks[index + 1]]
        if (chunk && how < 2)
          chunks.splice(index, 1, chunk.subarray(0, at % chunk.length), chunk.subarray(at % chunk.length))
        else if (chunk && next) chunks.splice(index, 2, Buffer.concat([chunk, next]))
      }
      return chunks
    })

interface Outcome {
  readonly answers: readonly unknown[]
  readonly heard: readonly ChatEvent[]
  readonly tallied: readonly unknown[]
}

type Reader = (options: AnswerOptions) => AnswerStream

function outcome(dialect: Dialect, client: Dialect, reader: Reader, chunks: readonly Uint8Array[]): Outcome {
  const heard: ChatEvent[] = []
  const seen = tally()
  const context = {
    requestId: 'r',
    dialect: client,
    asked: REQUEST,
    request: REQUEST,
    framings,
    outgoing: sse,
  } as never
  const nothing = () => {}
  const stream = reader({
    ...{ place: 'last', request: REQUEST, provider: { dialect } as never, incoming: sse, outgoing: sse, tally: seen },
    context: Object.assign(context, { clock: { now: () => 0, monotonic: () => 0 } }),
    host: { headers: () => ({}), commit: nothing, fail: nothing, over: nothing },
    heard: (event) => void heard.push(event),
  })
  const answers: unknown[] = []
  const add = (made: readonly Answer[] | Promise<readonly Answer[]>) => {
    assert.ok(!(made instanceof Promise))
    answers.push(made.map((one) => (one.kind === 'bytes' ? Buffer.from(one.bytes).toString('latin1') : one)))
  }
  for (const chunk of chunks) {
    if (stream.forward(chunk)) answers.push('forwarded')
    else add(stream.body.push(chunk))
  }
  stream.unread()
  add(stream.body.end('complete'))
  return {
    answers,
    heard,
    tallied: [seen.text(), seen.length(), seen.usage(), seen.finish(), seen.ended(), seen.error()?.message],
  }
}

const DIALECTS = [
  ['OpenAI', openaiChat, openaiFrame],
  ['Anthropic', anthropicMessages, anthropicFrame],
] as const

for (const [name, dialect, frame] of DIALECTS) {
  const { plainDelta: _, ...long } = dialect
  for (const client of [openaiChat, anthropicMessages]) {
    test(`what ${name} streams is translated to ${client.name} the same the short way and the long way`, () => {
      fc.assert(
        fc.property(pieces(frame), (chunks) => {
          const read: Reader = (options) => translation(options, [])
          assert.deepEqual(outcome(dialect, client, read, chunks), outcome(long, client, read, chunks))
        }),
        { numRuns: 400 },
      )
    })
  }
  test(`what ${name} streams is passed on and counted the same the short way and the long way`, () => {
    fc.assert(
      fc.property(pieces(frame), (chunks) => {
        assert.deepEqual(outcome(dialect, dialect, passThrough, chunks), outcome(long, dialect, passThrough, chunks))
      }),
      { numRuns: 400 },
    )
  })
}

const chunkOf = (content: string, more = '') =>
  Buffer.from(
    `data: {"id":"x","choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]${more}}\n\n`,
  )

function learned(...chunks: readonly Buffer[]) {
  const deltas = plainDeltas(openaiChat.plainDelta ?? assert.fail())
  const frames = sse.decode()
  const events = openaiChat.decodeEvents()
  for (const chunk of chunks) for (const frame of frames.push(chunk)) deltas.learn(frame, events.push(frame))
  return deltas
}

test('one frame that says more of a text is enough to know the next ones, whatever noise is in them', () => {
  const deltas = learned(chunkOf('first'), chunkOf('second', ',"obfuscation":"Ab1"'))
  const next = chunkOf('\\u0074hird \\n', ',"obfuscation":"x"')
  assert.deepEqual(deltas.read(next, 0), { type: 'delta', choice: 0, block: 0, text: 'third \n' })
  assert.equal(deltas.end(), next.length)
})

test('nothing is known any more once something else has been read', () => {
  const finish = Buffer.from('data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')
  assert.equal(learned(chunkOf('first'), chunkOf('second'), finish).read(chunkOf('third'), 0), undefined)
})

test('a text that stands in its frame a second time is not learned from', () => {
  assert.equal(learned(chunkOf('first'), chunkOf('content')).read(chunkOf('third'), 0), undefined)
})

test('what is no string, or empty, is read the long way', () => {
  const deltas = learned(chunkOf('first'), chunkOf('second'))
  for (const text of ['', '\\q', 'line\nfeed', '\\ud83']) assert.equal(deltas.read(chunkOf(text), 0), undefined, text)
})
