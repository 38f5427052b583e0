import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { literals } from '../../../../policies/pii/placeholders/literals.js'

const found = (values: readonly string[], text: string): readonly string[] =>
  literals(values)(text).map(({ start, end }) => `${start}:${text.slice(start, end)}`)

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
function slow(values: readonly string[], text: string): readonly string[] {
  const places: { start: number; end: number }[] = []
  for (const value of [...new Set(values)].filter((each) => each !== '')) {
    for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + 1)) {
      const end = start + value.length
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
    fc.property(fc.array(value, { maxLength: 6 }), text, (values, within) => {
      assert.deepEqual(found(values, within), slow(values, within))
    }),
    { numRuns: 5000 },
  )
})

const timed = (work: () => void): number => {
  const begin = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - begin) / 1e6
}

test('ten thousand values cost no more than a pass over the text', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => `person${index * 7919}@example-${index}.com`)
  const text = Array.from({ length: 20_000 }, (_, index) => `write to ${values[index % 10_000]} or ring, `).join('')
  let find: ReturnType<typeof literals> | undefined
  const building = timed(() => {
    find = literals(values)
  })
  let count = 0
  const finding = timed(() => {
    count = find?.(text).length ?? 0
  })
  assert.equal(count, 20_000)
  assert.ok(building < 2000, `building takes ${building} ms`)
  assert.ok(finding < 2000, `finding takes ${finding} ms for ${text.length} units`)
})

test('values within values, over and over, stay linear', () => {
  const values = Array.from({ length: 300 }, (_, index) => 'x '.repeat(index + 1).trim())
  const find = literals(values)
  const short = 'x '.repeat(20_000)
  const once = Math.max(
    5,
    Math.min(
      timed(() => find(short)),
      timed(() => find(short)),
    ),
  )
  const fourfold = Math.min(
    timed(() => find(short.repeat(4))),
    timed(() => find(short.repeat(4))),
  )
  assert.ok(fourfold < once * 12, `${once} ms for one, ${fourfold} ms for four`)
})
