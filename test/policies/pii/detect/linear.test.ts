import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ENTITIES } from '../../../../policies/pii/detect/entities/index.js'
import { fold } from '../../../../policies/pii/detect/scan/fold.js'
import { compileRules } from '../../../../policies/pii/detect/scan/rules.js'
import { newScan } from '../../../../policies/pii/detect/scan/state.js'
import { walk } from '../../../../policies/pii/detect/scan/walk.js'

const rules = compileRules({ entities: ENTITIES, regions: ['US', 'GB'], terms: [], thresholdOf: () => 0.5 })

/** Characters that a scan of the text looks at. */
function stepsOf(text: string): number {
  const scan = newScan(fold(text), rules, 0)
  assert.ok(walk(scan, Number.POSITIVE_INFINITY))
  return scan.steps
}

/** What could make a scanner go back and forth. */
const NASTY = [
  '1 ',
  '4 ',
  '4111 ',
  'a@',
  'a@b.',
  'a [at] ',
  ' at b dot ',
  '=http://a.co',
  'http://',
  '::1:',
  'a.b.',
  '(',
  '(1',
  '1.',
  '1-',
  '+1',
  'GB29 ',
  'ssn ',
  'passport ',
  'A',
  '7',
  'www.',
  '%40',
  '<',
  '[',
  'x1',
  '0x',
  '\u200b',
  '１',
  'aB',
  "a'",
  '_',
  'account 1',
]

/** The most steps per character; what follows a URL is read up to its longest length from each of its parts. */
const MOST = 120

test('doubling a text at most doubles the work', () => {
  const unit = fc.constantFrom(...NASTY)
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), (parts) => {
      const text = parts.join('').repeat(400)
      // Where the two halves meet a bounded number of values may begin that go on into the second.
      assert.ok(stepsOf(text + text) <= 2 * stepsOf(text) + 4096, JSON.stringify(parts))
    }),
    { numRuns: 60 },
  )
})

test('no character is looked at more than a fixed number of times', () => {
  for (const nasty of NASTY) {
    const text = nasty.repeat(4000)
    assert.ok(
      stepsOf(text) <= MOST * text.length,
      `${JSON.stringify(nasty)}: ${stepsOf(text) / text.length} per character`,
    )
  }
})
