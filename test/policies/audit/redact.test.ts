import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { repeatable, sample } from '../../../bench/eval-secrets-cases.js'
import { createRedactor } from '../../../policies/audit/redact.js'
import type { Said } from '../../../policies/audit/said.js'
import { ALL_FIXTURES } from '../pii/detect/entities/all-fixtures.js'
import { WORDS_FIXTURES } from '../pii/detect/entities/words-fixtures.js'
import { SECRET_FIXTURES } from '../pii/secrets/fixtures.js'
import { PARTS } from './parts.js'

const redact = createRedactor(PARTS)
const redacted = async (text: string, kind: Said['kind'] = 'text', most = 65_536) => {
  const { prompt } = await redact({ prompt: [{ role: 'user', kind, text }], answer: [] }, most)
  return prompt[0]
}

/** Every kind of value of this build's vocabulary, in words that tell it; « and » stand around the value. */
const MARKED: readonly string[] = [
  ...[...ALL_FIXTURES, ...WORDS_FIXTURES].flatMap(({ accepts }) => accepts),
  ...SECRET_FIXTURES.flatMap(({ accepts }, index) =>
    accepts.map((template) => sample(template, repeatable(index + 1))),
  ),
]
/** A shorter value may stand anywhere by chance. */
const LEAST = 5
const valuesIn = (marked: string) =>
  [...marked.matchAll(/«([^»]*)»/g)].map(([, value]) => value ?? '').filter(({ length }) => length >= LEAST)
const plain = (marked: string) => marked.replace(/[«»]/g, '')

test('masks what the detectors find, and keeps the rest', async () => {
  const said = await redacted('Write to ann@example.com, or call with 4111 1111 1111 1111.')
  assert.deepEqual(said, { role: 'user', kind: 'text', text: 'Write to [EMAIL], or call with [CREDIT_CARD].' })
})

test('a value that is known from one text is masked in all others', async () => {
  const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
  const prompt = [{ role: 'user', kind: 'text', text: `password: Tr0ub4dor-and-3 ${token}` }] as const
  const answer = [{ role: 'assistant', kind: 'text', text: 'You said Tr0ub4dor-and-3.' }] as const
  const made = await redact({ prompt, answer }, 65_536)
  assert.doesNotMatch(JSON.stringify(made), /Tr0ub4dor|ghp_/)
})

test('no value of the vocabulary survives, wherever and in whatever form it stands', async () => {
  assert.ok(MARKED.length > 300)
  const kinds = ['text', 'tool-call', 'tool-result', 'reasoning', 'opaque'] as const
  const run = fc.asyncProperty(
    fc.array(fc.constantFrom(...MARKED), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(...kinds),
    fc.constantFrom('prose', 'json', 'json in json'),
    async (marked, kind, form) => {
      const text = marked.map(plain).join('\n\n')
      const written =
        form === 'prose' ? text : JSON.stringify({ note: form === 'json' ? text : JSON.stringify({ text }) })
      const made = JSON.stringify(await redacted(written, kind))
      for (const value of marked.flatMap(valuesIn)) {
        const escaped = JSON.stringify(value).slice(1, -1)
        assert.ok(!made.includes(escaped), `${value} in ${made}`)
      }
    },
  )
  await fc.assert(run, { numRuns: 300 })
})

test('no value survives a cut, wherever that is', async () => {
  const short = MARKED.filter((marked) => valuesIn(marked).length > 0 && !marked.includes('\n'))
  const filler = 'the quick brown fox jumps over the lazy dog. '
  const run = fc.asyncProperty(
    fc.constantFrom(...short),
    fc.integer({ min: -80, max: 80 }),
    fc.constantFrom('head', 'tail'),
    async (marked, offset, side) => {
      const most = 2048
      const around = filler.repeat(2000)
      const at = side === 'head' ? most / 2 + offset : around.length - most / 2 + offset
      const before = around.slice(0, Math.max(0, at))
      const text = `${before}\n${plain(marked)}\n${around.slice(before.length)}`
      const said = await redacted(text, 'text', most)
      assert.equal(said?.length, text.length)
      assert.ok((said?.text?.length ?? 0) + (said?.tail?.length ?? 0) <= most)
      const made = `${said?.text}|${said?.tail}`
      for (const value of valuesIn(marked)) {
        assert.ok(!made.includes(value), value)
        // Nor most of it.
        if (value.length >= 12) assert.ok(!made.includes(value.slice(0, -3)) && !made.includes(value.slice(3)), value)
      }
    },
  )
  await fc.assert(run, { numRuns: 60 })
})

test('what nobody can read is left out', async () => {
  const hidden = Buffer.from('ann@example.com is hers. '.repeat(80)).toString('base64')
  const picture = `data:image/png;base64,${Buffer.from(Array.from({ length: 200 }, (_, at) => at % 256)).toString('base64')}`
  for (const text of [hidden, picture]) {
    assert.deepEqual(await redacted(text), { role: 'user', kind: 'text', length: text.length, left: 'unreadable' })
  }
})

test("the operator's own terms and patterns are masked, too", async () => {
  const own = [{ deny: { project: ['Blue Heron'] }, patterns: [{ name: 'ticket', pattern: 'OPS-\\d{4}' }] }]
  const masking = createRedactor({ ...PARTS, own })
  const prompt = [{ role: 'user', kind: 'text', text: 'Blue Heron is in OPS-1234.' }] as const
  const made = await masking({ prompt, answer: [] }, 1000)
  assert.equal(made.prompt[0]?.text, '[PROJECT] is in [TICKET].')
})

test('names of tools are masked like texts', async () => {
  const prompt = [{ role: 'assistant', kind: 'tool-call', name: 'mail ann@example.com', text: '{}' }] as const
  const made = await redact({ prompt, answer: [] }, 1000)
  assert.equal(made.prompt[0]?.name, 'mail [EMAIL]')
})

test('what takes too long is given up', async () => {
  let now = 0
  const slow = createRedactor({ ...PARTS, clock: { monotonic: () => (now += 20_000) } })
  const prompt = [{ role: 'user', kind: 'text', text: 'a word and another one '.repeat(4000) }] as const
  await assert.rejects(slow({ prompt, answer: [] }, 500_000), { name: 'ScanTimeout' })
})

test('many pieces are masked like few', async () => {
  const prompt = Array.from(
    { length: 5000 },
    (_, at) => ({ role: 'user', kind: 'text', text: `m${at}@example.com` }) as const,
  )
  const made = await redact({ prompt, answer: prompt.slice(0, 2) }, 500_000)
  const expected = { role: 'user', kind: 'text', text: '[EMAIL]' }
  assert.equal(made.prompt.length, prompt.length)
  for (const said of [...made.prompt, ...made.answer]) assert.deepEqual(said, expected)
})
