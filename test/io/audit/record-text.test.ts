import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AT_ONCE, atOnce } from '../../../core/turns.js'
import { recordText } from '../../../io/audit/record-text.js'
import type { Said } from '../../../policies/audit/said.js'
import { NOON, recordAt } from './parts.js'

const said = fc.array(
  fc.record({ role: fc.constant('user'), kind: fc.constant('text' as const), text: fc.string(), tail: fc.string() }),
  { maxLength: 20 },
)

test('the text of a record is its JSON', () => {
  const run = fc.property(
    fc.option(said, { nil: undefined }),
    said,
    fc.constantFrom(1, 100),
    (prompt, answer, times) => {
      const all: readonly Said[] = Array.from({ length: times }, () => answer).flat()
      const record = recordAt(NOON, { ...(prompt && { prompt, answer: all }) })
      assert.equal(`{${atOnce(recordText(record)).join('')}`, JSON.stringify(record))
    },
  )
  fc.assert(run)
})

test('no step of writing a long record is long, and no piece but that of one long text', () => {
  const prompt = Array.from({ length: 100_000 }, () => ({ role: 'user', kind: 'text', length: 2 }) as const)
  const long = Array.from({ length: 20 }, () => ({ role: 'user', kind: 'text', text: 'x'.repeat(30_000) }) as const)
  const steps = recordText(recordAt(NOON, { prompt, answer: long }))
  let units = 0
  for (;;) {
    const step = steps.next()
    if (step.done) {
      for (const piece of step.value) assert.ok(piece.length < 64 * 1024)
      break
    }
    assert.ok(step.value <= AT_ONCE / 4, `${step.value} units`)
    units += step.value
  }
  assert.ok(units > AT_ONCE)
})
