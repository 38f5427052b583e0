import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent, Usage } from '../../../../core/chat.js'
import type { Framing } from '../../../../core/framing.js'
import type { Dialect } from '../../../../core/provider.js'
import { speech, transcriptions } from '../../../../llm/dialects/governed/audio.js'
import { imageGenerations } from '../../../../llm/dialects/governed/images.js'
import { rerank } from '../../../../llm/dialects/governed/scores.js'
import { asItComes } from '../../../../llm/framing/as-it-comes.js'
import { sse } from '../../../../llm/framing/sse.js'
import { wholeBody } from '../../../../llm/framing/whole-body.js'

function decode(
  dialect: Dialect,
  framing: Framing,
  chunks: readonly Uint8Array[],
  how: 'complete' | 'cut' = 'complete',
) {
  const frames = framing.decode()
  const events = dialect.decodeEvents()
  const out: ChatEvent[] = []
  const read = (units: ReturnType<typeof frames.push>) => {
    for (const frame of units) out.push(...events.push(frame))
  }
  for (const chunk of chunks) read(frames.push(chunk))
  read(frames.end(how))
  return [...out, ...events.end(how)]
}
const whole = (dialect: Dialect, value: unknown) =>
  decode(dialect, wholeBody, [Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))])
const usageOf = (events: readonly ChatEvent[]): Usage | undefined => {
  const found = events.findLast((event) => event.type === 'usage')
  return found?.type === 'usage' ? found.usage : undefined
}
const textOf = (events: readonly ChatEvent[]) =>
  events.map((event) => (event.type === 'delta' ? event.text : '')).join('')

test('reads the usage of images, transcripts and rankings', () => {
  const details = { text_tokens: 12, image_tokens: 0 }
  const image = {
    data: [],
    usage: { input_tokens: 12, output_tokens: 272, total_tokens: 284, input_tokens_details: details },
  }
  assert.deepEqual(usageOf(whole(imageGenerations, image)), { prompt: 12, completion: 272 })
  const audio = { audio_tokens: 14, text_tokens: 2 }
  const transcript = {
    text: 'hi',
    usage: { type: 'tokens', input_tokens: 16, output_tokens: 3, input_token_details: audio },
  }
  assert.deepEqual(usageOf(whole(transcriptions, transcript)), { prompt: 16, completion: 3, audioPrompt: 14 })
  assert.equal(usageOf(whole(transcriptions, { text: 'hi', usage: { type: 'duration', seconds: 9 } })), undefined)
  assert.deepEqual(usageOf(whole(rerank, { results: [], usage: { total_tokens: 26 } })), { prompt: 26, completion: 0 })
  assert.equal(usageOf(whole(rerank, { results: [], meta: { billed_units: { search_units: 1 } } })), undefined)
  const billed = { input_tokens: 5, output_tokens: 0, search_units: 1 }
  assert.deepEqual(usageOf(whole(rerank, { results: [], meta: { billed_units: billed } })), {
    prompt: 5,
    completion: 0,
  })
})

test('images that were read are not counted as text, which is cheaper', () => {
  const details = { text_tokens: 12, image_tokens: 300 }
  const usage = { input_tokens: 312, output_tokens: 272, input_tokens_details: details }
  assert.deepEqual(usageOf(whole(imageGenerations, { data: [], usage })), { completion: 272 })
})

test('an error inside an answer is one, and so is what cannot be read where only JSON can be', () => {
  for (const value of [{ error: { message: 'no' } }, { error: 'no' }, { type: 'error' }, '<html>', '[]', '5']) {
    assert.equal(whole(imageGenerations, value).at(-1)?.type, 'error', JSON.stringify(value))
  }
  assert.equal(whole(imageGenerations, { data: [], error: {} }).at(-1)?.type, 'end')
  assert.equal(whole(imageGenerations, '').at(-1)?.type, 'error')
})

test('transcripts are text, whatever form they come in', () => {
  for (const value of [{ text: 'hello', segments: [{ text: 'hel' }] }, 'hello']) {
    const events = whole(transcriptions, value)
    assert.deepEqual([textOf(events), events.at(-1)?.type], ['hello', 'end'])
  }
})

const USAGE = '"usage":{"input_tokens":14,"output_tokens":3}'
const EVENTS = [
  'event: transcript.text.delta\ndata: {"type":"transcript.text.delta","delta":"héllo "}\n\n',
  ': a comment\n\n',
  'data: {"type":"transcript.text.delta","delta":"there"}\n\n',
  `data: {"type":"transcript.text.done","text":"héllo there",${USAGE}}\n\n`,
].join('')

test('reads a stream of events the same wherever it is cut', () => {
  const bytes = Buffer.from(EVENTS)
  const expected = decode(transcriptions, sse, [bytes])
  assert.deepEqual([textOf(expected), usageOf(expected)], ['héllo there', { prompt: 14, completion: 3 }])
  assert.equal(expected.at(-1)?.type, 'end')
  for (let at = 1; at < bytes.length; at++) {
    assert.deepEqual(decode(transcriptions, sse, [bytes.subarray(0, at), bytes.subarray(at)]), expected)
  }
})

test('other servers stream transcripts as chunks of a chat', () => {
  const chunk = (content: string) =>
    `data: {"object":"transcription.chunk","choices":[{"delta":{"content":"${content}"}}]}\n\n`
  const events = decode(transcriptions, sse, [Buffer.from(`${chunk('hel')}${chunk('lo')}data: [DONE]\n\n`)])
  assert.deepEqual([textOf(events), events.at(-1)?.type], ['hello', 'end'])
})

test('sound is shown from its first piece on, and one that was cut ends with an error', () => {
  const pieces = [Buffer.from([1, 2]), Buffer.from([10, 10]), Buffer.alloc(0), Buffer.from([3])]
  const events = decode(speech, asItComes, pieces)
  assert.deepEqual(
    events.map(({ type }) => type),
    ['start', 'block-start', 'end'],
  )
  assert.equal(decode(speech, asItComes, pieces, 'cut').at(-1)?.type, 'error')
  assert.equal(decode(speech, asItComes, []).at(-1)?.type, 'error')
  const frames = asItComes.decode()
  assert.deepEqual(
    Buffer.concat(pieces.flatMap((piece) => frames.push(piece)).map(asItComes.encode)),
    Buffer.concat(pieces),
  )
})

test('a stream that breaks off, or says an error, ends with one', () => {
  assert.equal(decode(transcriptions, sse, [Buffer.from(EVENTS)], 'cut').at(-1)?.type, 'error')
  const failing = Buffer.from('data: {"type":"x"}\n\ndata: {"type":"error","error":{"message":"no"}}\n\ndata: {}\n\n')
  assert.equal(decode(imageGenerations, sse, [failing]).at(-1)?.type, 'error')
})

test('no frames make it throw, and at most one event ends an answer', () => {
  const data = fc.oneof(fc.json(), fc.string(), fc.constantFrom('[DONE]', '', '{"error":{"a":1}}', '{"text":"x"}'))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('event', 'body'), data)), (frames) => {
      for (const dialect of [speech, imageGenerations]) {
        const events = dialect.decodeEvents()
        const made = frames.flatMap(([type, text]) =>
          events.push(type === 'event' ? { type, event: '', data: text } : { type: 'body', data: text }),
        )
        const all = [...made, ...events.end('complete')]
        assert.equal(all.filter(({ type }) => type === 'end' || type === 'error').length, 1)
      }
    }),
  )
})
