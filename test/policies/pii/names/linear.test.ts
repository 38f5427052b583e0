import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { learned } from './learned.js'

const WORDS = ['person', 'location', 'organization', 'postal_address', 'date_time', 'age', 'nationality']
const detector = createDetector({ entities: WORDS, names: learned })

function milliseconds(text: string): number {
  const before = process.cpuUsage()
  detector.find(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** What could make a reader go back and forth: no line, no sentence, nothing but names, nothing but what may begin something. */
const NASTY = [
  'Maria ',
  'A ',
  'A.',
  '1 ',
  '12/',
  'May ',
  "O'",
  '-',
  '\n',
  '        ',
  'Ünal, ',
  '王',
  '😀',
  'the ',
  '12 Main St, ',
]

/** Ten times as much text takes at most thirty times as long; what is short is lost in the noise. */
function assertLinear(nasty: string, size: number): void {
  const text = nasty.repeat(Math.ceil(size / nasty.length))
  const tenth = text.slice(0, size / 10)
  milliseconds(tenth)
  const part = Math.max(10, milliseconds(tenth))
  const whole = milliseconds(text)
  assert.ok(whole <= part * 30, `${JSON.stringify(nasty)}: ${whole} ms against ${part} ms for a tenth`)
}

test('a megabyte of one letter, of lines of one name and of capitals takes time in proportion to its length', () => {
  for (const nasty of ['A', 'Maria\n', 'MARIA ']) assertLinear(nasty, 1_000_000)
})

test('anything takes time in proportion to its length', () => {
  for (const nasty of NASTY) assertLinear(nasty, 200_000)
})

test('no step of a sliced search takes long', () => {
  for (const nasty of NASTY) {
    let best = Number.POSITIVE_INFINITY
    for (let repeat = 0; repeat < 3 && best > 20; repeat++) {
      let longest = 0
      const slices = detector.findSliced(nasty.repeat(Math.ceil(40_000 / nasty.length)))
      for (let done = false; !done; ) {
        const before = process.cpuUsage()
        done = slices.next().done ?? false
        const { user, system } = process.cpuUsage(before)
        longest = Math.max(longest, (user + system) / 1000)
      }
      best = Math.min(best, longest)
    }
    assert.ok(best <= 40, `${JSON.stringify(nasty)}: ${best} ms`)
  }
})
