import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AT_ONCE } from '../../../core/turns.js'
import type { Detector } from '../../../policies/pii/detect/detector.js'
import { createDetector } from '../../../policies/pii/detect/detector.js'
import { type Labelled, scanTexts } from '../../../policies/pii/scan-texts.js'
import { atOnce } from './at-once.js'

const SSN = '536228726'

const found = (texts: readonly Labelled[], detector: Detector = createDetector()) =>
  atOnce(scanTexts(texts, detector)).map((findings) => findings.map(({ entity, start, end }) => [entity, start, end]))

test('findings are told by the text, its label left out', () => {
  assert.deepEqual(found([{ text: SSN }, { text: SSN, label: 'ssn' }, { text: 'x', label: SSN }]), [
    [],
    [['us_ssn', 0, 9]],
    [],
  ])
})

test('a label that is longer than any name is not read', () => {
  let units = 0
  const none: Detector = {
    window: 0,
    find: (text) => {
      units += text.length
      return []
    },
    openFrom: () => 0,
    scan: () => ({ findings: [], openFrom: 0 }),
    findSliced: () => assert.fail('these are short'),
    follow: () => undefined,
  }
  const label = 'a'.repeat(AT_ONCE / 2)
  found(
    Array.from({ length: 100 }, () => ({ text: 'value', label })),
    none,
  )
  assert.equal(units, 500)
})

test('no step reads more than a turn, and every text counts', () => {
  const detector = createDetector()
  const long = 'word '.repeat(20_000)
  const steps = scanTexts([{ text: long }, ...Array.from({ length: 5000 }, () => ({ text: '' }))], detector)
  let announced = 0
  for (let step = steps.next(); !step.done; step = steps.next()) {
    announced += step.value
    assert.ok(step.value <= AT_ONCE)
  }
  assert.ok(announced >= long.length + 5000)
})
