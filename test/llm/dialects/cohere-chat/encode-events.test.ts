import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent, FinishReason, Usage } from '../../../../core/chat.js'
import { decode, encode, framesOf, jsonOf, sayings } from './answer.js'

test('writes a stream as it came, but for what is billed and the ids of tokens', () => {
  for (const name of ['thinking-and-citations.sse', 'plan-and-tools.sse']) {
    const frames = framesOf(name)
    const written = encode(decode(frames), 'stream')
    const known = (data: string) => {
      if (data === '[DONE]') return data
      const value = JSON.parse(data)
      if (value.delta?.usage !== undefined) value.delta.usage.billed_units = undefined
      if (value.logprobs !== undefined) Object.assign(value.logprobs, { token_ids: [], logprobs: [-0.75] })
      return JSON.parse(JSON.stringify(value))
    }
    // A call without arguments gets them as a delta.
    const shown = written.filter(({ data }) => !data.includes('"arguments":"{}"'))
    assert.deepEqual(
      shown.map(({ data }) => known(data)),
      frames.map(({ data }) => known(data)),
      name,
    )
    assert.deepEqual(
      shown.map((frame) => frame.type === 'event' && frame.event),
      frames.map((frame) => frame.type === 'event' && frame.event),
    )
  }
})

test('writes a body as it came, but for what is billed and the ids of tokens', () => {
  const given = JSON.parse(JSON.stringify(jsonOf('body-with-everything.json')))
  const [frame] = encode(decode(framesOf('body-with-everything.json')), 'body')
  given.usage.billed_units = undefined
  given.logprobs = [{ text: 'High water is at noon.', token_ids: [], logprobs: [-1] }]
  assert.deepEqual(JSON.parse(frame?.data ?? ''), JSON.parse(JSON.stringify(given)))
})

test('what Cohere has no word for is left out; the rest of the answer stands', () => {
  const at = (block: number) => ({ choice: 0, block }) as const
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'a', model: 'm' },
    { type: 'block-start', ...at(0), start: { kind: 'redacted-reasoning', data: 'x' } },
    { type: 'block-end', ...at(0) },
    { type: 'block-start', ...at(1), start: { kind: 'opaque', dialect: 'gemini', value: {} } },
    { type: 'block-end', ...at(1) },
    { type: 'block-start', ...at(2), start: { kind: 'refusal' } },
    { type: 'delta', ...at(2), text: 'No.' },
    { type: 'annotation', ...at(2), dialect: 'gemini', value: {} },
    { type: 'block-end', ...at(2) },
    { type: 'block-start', ...at(3), start: { kind: 'tool-call', id: 'c', name: 'sh', call: 'custom' } },
    { type: 'delta', ...at(3), text: 'ls ' },
    { type: 'delta', ...at(3), text: '"-l"' },
    { type: 'block-end', ...at(3) },
    { type: 'block-start', choice: 1, block: 0, start: { kind: 'text' } },
    { type: 'delta', choice: 1, block: 0, text: 'another choice' },
    { type: 'block-end', choice: 1, block: 0 },
    { type: 'finish', choice: 0, reason: 'refusal', raw: 'refusal' },
    { type: 'finish', choice: 1, reason: 'length', raw: 'length' },
    { type: 'end' },
  ]
  for (const form of ['stream', 'body'] as const) {
    const said = sayings(decode(encode(events, form)))
    assert.equal(said.text, 'No.', form)
    assert.deepEqual(said.calls, [['c', 'sh', '{"input":"ls \\"-l\\""}']])
    assert.deepEqual(said.citations, [])
    assert.deepEqual(said.finish, ['stop', 'COMPLETE'])
  }
})

test('says each finish in its own words', () => {
  const word = (reason: FinishReason, raw: string, stopSequence?: string) => {
    const finish = { type: 'finish', choice: 0, reason, raw, ...(stopSequence && { stopSequence }) } as const
    return sayings(decode(encode([finish, { type: 'end' }], 'stream'))).finish?.[1]
  }
  assert.equal(word('stop', 'STOP_SEQUENCE'), 'STOP_SEQUENCE')
  assert.equal(word('stop', 'stop'), 'COMPLETE')
  assert.equal(word('stop', 'stop_sequence', 'END'), 'STOP_SEQUENCE')
  assert.equal(word('length', 'max_tokens'), 'MAX_TOKENS')
  assert.equal(word('tool-calls', 'tool_use'), 'TOOL_CALL')
  assert.equal(word('content-filter', 'SAFETY'), 'COMPLETE')
  assert.equal(word('other', 'ERROR'), 'COMPLETE')
})

const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 })
const piece = fc.record({ kind: fc.constantFrom('text', 'thought', 'plan', 'call'), texts: words, cited: fc.boolean() })
const counted: fc.Arbitrary<Usage> = fc.record(
  { prompt: fc.nat(), completion: fc.nat(), cachedPrompt: fc.nat(), reasoning: fc.nat() },
  { requiredKeys: ['prompt', 'completion'] },
)

test('an answer written and read again says the same, streamed or not', () => {
  const extras = { dialect: 'cohere-chat', fields: { tool_plan: true } }
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), counted, (pieces, usage) => {
      const events: readonly ChatEvent[] = [
        { type: 'start', id: 'a', model: '' },
        ...pieces.flatMap(({ kind, texts, cited }, block): readonly ChatEvent[] => {
          const at = { choice: 0, block } as const
          const start =
            kind === 'text'
              ? ({ start: { kind: 'text' } } as const)
              : kind === 'call'
                ? ({ start: { kind: 'tool-call', id: `c${block}`, name: 'f', call: 'function' } } as const)
                : ({ start: { kind: 'reasoning' }, ...(kind === 'plan' && { extras }) } as const)
          const citation = { type: 'annotation', ...at, dialect: 'cohere-chat', value: { text: `${block}` } } as const
          return [
            { type: 'block-start', ...at, ...start },
            ...texts.map((text) => ({ type: 'delta', ...at, text }) as const),
            ...(cited && kind === 'text' ? [citation] : []),
            { type: 'block-end', ...at },
          ]
        }),
        { type: 'finish', choice: 0, reason: 'stop', raw: 'COMPLETE' },
        { type: 'usage', usage },
        { type: 'end' },
      ]
      const said = sayings(events)
      assert.deepEqual(sayings(decode(encode(events, 'stream'))), said)
      const whole = sayings(decode(encode(events, 'body')))
      // A body does not say which text is cited, unless the citation does.
      assert.deepEqual({ ...whole, citations: [] }, { ...said, citations: [] })
    }),
    { numRuns: 300 },
  )
})
