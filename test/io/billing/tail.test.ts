import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { GENESIS } from '../../../io/billing/chain.js'
import { encodeHead } from '../../../io/billing/head.js'
import { createReader } from '../../../io/billing/reader.js'
import { repairTail } from '../../../io/billing/tail.js'
import { asked, attempted, folder, linesOfEntries } from './folder.js'

const SOURCE = '0123456789ab-0'

/** A source with two segments of five rows; the head has seen `seen` of them. */
function written(root: string, seen: number, from = 1) {
  const directory = join(root, SOURCE)
  mkdirSync(directory, { recursive: true })
  const entries = [1, 2, 3, 4, 5].flatMap((number) => [asked(`r${number}`), attempted(`r${number}`)])
  const { lines, link } = linesOfEntries(entries, GENESIS)
  const first = join(directory, '000000000001.jsonl')
  const last = join(directory, '000000000006.jsonl')
  writeFileSync(first, `${lines.slice(0, 5).join('\n')}\n`)
  writeFileSync(last, `${lines.slice(5).join('\n')}\n`)
  const at = linesOfEntries(entries.slice(0, seen), GENESIS).link
  writeFileSync(join(directory, 'head.json'), encodeHead({ ...at, from, run: 1 }))
  return { directory, first, last, lines, link }
}

test('a whole end is gone on with, and only what may be unfinished is read', async () => {
  const { directory, last, link } = written(folder(), 10, 7)
  const tail = await repairTail(directory)
  assert.deepEqual({ ...tail.link, hash: tail.link.hash }.hash, link.hash)
  assert.deepEqual([tail.segment?.path, tail.troubles], [last, []])
  assert.deepEqual(
    tail.rows.map(({ seq }) => seq),
    [7, 8, 9, 10],
  )
})

test('wherever the last line is torn, what is not whole is cut off and kept aside', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1_000),
      fc.constantFrom('', '\u0000\u0000\u0000', '{"seq":99}\n', 'x\n'),
      async (cut, rest) => {
        const { directory, last, lines } = written(folder(), 8)
        const text = readFileSync(last)
        const size = text.length - Math.min(cut, Buffer.byteLength(`${lines.slice(8).join('\n')}\n`))
        truncateSync(last, size)
        appendFileSync(last, rest)
        const tail = await repairTail(directory)
        const whole = readFileSync(last, 'utf8').split('\n').slice(0, -1)
        assert.deepEqual(whole, lines.slice(5, 5 + whole.length))
        assert.equal(tail.link.seq, 5 + whole.length)
        assert.ok(tail.link.seq >= 8)
        const damaged = size + rest.length !== Buffer.byteLength(`${whole.join('\n')}\n`)
        assert.equal(tail.troubles.length, damaged ? 1 : 0)
        assert.equal(existsSync(`${last}.torn`), damaged)
      },
    ),
    { numRuns: 40 },
  )
})

test('rows that were on the disk are never cut, and numbering goes on behind those that are missing', async () => {
  const changed = written(folder(), 10)
  writeFileSync(changed.last, readFileSync(changed.last, 'utf8').replace('"r4"', '"r9"'))
  const tail = await repairTail(changed.directory)
  assert.deepEqual([tail.link.seq, tail.troubles], [10, []])

  const short = written(folder(), 10)
  truncateSync(short.last, Buffer.byteLength(`${short.lines[5]}\n`))
  const cut = await repairTail(short.directory)
  assert.deepEqual([cut.link.seq, cut.link.hash, cut.segment], [10, short.link.hash, undefined])
  assert.match(cut.troubles.join(), /rows 7 to 10 in .* are missing/)
})

test('an empty directory begins a chain', async () => {
  const tail = await repairTail(folder())
  assert.deepEqual([tail.link, tail.segment, tail.rows], [GENESIS, undefined, []])
})

test('a reader gets rows in order over segments, in pieces of any size, and not one that is unfinished', async () => {
  const root = folder()
  const { last, lines } = written(root, 10)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), async (limit) => {
      const reader = createReader(root)
      assert.deepEqual(await reader.sources(), [SOURCE])
      const seqs: number[] = []
      for (let rows = await reader.read(SOURCE, 0, limit); rows.length > 0; ) {
        assert.ok(rows.length <= limit)
        seqs.push(...rows.map(({ seq }) => seq))
        rows = await reader.read(SOURCE, seqs.at(-1) ?? 0, limit)
      }
      assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }),
  )
  const reader = createReader(root)
  const next = linesOfEntries([asked('r6'), attempted('r6')], JSON.parse(lines[9] ?? ''))
  const text = `${next.lines.join('\n')}\n`
  assert.equal((await reader.read(SOURCE, 0, 100)).length, 10)
  appendFileSync(last, text.slice(0, 50))
  assert.deepEqual(await reader.read(SOURCE, 10, 100), [])
  appendFileSync(last, text.slice(50))
  assert.deepEqual(
    (await reader.read(SOURCE, 10, 100)).map(({ seq }) => seq),
    [11, 12],
  )
})

test('a reader that follows a source reads what is new, and not the rest again', async () => {
  const root = folder()
  const { last, lines } = written(root, 10)
  const reader = createReader(root)
  assert.equal((await reader.read(SOURCE, 0, 100)).length, 10)
  // Who reads these again cannot.
  writeFileSync(last, readFileSync(last, 'utf8').replaceAll('"seq"', '"qes"'))
  const next = linesOfEntries([asked('r6'), attempted('r6')], JSON.parse(lines[9] ?? ''))
  appendFileSync(last, `${next.lines.join('\n')}\n`)
  const seqs = async (after: number) => (await reader.read(SOURCE, after, 100)).map(({ seq }) => seq)
  assert.deepEqual(await seqs(10), [11, 12])
  // A reader that has not used a row yet begins with it again, not with the first one.
  assert.deepEqual(await seqs(11), [12])
  await assert.rejects(seqs(9), /cannot be read/)
})

test('a reader says which rows are missing', async () => {
  const root = folder()
  const { last, lines } = written(root, 10)
  writeFileSync(last, `${[...lines.slice(5, 7), ...lines.slice(8)].join('\n')}\n`)
  await assert.rejects(createReader(root).read(SOURCE, 0, 100), /rows from 8 to 8 of .* are missing/)
  assert.equal(readdirSync(root).length, 1)
})
