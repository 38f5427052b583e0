import assert from 'node:assert/strict'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { DAY, directoryFor, linesIn, NOON, recordAt, requestsIn, writerIn } from './parts.js'

test('records go into a file of their day and of how long they are kept, numbered, for the owner alone', async (t) => {
  const directory = join(await directoryFor(t), 'audit-1')
  const { writer } = writerIn(directory, { id: 'w' })
  writer.add(recordAt(NOON), 30)
  writer.add(recordAt(NOON + 1), 30)
  writer.add(recordAt(NOON, { request: 'r-7' }), 7)
  writer.add(recordAt(NOON + DAY), 30)
  await writer.close()
  const files = await linesIn(directory)
  assert.deepEqual(
    Object.entries(files).map(([name, lines]) => [name, lines.map((line) => (line.kind === 'erased' ? 0 : line.n))]),
    [
      ['2026-11-21.30d.1-w.jsonl', [1, 2]],
      ['2026-11-21.7d.1-w.jsonl', [1]],
      ['2026-11-22.30d.1-w.jsonl', [1]],
    ],
  )
  assert.equal((await stat(directory)).mode & 0o777, 0o700)
  assert.equal((await stat(join(directory, '2026-11-21.7d.1-w.jsonl'))).mode & 0o777, 0o600)
  assert.deepEqual(writer.counts(), { waiting: 0, written: 4, lost: 0 })
})

test('a process that takes the place of another writes into files of its own, also while that is still there', async (t) => {
  const directory = await directoryFor(t)
  const [one, other] = [writerIn(directory, { id: 'one' }), writerIn(directory, { id: 'other' })]
  for (const { writer } of [one, other]) {
    writer.add(recordAt(NOON), 30)
    await writer.flush()
  }
  assert.deepEqual(Object.keys(await linesIn(directory)), [
    '2026-11-21.30d.1-one.jsonl',
    '2026-11-21.30d.1-other.jsonl',
  ])
  await one.writer.close()
  assert.ok((await readdir(directory)).includes('writer-other'))
  await other.writer.close()
  assert.ok(!(await readdir(directory)).some((name) => name.startsWith('writer')))
})

test('what cannot be written waits, and is written when it can be', async (t) => {
  const parent = await directoryFor(t)
  const directory = join(parent, 'audit-1')
  // A file stands where the directory should be.
  await writeFile(directory, '')
  const { writer, states } = writerIn(directory)
  writer.add(recordAt(NOON), 30)
  await writer.flush()
  assert.equal(writer.hasRoom(), false)
  assert.deepEqual(states, ['failing'])
  writer.add(recordAt(NOON, { request: 'r-2' }), 30)
  await rm(directory)
  await writer.flush()
  assert.equal(writer.hasRoom(), true)
  assert.deepEqual(states, ['failing', 'writing'])
  assert.deepEqual(await requestsIn(directory), ['r-1', 'r-2'])
  await writer.close()
})

test('a directory that is taken away is made again', async (t) => {
  const directory = join(await directoryFor(t), 'audit-1')
  const { writer, states } = writerIn(directory)
  writer.add(recordAt(NOON), 30)
  await writer.flush()
  await rm(directory, { recursive: true })
  writer.add(recordAt(NOON, { request: 'r-2' }), 30)
  await writer.flush()
  await writer.flush()
  assert.deepEqual(states, ['failing', 'writing'])
  assert.deepEqual(await requestsIn(directory), ['r-2'])
  await writer.close()
})

test('memory is bounded: what is lost is counted, and told in the file', async (t) => {
  const parent = await directoryFor(t)
  const directory = join(parent, 'audit-1')
  await writeFile(directory, '')
  const size = JSON.stringify(recordAt(NOON)).length
  const { writer } = writerIn(directory, { mostWaiting: size * 3 })
  for (let i = 0; i < 5; i++) writer.add(recordAt(NOON), 30)
  await writer.flush()
  assert.deepEqual(writer.counts(), { waiting: 3, written: 0, lost: 2 })
  await rm(directory)
  await writer.flush()
  const [lines = []] = Object.values(await linesIn(directory))
  assert.deepEqual(
    lines.map((line) => [line.kind, line.kind === 'gap' ? line.records : 0]),
    [
      ['request', 0],
      ['request', 0],
      ['request', 0],
      ['gap', 2],
    ],
  )
  await writer.close()
})

test('a file that cannot be appended to does not keep the others waiting for ever, nor get half a line', async (t) => {
  const directory = await directoryFor(t)
  const { writer, states } = writerIn(directory, { id: 'w' })
  await writer.flush()
  await mkdir(join(directory, '2026-11-21.30d.1-w.jsonl'))
  writer.add(recordAt(NOON), 30)
  await writer.flush()
  assert.deepEqual(states, ['failing'])
  await rm(join(directory, '2026-11-21.30d.1-w.jsonl'), { recursive: true })
  await writer.flush()
  assert.deepEqual(await requestsIn(directory), ['r-1'])
  await writer.close()
})

test('a record of many pieces is written in turns, between others, all or nothing', async (t) => {
  const directory = await directoryFor(t)
  const prompt = Array.from({ length: 50_000 }, (_, at) => ({ role: 'user', kind: 'text', text: `ä ${at}` }) as const)
  const { writer } = writerIn(directory, { mostWaiting: 16 * 1024 * 1024 })
  writer.add(recordAt(NOON, { request: 'before' }), 30)
  const long = recordAt(NOON, { prompt })
  const added = writer.add(long, 30)
  assert.ok(added instanceof Promise)
  await added
  writer.add(recordAt(NOON, { request: 'after' }), 30)
  await writer.flush()
  const [lines = []] = Object.values(await linesIn(directory))
  assert.deepEqual(lines[1], { n: 2, ...long })
  assert.deepEqual(await requestsIn(directory), ['before', 'r-1', 'after'])
  await writer.close()
})
