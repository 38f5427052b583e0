import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { ALL_FIXTURES, plainText } from './entities/all-fixtures.js'

const TEXT = 'Ann (ann@firm.de, +1 415-555-2671) pays with 4111 1111 1111 1111 from 203.0.114.7.'
const detector = createDetector()
const LONG = ALL_FIXTURES.flatMap(({ accepts }) => accepts.map(plainText)).join('\n')

test('findings are in order, do not overlap and lie within the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(TEXT, LONG.slice(0, 500), ''), (noise, text) => {
      let end = 0
      for (const finding of detector.find(noise + text + noise)) {
        assert.ok(finding.start >= end && finding.end > finding.start)
        assert.ok(finding.confidence >= 0.5 && finding.confidence <= 1)
        end = finding.end
      }
      assert.ok(end <= noise.length * 2 + text.length)
    }),
  )
})

test('only what is asked for is found', () => {
  const found = (options: Parameters<typeof createDetector>[0]): readonly string[] =>
    createDetector(options)
      .find(`${TEXT} BSN 111222333`)
      .map(({ entity }) => entity)
  assert.deepEqual(found({}), ['email', 'phone', 'credit_card', 'ip_address', 'nl_bsn'])
  assert.deepEqual(found({ entities: ['email', 'nl_bsn'] }), ['email', 'nl_bsn'])
  assert.deepEqual(found({ packs: ['us'] }), ['email', 'phone', 'credit_card', 'ip_address'])
  assert.deepEqual(found({ threshold: 0.9 }), ['email', 'credit_card'])
  assert.deepEqual(found({ thresholds: { email: 1.1, phone: 1.1 } }), ['credit_card', 'ip_address', 'nl_bsn'])
  assert.throws(() => createDetector({ entities: ['emial'] }), RangeError)
})

test('what is allowed is not found, however it is written', () => {
  const allowing = createDetector({ allow: ['4111-1111-1111-1111', 'ANN@firm.de'] })
  assert.deepEqual(
    allowing.find(TEXT).map(({ entity }) => entity),
    ['phone', 'ip_address'],
  )
})

test('what is denied is found, as whole words, in any case and disguise', () => {
  const denying = createDetector({ deny: { project: ['Blue Heron'], email: ['@acme'] } })
  const text = 'BLUE HERON, Blue\u200b Heron, Bluе Heron; not Blue Herons. mail @acme'
  assert.deepEqual(
    denying.find(text).map(({ entity, start, end }) => [entity, text.slice(start, end)]),
    [
      ['project', 'BLUE HERON'],
      ['project', 'Blue\u200b Heron'],
      ['project', 'Bluе Heron'],
      ['email', '@acme'],
    ],
  )
})

test("patterns of one's own find what they match, and lose to what is surer", () => {
  const own = createDetector({
    patterns: [
      { name: 'staff', pattern: 'EMP-[0-9]{4,6}' },
      { name: 'word', pattern: '[a-z]+@firm', confidence: 0.6 },
    ],
  })
  const text = `EMP-12345, ann@firm.de; EMP-1`
  assert.deepEqual(
    own.find(text).map(({ entity, start, end }) => [entity, text.slice(start, end)]),
    [
      ['staff', 'EMP-12345'],
      ['email', 'ann@firm.de'],
    ],
  )
  assert.throws(() => createDetector({ patterns: [{ name: 'x', pattern: '(?=a)' }] }))
})

test('a pattern finds the same across the windows it is searched in', () => {
  const own = createDetector({ entities: [], patterns: [{ name: 'staff', pattern: 'EMP-\\d{4}\\b' }] })
  for (const before of [16_380, 16_384, 16_385, 32_760]) {
    const text = `${'-'.repeat(before)}EMP-1234 EMP-5678`
    assert.deepEqual(
      own.find(text).map(({ start }) => start),
      [before, before + 9],
    )
  }
})

test('slices find what one piece finds, and rest in between', () => {
  const text = `${LONG}\n`.repeat(20)
  const sliced = createDetector({ patterns: [{ name: 'staff', pattern: 'EMP-[0-9]{4,6}' }] }).findSliced(text, 1000)
  let rests = 0
  for (;;) {
    const step = sliced.next()
    if (step.done) {
      assert.deepEqual(step.value, detector.find(text))
      break
    }
    rests++
  }
  assert.ok(rests > text.length / 2000, `${rests} rests`)
})

test('logs, lock files, code and release notes have nothing personal', () => {
  const machine = [
    '2026-03-04T05:06:07.890Z INFO relay req=9f1c2b7e-44aa-4c0d-8e21-6f0b5a7d9c3e route=/v1/items/3318842 status=200 dur_ms=1203 bytes=5209913',
    '{"ts": 1767225600123, "seq": 8203341179004512, "build": {"id": 5120077413, "sha": "9a1c33be70d24f5588e1c06b7714fd2093ab6e15"}}',
    '"resolved": "https://packages.firm.test/left-pad/-/left-pad-1.3.0.tgz", "integrity": "sha512-q8Zk2LwVt0uYhB1xRr9cDdEeFfGgHh=="',
    'source = "registry+https://code.firm.com/index"\n  left-pad@10.31.2:\n    engines: {node: ">=16"}',
    'service mill version 14.22.16001.7733 build 51904476 (7be01fa) on arm64',
    'func (b *Bucket) Take(n float64, at time.Time) (bool, time.Duration) { return rate*60_000, 0.0001234567890123 }',
    '## 12.2.19 (2026-03-12)\n- Raised the limit to 16777216 bytes (#12044) (c93d1e7); see RFC 9110.',
    'row [7120, 3391, 6608, 2954] sum 0.731904418856 checksum 5510382274116093; std::move(face::dead)',
  ]
  for (const text of machine) assert.deepEqual(detector.find(text), [], text)
})
