import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DISGUISES } from '../../../../../policies/guardrails/content/read/disguises.js'
import { undo } from '../../../../../policies/guardrails/content/read/undo.js'
import { atOnce } from '../../../pii/at-once.js'

const undone = (text: string) =>
  DISGUISES.map((disguise) => atOnce(undo(disguise, text))?.text.replaceAll('\u200b', '') ?? '')

test('each disguise is undone where it may be one', () => {
  assert.deepEqual(undone('sh1t h4ppens'), ['shit happens', 'shlt h4ppens', ''])
  assert.deepEqual(undone('a$$ k!ll, wow!'), ['ass kill, wow!', 'a$$ klll, wow!', ''])
  assert.deepEqual(undone('f u c k it, f.u.n'), ['', '', 'fuck it, fun'])
  for (const text of ['455 1234 v12345', 'a b', 'at 5 pm', 'hello', '']) {
    assert.deepEqual(undone(text), ['', '', ''], text)
  }
})

const unit = fc.constantFrom('a', 'b', 'word', '1', '5', '$', '!', ' ', '.', '-', '\n', '😀')
const written = fc.array(unit, { maxLength: 60 }).map((units) => units.join(''))

test('every unit stays in its place, and what changed is told', () => {
  fc.assert(
    fc.property(written, (text) => {
      for (const disguise of DISGUISES) {
        const found = atOnce(undo(disguise, text))
        if (found === undefined) continue
        assert.equal(found.text.length, text.length)
        for (let at = 0; at < text.length; at++) {
          const isTold = found.changed.some(({ start, end }) => start <= at && at < end)
          assert.ok(isTold || found.text[at] === text[at])
        }
      }
    }),
  )
})

test('what is known of a beginning stays whatever follows', () => {
  const narrow = fc.array(fc.constantFrom('a', '1', ' ', '!'), { maxLength: 14 }).map((units) => units.join(''))
  const read = (disguise: (typeof DISGUISES)[number], text: string) => atOnce(undo(disguise, text))?.text ?? text
  fc.assert(
    fc.property(fc.oneof(written, narrow), fc.nat(20), (text, cut) => {
      const at = Math.min(cut, text.length)
      for (const disguise of DISGUISES) {
        const known = disguise.knownUpTo(text, at)
        assert.ok(known <= at)
        assert.equal(read(disguise, text.slice(0, at)).slice(0, known), read(disguise, text).slice(0, known))
      }
    }),
    { numRuns: 3000 },
  )
})

test('a long text is undone piece by piece as it is at once', () => {
  fc.assert(
    fc.property(fc.array(unit, { minLength: 10, maxLength: 40 }), (units) => {
      const text = `${units.join('')} plain. `.repeat(700)
      for (const disguise of DISGUISES) {
        const whole = disguise.undo(text, () => {}) ?? text
        assert.equal(atOnce(undo(disguise, text))?.text ?? text, whole)
      }
    }),
    { numRuns: 30 },
  )
})
