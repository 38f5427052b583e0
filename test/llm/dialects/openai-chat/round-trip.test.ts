import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent, FinishReason, Usage } from '../../../../core/chat.js'
import { openaiChat } from '../../../../llm/dialects/openai-chat.js'
import { answerOf, decode } from './answer.js'

type Start = Extract<ChatEvent, { type: 'block-start' }>['start']
interface Piece {
  readonly start: Start
  readonly deltas: readonly string[]
  readonly signature: string | undefined
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const deltas = fc.array(text, { minLength: 1, maxLength: 3 })
const piece = (start: Start): fc.Arbitrary<Piece> =>
  deltas.map((parts) => ({ start, deltas: parts, signature: undefined }))
const tool = (call: 'function' | 'custom'): fc.Arbitrary<Piece> =>
  fc
    .tuple(fc.uuid(), fc.constantFrom('look', 'run'))
    .chain(([id, name]) => piece({ kind: 'tool-call', id, name, call }))

const reasoning = fc.option(
  fc
    .tuple(deltas, fc.option(text, { nil: undefined }))
    .map(([parts, signature]): Piece => ({ start: { kind: 'reasoning' }, deltas: parts, signature })),
  { nil: undefined },
)
const finish = fc.constantFrom<FinishReason>('stop', 'length', 'tool-calls', 'content-filter')

// In the order in which a message of this dialect is read: its members have no order among themselves.
const choice = fc.record({
  pieces: fc
    .tuple(
      reasoning,
      fc.option(piece({ kind: 'text' }), { nil: undefined }),
      fc.option(piece({ kind: 'refusal' }), { nil: undefined }),
      fc.array(fc.oneof(tool('function'), tool('custom')), { maxLength: 3 }),
    )
    .map(([thought, spoken, refused, calls]) =>
      [thought, spoken, refused, ...calls].filter((each) => each !== undefined),
    ),
  finish,
})

const count = fc.option(fc.nat(1_000_000), { nil: undefined })
const usage: fc.Arbitrary<Usage> = fc
  .record({ prompt: fc.nat(1e6), completion: fc.nat(1e6), cachedPrompt: count, reasoning: count })
  .map((counts) => JSON.parse(JSON.stringify(counts)))

function eventsOf(index: number, pieces: readonly Piece[], reason: FinishReason): readonly ChatEvent[] {
  const blocks = pieces.flatMap(({ start, deltas: parts, signature }, block): readonly ChatEvent[] => [
    { type: 'block-start', choice: index, block, start },
    ...parts.map((part) => ({ type: 'delta', choice: index, block, text: part }) as const),
    ...(signature === undefined ? [] : [{ type: 'signature', choice: index, block, signature } as const]),
    { type: 'block-end', choice: index, block },
  ])
  return [...blocks, { type: 'finish', choice: index, reason, raw: reason }]
}

/** Deals several sequences into one, `turns` saying whose event comes next; each keeps its own order. */
function deal(sequences: readonly (readonly ChatEvent[])[], turns: readonly number[]): readonly ChatEvent[] {
  const queues = sequences.map((sequence) => [...sequence])
  const dealt = turns.flatMap((turn) => queues[turn % queues.length]?.splice(0, 1) ?? [])
  return [...dealt, ...queues.flat()]
}

test('an answer written and read again says the same, streamed or not', () => {
  const choices = fc.array(choice, { minLength: 1, maxLength: 3 })
  const turns = fc.array(fc.nat(2), { maxLength: 40 })
  const wish = fc.constantFrom('body' as const, 'stream' as const)
  fc.assert(
    fc.property(choices, turns, usage, wish, (given, order, counted, form) => {
      const sequences = given.map(({ pieces, finish: reason }, index) => eventsOf(index, pieces, reason))
      const events: readonly ChatEvent[] = [
        { type: 'start', id: 'c', model: 'm', created: 1 },
        ...deal(sequences, order),
        { type: 'usage', usage: counted },
        { type: 'end' },
      ]
      const encoder = openaiChat.encodeEvents(
        openaiChat.decodeRequest({
          model: 'm',
          messages: [{ role: 'user', content: 'x' }],
          stream: form === 'stream',
          stream_options: { include_usage: true },
        }),
      )
      const frames = events.flatMap((event) => encoder.push(event))
      assert.deepEqual(answerOf(decode(frames)), answerOf(events))
    }),
    { numRuns: 200 },
  )
})

test('interleaved tool calls come back whole', () => {
  const call = (block: number, id: string): ChatEvent => ({
    type: 'block-start',
    choice: 0,
    block,
    start: { kind: 'tool-call', id, name: 'f', call: 'function' },
  })
  const delta = (block: number, text: string): ChatEvent => ({ type: 'delta', choice: 0, block, text })
  const stop = (block: number): ChatEvent => ({ type: 'block-end', choice: 0, block })
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'c', model: 'm' },
    ...[call(0, 'a'), call(1, 'b'), delta(1, '{"b"'), delta(0, '{"a"'), delta(1, ':2}'), delta(0, ':1}')],
    ...[
      stop(0),
      stop(1),
      { type: 'finish', choice: 0, reason: 'tool-calls', raw: '' } as const,
      { type: 'end' } as const,
    ],
  ]
  const request = openaiChat.decodeRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }], stream: true })
  const encoder = openaiChat.encodeEvents(request)
  const frames = events.flatMap((event) => encoder.push(event))
  assert.deepEqual(answerOf(decode(frames)).choices[0], ['a f({"a":1})', 'b f({"b":2})', 'finish: tool-calls'])
})
