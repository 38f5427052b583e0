import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent } from '../../../../core/chat.js'
import { withoutFence } from '../../../../llm/dialects/shared/without-fence.js'

/** What is left of a text that comes in these pieces. */
function left(pieces: readonly string[], kind: 'text' | 'reasoning' = 'text'): string {
  const transform = withoutFence()
  const events: readonly ChatEvent[] = [
    { type: 'block-start', choice: 0, block: 0, start: { kind } },
    ...pieces.map((text) => ({ type: 'delta', choice: 0, block: 0, text }) as const),
    { type: 'block-end', choice: 0, block: 0 },
  ]
  return events
    .flatMap((event) => transform.push(event))
    .flatMap((event) => (event.type === 'delta' ? [event.text] : []))
    .join('')
}

const CASES = [
  ['```json\n{"a": "```"}\n```', '{"a": "```"}'],
  ['  ```\r\n{"a":1}\r\n```\n', '{"a":1}'],
  ['```JSON\n{"a":1}', '{"a":1}'],
  ['{"a":1}', '{"a":1}'],
  [' {"a":1}\n```', ' {"a":1}\n```'],
  ['```python\nx\n```', '```python\nx\n```'],
  ['``', '``'],
  ['', ''],
] as const

for (const [text, expected] of CASES) {
  test(`of ${JSON.stringify(text)} is left ${JSON.stringify(expected)}, wherever it is cut`, () => {
    assert.equal(left([text]), expected)
    assert.equal(left([...text]), expected)
    for (let at = 0; at <= text.length; at++) assert.equal(left([text.slice(0, at), text.slice(at)]), expected)
  })
}

test('thinking keeps its fences', () => {
  assert.equal(left(['```json\n{}\n```'], 'reasoning'), '```json\n{}\n```')
})

test('text that begins without a fence passes unchanged, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('`', 'j', ' ', '\n', '{', 'x') })), (pieces) => {
      const text = pieces.join('')
      fc.pre(!/^\s*```(json)?[ \t]*\r?\n/i.test(text))
      assert.equal(left(pieces), text)
    }),
  )
})

test('a begun text leaves as it comes', () => {
  const transform = withoutFence()
  transform.push({ type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } })
  const delta: ChatEvent = { type: 'delta', choice: 0, block: 0, text: '{"a' }
  assert.deepEqual(transform.push(delta), [delta])
})
