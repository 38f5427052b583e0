import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { Tiktoken } from 'js-tiktoken/lite'
import cl100k from 'js-tiktoken/ranks/cl100k_base'
import o200k from 'js-tiktoken/ranks/o200k_base'
import { createEncodings, type EncodingName, LONGEST_SLICE } from '../../../llm/tokens/encoding.js'

const encodings = createEncodings(readFile)
const oracles: Readonly<Record<EncodingName, Tiktoken>> = {
  o200k_base: new Tiktoken(o200k),
  cl100k_base: new Tiktoken(cl100k),
}
const names: readonly EncodingName[] = ['o200k_base', 'cl100k_base']

/** Fragments that decide where pieces are cut, and scripts whose characters are several bytes. */
const fragment = fc.constantFrom(
  ...[
    "'s",
    "'LL",
    "'ve",
    "'",
    ' ',
    '  ',
    '\n',
    '\r\n',
    '\t',
    '\u00a0',
    '\u3000',
    '/',
    '//',
    '_',
    '-',
    '0',
    '123',
    '4567',
  ],
  ...[
    'the',
    ' quick',
    'Brown',
    ' FOX',
    'camelCase',
    'HTTPServer',
    'naïve',
    'e\u0301',
    '\u0301',
    'ǅ',
    'ʰ',
    'ß',
    'Ω',
    '٣',
    '½',
  ],
  ...[
    '你好',
    '世界。',
    'こんにちは',
    '안녕',
    'привет',
    'שלום',
    'नमस्ते',
    'ไทย',
    '😀',
    '👩‍👩‍👧',
    '🇩🇪',
    '𝒳',
    '\ud800',
    '\udc00',
  ],
  ...['<|endoftext|>', '<|im_start|>', '{"a":', '=>', '!!!', '.\n\n', '\ufeff', '\u2028', '\u0085'],
)
const text = fc.oneof(
  fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.array(fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 40 }).map((p) => p.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.tuple(fragment, fc.integer({ min: 1, max: 60 })).map(([part, times]) => part.repeat(times)),
)

for (const name of names) {
  test(`${name} counts any text as js-tiktoken does`, async () => {
    const encoding = await encodings.load(name)
    const oracle = oracles[name]
    fc.assert(
      fc.property(text, (sample) => encoding.count(sample) === oracle.encode(sample, [], []).length),
      { numRuns: 300 },
    )
  })

  test(`${name} counts words with any neighbours as js-tiktoken does, also when it has met them before`, async () => {
    const encoding = await encodings.load(name)
    const unit = fc.constantFrom(..."aeinotAT  '.,1\n\u0000é好")
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), (sample) => {
        const tokens = oracles[name].encode(sample, [], []).length
        assert.deepEqual([encoding.count(sample), encoding.count(sample)], [tokens, tokens])
      }),
      { numRuns: 500 },
    )
  })

  test(`${name} counts unbroken runs of 2 KB as js-tiktoken does`, async () => {
    const encoding = await encodings.load(name)
    const random = fc.sample(
      fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 2000, maxLength: 2000 }),
      { numRuns: 2, seed: 1 },
    )
    const runs = ['a', 'A', ' ', '\n', '7', '=', '😀', '好', 'xyz'].map((unit) =>
      unit.repeat(2000 / Buffer.byteLength(unit)),
    )
    for (const run of [...random, ...runs]) {
      assert.equal(encoding.count(run), oracles[name].encode(run, [], []).length, run.slice(0, 10))
    }
  })
}

test('special tokens in a text are ordinary text', async () => {
  const encoding = await encodings.load('o200k_base')
  assert.equal(encoding.count('<|endoftext|>'), 7)
})

test('an encoding is read once, also when two ask at the same time', async () => {
  let reads = 0
  const store = createEncodings((file) => {
    reads++
    return readFile(file)
  })
  assert.equal(store.loaded('cl100k_base'), undefined)
  const [first, second] = await Promise.all([store.load('cl100k_base'), store.load('cl100k_base')])
  assert.equal(first, second)
  assert.equal(store.loaded('cl100k_base'), first)
  assert.equal(reads, 1)
})

test('other work runs while a vocabulary is read', async () => {
  let turns = 0
  const pausing = createEncodings(readFile, async () => {
    turns++
  })
  await pausing.load('cl100k_base')
  // Its 100,256 tokens are read and then entered, some thousands at a time.
  assert.ok(turns >= 2 * 24, `${turns}`)
})

test('a failed read is tried again', async () => {
  let reads = 0
  const store = createEncodings((file) => (reads++ === 0 ? Promise.reject(new Error('busy')) : readFile(file)))
  await assert.rejects(store.load('cl100k_base'), /busy/)
  assert.equal((await store.load('cl100k_base')).count('hello world'), 2)
})

test('a vocabulary file that is none is refused', async () => {
  const store = createEncodings(async () => new TextEncoder().encode('IQ== 0\nIg== 7\n'))
  await assert.rejects(store.load('cl100k_base'), /token 1 has rank 7/)
})

test('more than one slice at once is refused', async () => {
  const encoding = await encodings.load('o200k_base')
  assert.throws(() => encoding.count('a'.repeat(LONGEST_SLICE + 1)), RangeError)
})
