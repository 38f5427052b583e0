import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { repeatable, SECRET_CASES, sample } from '../../../../bench/eval-secrets-cases.js'
import { createDetector, type Detector } from '../../../../policies/pii/detect/detector.js'
import { ENTITIES } from '../../../../policies/pii/detect/entities/index.js'
import type { Finding } from '../../../../policies/pii/detect/finding.js'
import { fold } from '../../../../policies/pii/detect/scan/fold.js'
import { compileRules } from '../../../../policies/pii/detect/scan/rules.js'
import { newScan } from '../../../../policies/pii/detect/scan/state.js'
import { walk } from '../../../../policies/pii/detect/scan/walk.js'
import { chosenSecrets } from '../../../../policies/pii/secrets/options.js'
import { LONGEST_KEY } from '../../../../policies/pii/secrets/read/private-key.js'
import { SECRET_FIXTURES } from './fixtures.js'

const detector = createDetector({ secrets: true })
const random = repeatable(1)
const TEMPLATES = [...SECRET_CASES, ...SECRET_FIXTURES.flatMap(({ accepts, rejects }) => [...accepts, ...rejects])]
const TEXTS = TEMPLATES.map((template) => sample(template, random).replace(/[«»]/g, ''))
const KEY = sample('ghp_{alnum:36}', random)

/** Everything before `openFrom` of a prefix is final, and a scan may go on from there with `window` units of context. */
function assertFinal(scanned: Detector, text: string, cut: number, whole: readonly Finding[]): void {
  const { findings, openFrom } = scanned.scan(text.slice(0, cut))
  const final = (all: readonly Finding[]): readonly Finding[] => all.filter(({ end }) => end <= openFrom)
  const place = `${JSON.stringify(text)} cut at ${cut}, open from ${openFrom}`
  assert.deepEqual(final(findings), final(whole), place)
  assert.ok(!whole.some(({ start, end }) => start < openFrom && end > openFrom), `${place}: nothing reaches across`)
  const base = Math.max(0, openFrom - scanned.window)
  const resumed = scanned.find(text.slice(base), openFrom - base)
  assert.deepEqual(
    resumed.map((finding) => ({ ...finding, start: finding.start + base, end: finding.end + base })),
    whole.filter(({ start }) => start >= openFrom),
    `${place}: resumed`,
  )
}

test('what is before openFrom is final: every cut of every fixture', () => {
  for (const text of TEXTS.map((fixture) => `See this: ${fixture} and tell me.`)) {
    const whole = detector.find(text)
    for (let cut = 0; cut <= text.length; cut++) assertFinal(detector, text, cut, whole)
  }
})

test('what is before openFrom is final: fixtures one behind the other', () => {
  const joint = fc.constantFrom(' ', '\n', '', '=', '"', ': ', '\n  ')
  const pieces = fc.array(fc.tuple(fc.constantFrom(...TEXTS), joint), { minLength: 2, maxLength: 4 })
  fc.assert(
    fc.property(pieces, fc.double({ min: 0, max: 1, noNaN: true }), (parts, at) => {
      const text = parts.flat().join('')
      const whole = detector.find(text)
      const first = Math.floor(at * text.length)
      for (let cut = first; cut < Math.min(text.length, first + 60); cut++) assertFinal(detector, text, cut, whole)
    }),
    { numRuns: 60 },
  )
})

test('a secret wins over personal data, patterns and denied terms that it overlaps', () => {
  const other = createDetector({
    secrets: true,
    deny: { project: [KEY.slice(0, 20)] },
    patterns: [{ name: 'word', pattern: 'ghp_[a-z0-9A-Z]+', confidence: 1 }],
  })
  for (const scanned of [detector, other]) {
    const text = `at https://firm.de/x?key=${KEY}`
    const findings = scanned.find(text)
    assert.deepEqual(
      findings.map(({ entity, recognizer, start, end }) => [entity, recognizer, text.slice(start, end)]),
      [['github_token', 'secret', KEY]],
    )
  }
})

test('secrets are looked for where they are asked for, but for rules that are off and values that are allowed', () => {
  const found = (options: Parameters<typeof createDetector>[0]): readonly string[] =>
    createDetector(options)
      .find(`use ${KEY} here`)
      .map(({ entity }) => entity)
  assert.deepEqual(found({}), [])
  assert.deepEqual(found({ secrets: false }), [])
  assert.deepEqual(found({ secrets: true }), ['github_token'])
  assert.deepEqual(found({ secrets: {} }), ['github_token'])
  assert.deepEqual(found({ secrets: { off: ['github_token'] } }), [])
  assert.deepEqual(found({ secrets: { allow: [KEY] } }), [])
  assert.throws(() => createDetector({ secrets: { off: ['github'] } }), RangeError)
})

test('a private key without an end is open, and closed after so many characters', () => {
  const line = `${sample('{alnum:64}', random)}\n`
  const text = `key: -----BEGIN PRIVATE KEY-----\n${line.repeat(300)}`
  assert.equal(detector.openFrom(text.slice(0, LONGEST_KEY)), text.indexOf('BEGIN'))
  assert.ok(detector.openFrom(text) > LONGEST_KEY - 100)
  const [finding] = detector.find(text)
  assert.deepEqual([finding?.entity, (finding?.end ?? 0) - (finding?.start ?? 0)], ['private_key', LONGEST_KEY])
})

/** What could make the readers go back and forth. */
const NASTY = [
  'a',
  '7',
  '=',
  'key=',
  'token="',
  'token: x1',
  'AKIA',
  '-----BEGIN',
  '-----BEGIN PRIVATE KEY-----\n',
  '://a:',
  'a://b:c',
  'eyJ',
  'eyJaaaaaaaaaaaaaaaaaaaa.',
  'curl -u ',
  'Authorization: Bearer ',
  'data:\n  a: aaaaaaaaaaaa\n',
  '\nkind: Secret\ndata:\n  a: aaaaaaaaaaaa1\n',
  'ZXlK',
  'value="',
  's.',
  'xoxb-123456789012-',
  'hooks.slack.com/services/',
  '-',
  '8Q~',
  'secret=a.',
]
const MOST = 200
const rules = compileRules({
  entities: ENTITIES,
  regions: [],
  terms: [],
  thresholdOf: () => 0.5,
  secrets: chosenSecrets({}),
})

function stepsOf(text: string): number {
  const scan = newScan(fold(text), rules, 0)
  assert.ok(walk(scan, Number.POSITIVE_INFINITY))
  return scan.steps
}

test('no character is looked at more than a fixed number of times', () => {
  for (const nasty of NASTY) {
    const text = nasty.repeat(Math.ceil(40_000 / nasty.length))
    const steps = stepsOf(text)
    assert.ok(steps <= MOST * text.length, `${JSON.stringify(nasty)}: ${steps / text.length} per character`)
    assert.ok(stepsOf(text + text) <= 2 * steps + 40_000, JSON.stringify(nasty))
  }
})
