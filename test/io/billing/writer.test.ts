import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GENESIS, readLine } from '../../../io/billing/chain.js'
import { decodeHead } from '../../../io/billing/head.js'
import type { Entry, Row } from '../../../io/billing/row.js'
import { createWriter, type Writer, type WriterOptions } from '../../../io/billing/writer.js'
import { createFakeTime } from '../ledger/fake-time.js'
import { fakeFiles } from './fake-files.js'

const DIRECTORY = '/ledger/a-0'
const HEAD = `${DIRECTORY}/head.json`

function worldOf(options: Partial<WriterOptions> = {}) {
  const files = fakeFiles()
  const time = createFakeTime()
  const told: string[] = []
  const writer = createWriter({
    ...{ files, directory: DIRECTORY, link: GENESIS, segment: undefined, segmentSize: 1_000_000, fsync: 100 },
    ...{ onFull: 'refuse', from: () => ({ from: undefined, run: 1 }), soon: setImmediate, ...time },
    told: (state) => told.push(state),
    ...options,
  })
  const segments = () => files.paths().filter((path) => path.endsWith('.jsonl'))
  const rows = () => rowsIn(segments().map(files.text).join(''))
  return { files, time, told, writer, segments, rows }
}

/** The rows of a text whose every line is whole; that they are a chain is checked. */
function rowsIn(text: string): readonly Row[] {
  let last = GENESIS
  return text.split('\n').flatMap((line, index, lines) => {
    if (index === lines.length - 1) {
      assert.equal(line, '', 'the last line is whole')
      return []
    }
    const read = readLine(line)
    assert.ok(read.kind === 'row' && read.intact, line)
    assert.deepEqual([read.row.seq, read.row.prev], [last.seq + 1, last.hash])
    last = read.row
    return [read.row]
  })
}

const note = (number: number, length = 10): Entry => ({
  ...{ kind: 'adjusted', bucket: `b${'x'.repeat(length)}`, amount: number, by: 'a test' },
})

const amounts = (rows: readonly Row[]) => rows.flatMap((row) => (row.kind === 'adjusted' ? [row.amount] : []))

async function add(writer: Writer, count: number, first = 1): Promise<void> {
  let seq = 0
  for (let number = first; number < first + count; number++) seq = writer.append(note(number))
  await writer.written(seq)
}

test('rows of one turn are one write, in their order, and chained', async () => {
  const { files, writer, rows } = worldOf()
  await add(writer, 300)
  assert.deepEqual(
    amounts(rows()),
    Array.from({ length: 300 }, (_, index) => index + 1),
  )
  assert.equal(files.writes(), 1)
})

test('a segment that is full is followed by another, named by its first row', async () => {
  const { writer, segments, rows } = worldOf({ segmentSize: 2_000 })
  for (let number = 1; number <= 20; number++) await add(writer, 1, number)
  assert.ok(segments().length > 2)
  assert.equal(rows().length, 20)
  for (const path of segments()) assert.match(path, /\/\d{12}\.jsonl$/)
})

test('what is on the disk is told by the head, once it is synced', async () => {
  const { files, time, writer } = worldOf({ from: () => ({ from: 2, run: 1 }) })
  await add(writer, 5)
  assert.equal(files.text(HEAD), '')
  await time.advance(100)
  const head = decodeHead(files.text(HEAD))
  assert.deepEqual([head?.seq, head?.from, head?.run], [5, 2, 1])
  assert.equal(head?.hash, writer.figures().last.hash)
})

test('a disk that runs full, wherever in a line, loses nothing and repeats nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3_000), { minLength: 1, maxLength: 6 }), fc.nat(20), async (rooms, extra) => {
      const { files, time, told, writer, rows } = worldOf({ segmentSize: 1_500 })
      let number = 0
      for (const room of rooms) {
        files.room(room)
        for (let row = 0; row < 5 + extra; row++) writer.append(note(++number))
        await time.advance(200)
      }
      files.room(Number.POSITIVE_INFINITY)
      await time.advance(20_000)
      assert.deepEqual(
        amounts(rows()),
        Array.from({ length: number }, (_, index) => index + 1),
      )
      assert.deepEqual([writer.figures().waiting, writer.figures().lost, writer.figures().state], [0, 0, 'up'])
      assert.ok(told.length === 0 || told.at(-1) === 'up')
    }),
    { numRuns: 60 },
  )
})

test('nobody waits for a disk that is full or hangs', async () => {
  const { files, time, told, writer } = worldOf()
  files.room(0)
  await time.until(add(writer, 3), 100)
  assert.deepEqual(told, ['failing'])
  const other = worldOf()
  other.files.hang()
  await other.time.until(add(other.writer, 3), 3_000)
  assert.equal(other.writer.figures().state, 'failing')
})

test('with refuse running requests still find room, up to a bound; with admit rows are left out, and a row tells how many', async () => {
  const bounds = { rows: 10, bytes: 1_000_000 }
  const refusing = worldOf({ bounds })
  refusing.files.room(0)
  for (let number = 1; number <= 50; number++) refusing.writer.append(note(number))
  await refusing.time.advance(10)
  assert.deepEqual(
    [refusing.writer.figures().room, refusing.writer.figures().waiting, refusing.writer.figures().lost],
    ['none', 40, 10],
  )

  const { files, time, writer, rows } = worldOf({ bounds, onFull: 'admit' })
  files.room(0)
  for (let number = 1; number <= 30; number++) writer.append(note(number))
  await time.advance(10)
  files.room(Number.POSITIVE_INFINITY)
  await time.advance(10_000)
  assert.equal(amounts(rows()).length, 10)
  assert.deepEqual(
    rows().flatMap((row) => (row.kind === 'gap' ? [[row.rows, row.reason]] : [])),
    [[20, 'rows could not be written: ENOSPC']],
  )
  assert.equal(writer.figures().lost, 20)
})

test('the head does not pass requests whose rows wait in memory', async () => {
  let from: number | undefined = 1
  const { files, time, writer } = worldOf({ from: () => ({ from, run: 1 }) })
  await add(writer, 2)
  await time.advance(100)
  files.room(1_000)
  for (let number = 3; number <= 20; number++) writer.append(note(number))
  await time.advance(10)
  from = undefined
  await time.advance(1_000)
  const during = decodeHead(files.text(HEAD))
  assert.equal(during?.from, 1)
  files.room(Number.POSITIVE_INFINITY)
  await time.advance(10_000)
  assert.equal(decodeHead(files.text(HEAD))?.from, 21)
})

test('closing writes what waits, for so long as it may, and says what is left', async () => {
  const { files, time, writer, rows } = worldOf()
  writer.append(note(1))
  assert.equal(await time.until(writer.close(1_000), 2_000), 0)
  assert.equal(rows().length, 1)
  assert.equal(decodeHead(files.text(HEAD))?.seq, 1)

  const stuck = worldOf()
  stuck.files.room(0)
  stuck.writer.append(note(1))
  assert.equal(await stuck.time.until(stuck.writer.close(1_000), 2_000), 1)
  assert.equal(stuck.writer.append(note(2)), 0)
})

test('what a process before left unfinished stays in the head while rows cannot be written', async () => {
  const { files, time, writer } = worldOf({
    from: () => ({ from: 1, run: 1 }),
    link: { seq: 40, hash: 'f'.repeat(64) },
  })
  files.room(500)
  for (let number = 1; number <= 20; number++) writer.append(note(number))
  await time.advance(300)
  assert.equal(writer.figures().state, 'failing')
  assert.ok([undefined, 1].includes(decodeHead(files.text(HEAD))?.from))
  files.room(Number.POSITIVE_INFINITY)
  await time.advance(10_000)
  assert.equal(decodeHead(files.text(HEAD))?.from, 1)
})
