import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AT_ONCE } from '../../../../core/turns.js'
import { findLiterals, type Occurrence, type Stretch } from '../../../../policies/pii/placeholders/literals.js'
import { cpuMilliseconds } from '../../../support/cpu-time.js'
import { atOnce } from '../at-once.js'

const whole = (text: string): Stretch => ({ text, start: 0, end: text.length })

const within = (values: readonly string[], stretch: Stretch): readonly Occurrence[] =>
  atOnce(findLiterals(values, [stretch])).get(stretch) ?? []

const shown = (text: string, places: readonly Occurrence[]): readonly string[] =>
  places.map(({ start, end }) => `${start}:${text.slice(start, end)}`)

const found = (values: readonly string[], text: string): readonly string[] => shown(text, within(values, whole(text)))

test('values are found at word boundaries only', () => {
  assert.deepEqual(found(['Ann', '42', '+1 555'], 'Ann, Anna, 42, 421, x42, +1 555; x+1 555-1, +1 5556'), [
    '0:Ann',
    '11:42',
    '25:+1 555',
    '34:+1 555',
  ])
  assert.deepEqual(found(['"key"'], 'a"key"b'), ['1:"key"'])
  assert.deepEqual(found(['李雷'], '我是李雷。'), ['2:李雷'])
  assert.deepEqual(found(['Zoë', 'Öl'], 'Zoë Zoëy Ölöl Öl'), ['0:Zoë', '14:Öl'])
})

test('longer values come before shorter ones', () => {
  assert.deepEqual(found(['Ann', 'Ann Lee', 'Lee'], 'Ann Lee and Lee'), ['0:Ann Lee', '12:Lee'])
  assert.deepEqual(found(['Ann Lee', 'Lee Ray Fox', 'Fox'], 'Ann Lee Ray Fox'), ['4:Lee Ray Fox'])
  assert.deepEqual(found(['Ann Lee Kim', 'Lee Kim Fox', 'Kim Fox', 'Fox'], 'Ann Lee Kim Fox'), [
    '0:Ann Lee Kim',
    '12:Fox',
  ])
})

test('nothing is found without values, or in nothing', () => {
  assert.deepEqual(found([], 'text'), [])
  assert.deepEqual(found([''], 'text'), [])
  assert.deepEqual(found(['a'], ''), [])
})

const isWord = (unit: string | undefined): boolean => unit !== undefined && /[a-c1]/.test(unit)

/** The same by trying every value everywhere, longest first. */
function slow(values: readonly string[], text: string, from = 0, to = text.length): readonly string[] {
  const places: { start: number; end: number }[] = []
  for (const value of [...new Set(values)].filter((each) => each !== '')) {
    for (let start = text.indexOf(value, from); start >= 0; start = text.indexOf(value, start + 1)) {
      const end = start + value.length
      if (end > to) break
      if (isWord(value[0]) && isWord(text[start - 1])) continue
      if (isWord(value.at(-1)) && isWord(text[end])) continue
      places.push({ start, end })
    }
  }
  places.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)
  const kept: { start: number; end: number }[] = []
  for (const place of places)
    if (kept.every(({ start, end }) => place.end <= start || end <= place.start)) kept.push(place)
  return kept.sort((a, b) => a.start - b.start).map(({ start, end }) => `${start}:${text.slice(start, end)}`)
}

test('finds what trying everything finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '.', '-'), maxLength: 40 })
  const value = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '-'), maxLength: 5 })
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), text, (values, searched) => {
      assert.deepEqual(found(values, searched), slow(values, searched))
    }),
    { numRuns: 5000 },
  )
})

test('in a part of a text what stands in it is found, words ending where they end in the text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', '-'), maxLength: 30 })
  const value = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), text, fc.nat(30), fc.nat(30), (values, searched, one, other) => {
      const [start = 0, end = 0] = [one, other].map((at) => Math.min(at, searched.length)).sort((a, b) => a - b)
      assert.deepEqual(
        shown(searched, within(values, { text: searched, start, end })),
        slow(values, searched, start, end),
      )
    }),
    { numRuns: 5000 },
  )
})

test('stretches are told apart, and those without any left out', () => {
  const stretches = ['no', 'Ann', 'Anna', 'Ann and Ann'].map(whole)
  const places = atOnce(findLiterals(['Ann', 'Bob'], stretches))
  assert.deepEqual(
    [...places].map(([{ text }, each]) => [text, each.length]),
    [
      ['Ann', 1],
      ['Ann and Ann', 2],
    ],
  )
})

/** The units of work announced at once, at most. */
function longestStep(steps: ReturnType<typeof findLiterals>): number {
  let longest = 0
  for (let step = steps.next(); !step.done; step = steps.next()) longest = Math.max(longest, step.value)
  return longest
}

test('a value that is nowhere else is not compiled', () => {
  const values = Array.from({ length: 5000 }, (_, index) => `person${index}@example.com`)
  const units = (text: string): number => {
    let sum = 0
    const steps = findLiterals(values, [whole(text)])
    for (let step = steps.next(); !step.done; step = steps.next()) sum += step.value
    return sum
  }
  const text = 'some words of no interest '.repeat(1000)
  assert.ok(units(text) < text.length, `${units(text)} units for ${text.length}`)
  assert.ok(units(values.join(' ')) > 5000 * 20)
})

test('long values and long texts are searched in steps', () => {
  const long = 'x '.repeat(100_000)
  assert.ok(longestStep(findLiterals([long, 'x x', 'x x x'], [whole(long.repeat(2))])) <= AT_ONCE)
})

test('ten thousand values cost no more than a pass over the text', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => `person${index * 7919}@example-${index}.com`)
  const text = Array.from({ length: 20_000 }, (_, index) => `write to ${values[index % 10_000]} or ring, `).join('')
  let count = 0
  const finding = cpuMilliseconds(() => {
    count = within(values, whole(text)).length
  })
  assert.equal(count, 20_000)
  assert.ok(finding < 3000, `finding takes ${finding} ms for ${text.length} units`)
})

test('values within values, over and over, stay linear', () => {
  const values = Array.from({ length: 300 }, (_, index) => 'x '.repeat(index + 1).trim())
  const find = (text: string) => within(values, whole(text))
  const short = 'x '.repeat(20_000)
  const once = Math.max(
    5,
    Math.min(
      cpuMilliseconds(() => find(short)),
      cpuMilliseconds(() => find(short)),
    ),
  )
  const fourfold = Math.min(
    cpuMilliseconds(() => find(short.repeat(4))),
    cpuMilliseconds(() => find(short.repeat(4))),
  )
  assert.ok(fourfold < once * 12, `${once} ms for one, ${fourfold} ms for four`)
})
