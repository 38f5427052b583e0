import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patternsGuard } from '../../../../policies/guardrails/content/patterns.js'
import { hear, inRequest, ofRequest } from './asked.js'

const guard = patternsGuard({
  patterns: [
    { name: 'ticket', pattern: '\\bACME-[0-9]{3,6}\\b', maxLength: 12 },
    { name: 'word', pattern: '(?i)foo(?:bar)?', maxLength: 6 },
  ],
})

test('patterns are found by their names', () => {
  assert.equal(inRequest(guard, 'see ACME-1234, FOO and foobar'), 'ticket: ACME-1234, FOO, foobar')
  assert.equal(inRequest(guard, 'x', 'a foo'), 'word: foo')
  assert.equal(inRequest(guard, 'ACME-12 or ACME-1234567 or xACME-123'), 'clean')
  assert.throws(() => patternsGuard({ patterns: [{ name: 'x', pattern: '(?=a)' }] }))
})

test('in a stream the same is found wherever it is cut', () => {
  const text = 'some words before it: ACME-1234, then Foo and foobar, ACME-12345678 is none; at the end ACME-999'
  const sorted = (pieces: readonly string[]) =>
    hear(guard, pieces)
      .toSorted((a, b) => a.start - b.start)
      .map(({ start, end }) => [start, end])
  const whole = sorted([text])
  assert.deepEqual(
    whole.map(([start, end]) => text.slice(start, end)),
    ['ACME-1234', 'Foo', 'foobar', 'ACME-999'],
  )
  for (let cut = 0; cut <= text.length; cut++) assert.deepEqual(sorted([text.slice(0, cut), text.slice(cut)]), whole)
  assert.deepEqual(sorted([...text]), whole)
})

test('matches do not depend on where a text is cut', () => {
  const unit = fc.constantFrom('foo', 'bar', 'ACME-', '1', '22', ' ', '😀')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), fc.array(fc.nat(60), { maxLength: 5 }), (units, cuts) => {
      const text = units.join('')
      const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length]
      const pieces = at.slice(1).map((cut, index) => text.slice(at[index], cut))
      const sorted = (pieces: readonly string[]) =>
        hear(guard, pieces)
          .toSorted((a, b) => a.start - b.start)
          .map(({ start, end }) => `${start}-${end}`)
      assert.deepEqual(sorted(pieces), sorted([text]))
    }),
    { numRuns: 1000 },
  )
})

test('a megabyte is read in steps', () => {
  assert.equal(ofRequest(guard, `${'no match in this line, ACME- or fo\n'.repeat(30_000)}foo`).kind, 'hit')
})
