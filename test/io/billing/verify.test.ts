import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CounterReading } from '../../../io/billing/bucket-sums.js'
import { GENESIS } from '../../../io/billing/chain.js'
import { encodeHead } from '../../../io/billing/head.js'
import type { Entry } from '../../../io/billing/row.js'
import { createRowFiles } from '../../../io/billing/row-files.js'
import { verifyLedgers } from '../../../io/billing/verify.js'
import type { Window } from '../../../policies/budget/ledger.js'
import { asked, attempted, charged, folder, linesOfEntries } from './folder.js'

const SOURCE = '0123456789ab-0'
const START = 1_700_000_000_000
const LIFE: Window = { kind: 'life' }

/** A source that ended in order, five rows a segment. */
function written(entries: readonly Entry[], root = folder(), source = SOURCE) {
  const directory = join(root, source)
  mkdirSync(directory, { recursive: true })
  const { lines, link } = linesOfEntries(entries, GENESIS, START)
  const paths: string[] = []
  for (let at = 0; at < lines.length; at += 5) {
    const path = join(directory, `${String(at + 1).padStart(12, '0')}.jsonl`)
    paths.push(path)
    writeFileSync(path, `${lines.slice(at, at + 5).join('\n')}\n`)
  }
  writeFileSync(join(directory, 'head.json'), encodeHead({ ...link, from: link.seq + 1, run: link.seq + 1 }))
  return { root, directory, lines, paths, link }
}

/** Ten requests of 10 each, with an opened and a closed row. */
const USUAL: readonly Entry[] = [
  { kind: 'opened', source: SOURCE },
  ...Array.from({ length: 10 }, (_, n) => `r${n}`).flatMap((request) => [
    asked(request),
    attempted(request, { charges: charged(request, 10) }),
  ]),
  { kind: 'closed' },
]

const reading = (counters: CounterReading['counters'], at = START + 1_000_000): CounterReading => ({
  ...{ at, counters, settling: 0 },
  windowOf: (key) => (key.includes('all') ? LIFE : undefined),
})
const counter = (committed: number, key = 'budgets/all/usd', window: Window = LIFE) => ({ key, committed, window })

const verify = (root: string, counters?: CounterReading) => verifyLedgers({ roots: [root], reading: counters })

test('a ledger that adds up is ok', async () => {
  const { root } = written(USUAL)
  const report = await verify(root, reading([counter(100)]))
  assert.deepEqual(
    { ...report, sources: report.sources.map(({ state, rows, first, last }) => [state, rows, first, last]) },
    {
      ...{ ok: true, sources: [['ended', 22, 1, 22]], attempts: 10, running: 0, findings: [], attemptFindings: [] },
      ...{ gaps: [], compared: 1, mismatches: [], uncharged: [] },
    },
  )
})

test('whatever is done to one line is found, with its file, its line and its row', async () => {
  type Damage = 'change' | 'remove' | 'repeat' | 'swap' | 'garble'
  const damaged = (lines: readonly string[], index: number, damage: Damage): readonly string[] => {
    const line = lines[index] ?? ''
    const without = lines.filter((_, at) => at !== index)
    switch (damage) {
      case 'change':
        return lines.with(index, line.replace(/"at":"2/, '"at":"1'))
      case 'garble':
        return lines.with(index, line.slice(0, line.length / 2))
      case 'remove':
        return without
      case 'repeat':
        return [...lines.slice(0, index + 1), line, ...lines.slice(index + 1)]
      case 'swap':
        return index + 1 < lines.length
          ? lines.with(index, lines[index + 1] ?? '').with(index + 1, line)
          : [line, ...without]
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.nat(21),
      fc.constantFrom<Damage>('change', 'remove', 'repeat', 'swap', 'garble'),
      async (index, damage) => {
        const { root, paths } = written(USUAL)
        const path = paths[Math.floor(index / 5)] ?? ''
        const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
        if (damage === 'swap' && lines.length < 2) return
        const after = damaged(lines, index % 5, damage)
        writeFileSync(path, after.length === 0 ? '' : `${after.join('\n')}\n`)
        const { ok, findings } = await verify(root)
        assert.equal(ok, false)
        const near = findings.some(({ seq }) => Math.abs(seq - (index + 1)) <= 4)
        assert.ok(near, JSON.stringify(findings))
        assert.ok(findings.every(({ source, file, what }) => source === SOURCE && file !== '' && what !== ''))
      },
    ),
    { numRuns: 80 },
  )
})

test('lines cut off the end and off the beginning are named', async () => {
  const cut = written(USUAL)
  const last = cut.paths.at(-1) ?? ''
  writeFileSync(last, `${cut.lines[20]}\n`)
  const { findings } = await verify(cut.root)
  assert.deepEqual(
    findings.map(({ line, seq, what }) => [line, seq, what]),
    [[0, 22, 'row 22 is missing at the end']],
  )

  const begun = written(USUAL)
  const first = begun.paths[0] ?? ''
  writeFileSync(first, `${begun.lines.slice(2, 5).join('\n')}\n`)
  assert.deepEqual(
    (await verify(begun.root)).findings.map(({ file, line, seq, what }) => [file, line, seq, what]),
    [['000000000001.jsonl', 1, 3, 'rows 1 to 2 are missing']],
  )
})

test('a row that was written anew with a hash that fits breaks the chain', async () => {
  const { root, paths, lines } = written(USUAL)
  const before = JSON.parse(lines[0] ?? '')
  const forged = linesOfEntries([asked('r0', 1, 'another lease')], before, START + 1000).lines[0] ?? ''
  writeFileSync(paths[0] ?? '', `${[lines[0], forged, ...lines.slice(2, 5)].join('\n')}\n`)
  const { findings } = await verify(root)
  assert.deepEqual(
    findings.map(({ line, what }) => [line, what]),
    [[3, 'does not follow row 2 as it is']],
  )
})

test('attempts without a row, with two, and rows without an attempt are named with their leases', async () => {
  const { root } = written([
    { kind: 'opened', source: SOURCE },
    asked('open'),
    asked('twice'),
    attempted('twice'),
    attempted('twice'),
    attempted('never'),
    asked('lost'),
    attempted('lost', { outcome: 'lost' }),
  ])
  const { ok, attemptFindings, uncharged } = await verify(root)
  assert.equal(ok, false)
  assert.deepEqual(
    attemptFindings.map(({ request, seq, what, leases }) => [request, seq, what, leases]),
    [
      ['twice', 5, 'has a second row, or none that it was asked', []],
      ['never', 6, 'has a second row, or none that it was asked', []],
      ['open', 2, 'was asked, and no row tells what became of it', ['lease-of-open']],
    ],
  )
  assert.deepEqual(
    uncharged.map(({ request, leases }) => [request, leases]),
    [['lost', ['lease-of-lost']]],
  )
})

test('rows that could not be kept are told', async () => {
  const { root } = written([{ kind: 'gap', rows: 7, reason: 'ENOSPC' }])
  const { ok, gaps } = await verify(root)
  assert.deepEqual([ok, gaps], [false, [{ source: SOURCE, seq: 1, rows: 7, reason: 'ENOSPC' }]])
})

test('counters that have more or less than the rows, and counters that are gone, are named', async () => {
  const { root } = written(USUAL)
  for (const committed of [99, 101]) {
    const { mismatches } = await verify(root, reading([counter(committed)]))
    assert.deepEqual(mismatches, [{ key: 'budgets/all/usd', committed, least: 100, most: 100 }])
  }
  const gone = await verify(root, reading([]))
  assert.deepEqual(gone.mismatches, [{ key: 'budgets/all/usd', committed: 0, least: 100, most: 100 }])
  const other = await verify(root, reading([counter(100), counter(5, 'budgets/other/usd')]))
  assert.deepEqual(other.mismatches, [{ key: 'budgets/other/usd', committed: 5, least: 0, most: 0 }])
})

test('what is taken back by a reset counts, and the sources of several directories add up', async () => {
  const first = written([...USUAL, { kind: 'adjusted', bucket: 'budgets/all/usd', amount: -60, by: 'root' }])
  const second = written([asked('x'), attempted('x', { charges: charged('x', 7) })], folder(), 'ba9876543210-1')
  const report = await verifyLedgers({ roots: [first.root, second.root], reading: reading([counter(47)]) })
  assert.equal(report.ok, true, JSON.stringify(report.mismatches))
})

test('a window that rolls is compared to within a slice', async () => {
  const window: Window = { kind: 'rolling', length: 10_000, slices: 10 }
  const entries = Array.from({ length: 40 }, (_, n) =>
    attempted(`r${n}`, { charges: charged(`r${n}`, 1, 'limits/all/requests') }),
  )
  const { root } = written(entries)
  const at = START + 39_000
  const compare = async (committed: number) =>
    (await verify(root, reading([counter(committed, 'limits/all/requests', window)], at))).mismatches
  for (const committed of [9, 10, 11]) assert.deepEqual(await compare(committed), [], String(committed))
  for (const committed of [0, 7, 13, 40]) assert.equal((await compare(committed)).length, 1, String(committed))
})

test('while requests are settled there is a span of what counters may have', async () => {
  const { root } = written(USUAL)
  const compare = async (committed: number) => {
    const at = START + 22_000
    const { mismatches } = await verify(root, { ...reading([counter(committed)], at), settling: 5_000 })
    return mismatches.length
  }
  // The rows of the last five seconds may be counted or not.
  assert.deepEqual(await Promise.all([70, 80, 90, 100, 110].map(compare)), [1, 0, 0, 0, 1])
})

test('segments that are removed leave what they came to, and the ledger still adds up', async () => {
  const { root, directory } = written(USUAL)
  const files = createRowFiles(root, { now: () => START + 1_000_000, monotonic: () => 0 })
  const segments = await files.segments(SOURCE)
  assert.deepEqual(
    segments.map(({ first, last, closedAt }) => [first, last, closedAt !== undefined]),
    [
      [1, 5, true],
      [6, 10, true],
      [11, 15, true],
      [16, 20, true],
      [21, 22, true],
    ],
  )
  const rest = readFileSync(join(directory, '000000000001.jsonl'))
  for (const segment of segments.slice(0, 3)) await files.remove(SOURCE, segment)
  const report = await verify(root, reading([counter(100)]))
  assert.deepEqual([report.ok, report.sources[0]?.first], [true, 16], JSON.stringify(report))
  await assert.rejects(files.read(SOURCE, 0, 10), /rows from 1 to 15 .* are missing/)
  assert.equal((await files.read(SOURCE, 15, 10)).length, 7)

  // The process died after it had counted a segment, and before it removed it.
  writeFileSync(join(directory, '000000000001.jsonl'), rest)
  const [left] = await files.segments(SOURCE)
  if (left) await files.remove(SOURCE, left)
  assert.equal((await verify(root, reading([counter(100)]))).ok, true)
  for (const segment of await files.segments(SOURCE)) await files.remove(SOURCE, segment)
  assert.equal((await verify(root, reading([counter(100)]))).ok, true)
})
