import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent } from '../../../../core/chat.js'
import { callAsText } from '../../../../llm/dialects/shared/call-as-text.js'
import { answerOf } from '../openai-chat/answer.js'

type Start = Extract<ChatEvent, { type: 'block-start' }>['start']

const call = (name: string): Start => ({ kind: 'tool-call', id: `id_${name}`, name, call: 'function' })
const block = (number: number, start: Start, ...texts: readonly string[]): readonly ChatEvent[] => [
  { type: 'block-start', choice: 0, block: number, start },
  ...texts.map((text) => ({ type: 'delta', choice: 0, block: number, text }) as const),
  { type: 'block-end', choice: 0, block: number },
]
const finish: ChatEvent = { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'tool_use' }

function restored(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const transform = callAsText('answer')
  return [...events.flatMap((event) => transform.push(event)), ...transform.end('complete')]
}
const linesOf = (...events: readonly ChatEvent[]) => answerOf(restored(events)).choices[0]

test('the call is text, delta by delta', () => {
  const events = restored([...block(0, call('answer'), '{"a"', ':1}'), finish])
  assert.deepEqual(events, [
    ...block(0, { kind: 'text' }, '{"a"', ':1}'),
    { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
  ])
})

test('each delta leaves when it comes', () => {
  const transform = callAsText('answer')
  const [start, delta] = block(0, call('answer'), '{') as [ChatEvent, ChatEvent]
  assert.equal(transform.push(start).length, 1)
  assert.deepEqual(transform.push(delta), [delta])
})

test('a preamble and what follows the answer are left out, thinking stays', () => {
  const lines = linesOf(
    ...block(0, { kind: 'reasoning' }, 'hm'),
    ...block(1, { kind: 'text' }, 'Here it is:'),
    ...block(2, call('answer'), '{}'),
    ...block(3, { kind: 'text' }, 'Anything else?'),
    ...block(4, call('answer'), '{"again":1}'),
    finish,
  )
  assert.deepEqual(lines, ['reasoning: hm', 'text: {}', 'finish: stop'])
})

test('a preamble that is open when the call begins says no more', () => {
  const transform = callAsText('answer')
  transform.push({ type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } })
  transform.push({ type: 'block-start', choice: 0, block: 1, start: call('answer') })
  assert.deepEqual(transform.push({ type: 'delta', choice: 0, block: 0, text: 'x' }), [])
  assert.deepEqual(transform.push({ type: 'block-end', choice: 0, block: 0 }), [])
})

test("the client's own tools are called as ever", () => {
  const calls = linesOf(...block(0, { kind: 'text' }, 'I look.'), ...block(1, call('look'), '{}'), finish)
  assert.deepEqual(calls, ['text: I look.', 'id_look look({})', 'finish: tool-calls'])
  const both = linesOf(...block(0, call('look'), '{}'), ...block(1, call('answer'), '{}'), finish)
  assert.deepEqual(both, ['id_look look({})', 'text: {}', 'finish: tool-calls'])
})

test('an answer without the call is shown, at its end', () => {
  const stop: ChatEvent = { type: 'finish', choice: 0, reason: 'length', raw: 'max_tokens' }
  assert.deepEqual(linesOf(...block(0, { kind: 'text' }, 'I can', 'not.'), stop), ['text: I cannot.', 'finish: length'])
})

test('nothing is lost of an answer that breaks off', () => {
  const [start, delta] = block(0, { kind: 'text' }, 'I can') as [ChatEvent, ChatEvent]
  assert.deepEqual(restored([start, delta]), [start, delta])
})
