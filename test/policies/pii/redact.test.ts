import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AT_ONCE, inTurns } from '../../../core/turns.js'
import type { Finding } from '../../../policies/pii/detect/finding.js'
import { redactTexts, replacer } from '../../../policies/pii/redact.js'
import type { RequestMode } from '../../../policies/pii/settings.js'
import { atOnce } from './at-once.js'
import { digestOf, placeholdersOf } from './placeholders/digest.js'

const at = (start: number, end: number, entity = 'email'): Finding => ({
  entity,
  start,
  end,
  confidence: 1,
  recognizer: 'pattern',
})

/** The findings of every place where one of the values stands. */
function findingsOf(text: string, values: readonly string[]): readonly Finding[] {
  const found: Finding[] = []
  for (const value of values) {
    for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length))
      found.push(at(start, start + value.length))
  }
  return found.sort((a, b) => a.start - b.start)
}

const redacted = (texts: readonly string[], found: readonly (readonly Finding[])[]): readonly string[] => {
  const sites = texts.map((text) => ({ text }))
  const changed = atOnce(redactTexts(sites, found, (_, value) => `<${value.length}>`))
  return sites.map((site) => changed.get(site) ?? site.text)
}

test('a value is replaced between the findings of any text, from six characters on', () => {
  assert.deepEqual(redacted(['id 123456 x', '123456, 1234567, x123456', 'no'], [[at(3, 9)], [], []]), [
    'id <6> x',
    '<6>, 1234567, x123456',
    'no',
  ])
  assert.deepEqual(redacted(['id 12345 x', '12345'], [[at(3, 8)], []]), ['id <5> x', '12345'])
  assert.deepEqual(redacted(['123456 a 123456 b 123456'], [[at(9, 15)]]), ['<6> a <6> b <6>'])
})

test('what stays as it is is left out, and a value that nothing replaces does not spread', () => {
  const sites = [{ text: 'a 123456' }, { text: '123456' }]
  assert.equal(atOnce(redactTexts(sites, [[at(2, 8)], []], () => undefined)).size, 0)
})

test('a finding is replaced as it was found, also where a known value reaches into it', () => {
  assert.deepEqual(redacted(['123456 abcdef', 'x 123456 abcdef y'], [[at(0, 13)], [at(2, 8)]]), [
    '<13>',
    'x <6> abcdef y',
  ])
  assert.deepEqual(redacted(['abcdef ghijkl', 'x abcdef ghijkl'], [[at(0, 6)], [at(9, 15)]]), ['<6> <6>', 'x <6> <6>'])
})

test('nothing of a value is left where it stands alone, in whatever texts', () => {
  const value = fc.constantFrom('a@b-c.de', '+1 555 0100', '078051120', 'Ann Lee')
  const text = fc
    .array(fc.oneof(value, fc.constantFrom('and', ',', 'x@y', '5')), { maxLength: 12 })
    .map((words) => words.join(' '))
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 4 }),
      fc.array(value, { maxLength: 2 }),
      (texts, labelled) => {
        const values = [...new Set(labelled)]
        const sites = [values.join(' | '), ...texts]
        const found = sites.map((each, index) => (index === 0 ? findingsOf(each, values) : []))
        const plain = sites.map((each) => values.reduce((left, one) => left.replaceAll(one, `<${one.length}>`), each))
        assert.deepEqual(redacted(sites, found), plain)
      },
    ),
    { numRuns: 1000 },
  )
})

const VALUES = Array.from({ length: 2000 }, (_, index) => `user${index * 7919}@example-${index}.com`)

/** How often a value is digested in a request in which it stands three times. */
function digestsOf(mode: RequestMode): number {
  let digests = 0
  const digest = (text: string) => {
    digests++
    return digestOf('acme')(text)
  }
  const replace = replacer(() => mode, placeholdersOf(), digest)
  const text = 'a@b-c.de a@b-c.de a@b-c.de'
  atOnce(redactTexts([{ text }], [findingsOf(text, ['a@b-c.de'])], replace))
  return digests
}

test('a value that was found more than once is digested once', () => {
  assert.equal(digestsOf('hash'), 1)
  const text = 'a@b-c.de'
  const replace = replacer(() => 'synthetic', placeholdersOf(), digestOf('acme'))
  assert.equal(replace(at(0, 8), text), replace(at(0, 8), text))
  const once = digestsOf('synthetic')
  let digests = 0
  replacer(
    () => 'synthetic',
    placeholdersOf(),
    (words) => {
      digests++
      return digestOf('acme')(words)
    },
  )(at(0, 8), text)
  assert.equal(once, digests)
})

test('others have their turn before three hundred values have been replaced', async () => {
  const text = VALUES.join(' ')
  let sinceLast = 0
  let most = 0
  let pauses = 0
  const steps = redactTexts([{ text }], [findingsOf(text, VALUES)], (_, value) => {
    most = Math.max(most, ++sinceLast)
    return `<${value}>`
  })
  const turns = {
    clock: { monotonic: () => 0 },
    timeout: 1,
    pause: async () => {
      pauses++
      sinceLast = 0
    },
  }
  const [made] = (await inTurns(steps, turns)).values()
  assert.equal(made, VALUES.map((value) => `<${value}>`).join(' '))
  assert.ok(most < 300, `${most} values in one turn`)
  assert.ok(pauses >= VALUES.length / 300)
})

test('no step announces more than a turn', () => {
  const text = VALUES.join(' ')
  const again = `${VALUES.join(', ')} and ${'other words '.repeat(20_000)}`
  const steps = redactTexts(
    [{ text }, { text: again }],
    [findingsOf(text, VALUES), []],
    (_, value) => `<${value.length}>`,
  )
  let step = steps.next()
  for (; !step.done; step = steps.next()) assert.ok(step.value <= AT_ONCE, `${step.value} units`)
  assert.equal([...step.value.values()].join('').includes('@'), false)
})
