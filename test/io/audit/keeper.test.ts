import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { readErasures } from '../../../io/audit/erasures.js'
import { createKeeper, type KeeperOptions } from '../../../io/audit/keeper.js'
import { makeReport } from '../../../io/audit/report.js'
import { DAY, directoryFor, NOON, readerOf, recordAt, requestsIn, writerIn } from './parts.js'

const ann = { user: 'ann' }
const bob = { caller: { user: 'bob', team: 'blue', tags: {} } }
const patient = () => AbortSignal.timeout(20_000)

function keeperIn(parent: string, more: Partial<KeeperOptions> = {}) {
  let ids = 0
  return createKeeper({
    reader: readerOf(parent),
    clock: { now: () => NOON },
    directory: () => join(parent, 'audit-1'),
    newId: () => `id-${++ids}`,
    isWriting: (member) => member === 'here',
    wait: (_ms, signal) => delay(1, undefined, { signal }),
    ...more,
  })
}

/** A process that writes, and looks every millisecond for what others want. */
function process(context: TestContext, directory: string) {
  const { writer, tick } = writerIn(directory)
  const timer = setInterval(tick, 1)
  context.after(() => clearInterval(timer))
  return writer
}

test('files go when all of them is older than it is kept', async (t) => {
  const parent = await directoryFor(t)
  const { writer } = writerIn(join(parent, 'audit-1'))
  writer.add(recordAt(NOON, { request: 'week' }), 7)
  writer.add(recordAt(NOON, { request: 'month' }), 30)
  await writer.close()
  let now = 0
  const keeper = keeperIn(parent, { clock: { now: () => now } })
  // The day ends on the 22nd at midnight; seven more days are kept.
  const midnight = Date.UTC(2026, 10, 22)
  now = midnight + 7 * DAY - 1
  assert.equal(await keeper.expire(), 0)
  now = midnight + 7 * DAY
  assert.equal(await keeper.expire(), 1)
  assert.deepEqual(await requestsIn(join(parent, 'audit-1')), ['month'])
  now = midnight + 30 * DAY
  assert.equal(await keeper.expire(), 1)
  assert.deepEqual(await requestsIn(join(parent, 'audit-1')), [])
})

test('a subject is erased from the files of all processes, and nobody else is', async (t) => {
  const parent = await directoryFor(t)
  for (const name of ['audit-1', 'audit-1-1', 'audit-1-2']) {
    const { writer } = writerIn(join(parent, name))
    for (let at = 0; at < 6; at++) {
      writer.add(recordAt(NOON + at, { request: `${name}-${at}`, ...(at % 2 === 0 && bob) }), 30)
    }
    await writer.close()
  }
  assert.deepEqual(await keeperIn(parent).erase(ann, 'root', patient()), { records: 9, files: 3 })
  for (const name of ['audit-1', 'audit-1-1', 'audit-1-2']) {
    assert.deepEqual(await requestsIn(join(parent, name)), [`${name}-0`, `${name}-2`, `${name}-4`])
  }
  const told = await readErasures(join(parent, 'audit-1'), { from: NOON, to: NOON + 1 }, patient())
  assert.deepEqual(told, [{ at: new Date(NOON).toISOString(), by: 'root', named: ['user'], records: 9, files: 3 }])
  assert.doesNotMatch(await readFile(join(parent, 'audit-1', 'erasures.jsonl'), 'utf8'), /ann/)
})

test('while processes go on writing, none of what had ended is left when it is done, and nothing else is missing', async (t) => {
  const parent = await directoryFor(t)
  const names = ['audit-1', 'audit-1-1', 'audit-1-2']
  // Two in one directory: one takes the place of the other.
  const writers = [...names, 'audit-1-2'].map((name) => process(t, join(parent, name)))
  let state: 'writing' | 'over' = 'writing'
  const added = { ann: 0, bob: 0 }
  let before = 0
  const add = async () => {
    for (let at = 0; state === 'writing' || at < 200; at++) {
      for (const [index, writer] of writers.entries()) {
        const who = (at + index) % 3 === 0 ? 'ann' : 'bob'
        writer.add(recordAt(NOON + at, { request: `${who}-${added[who]}`, caller: { user: who, tags: {} } }), 30)
        added[who]++
      }
      await delay(1)
    }
  }
  const adding = add()
  t.after(() => {
    state = 'over'
  })
  const keeper = keeperIn(parent)
  let erased = 0
  for (let round = 0; round < 5; round++) {
    await delay(20)
    before = added.ann
    erased += (await keeper.erase(ann, 'root', patient())).records
    const left = (await Promise.all(names.map((name) => requestsIn(join(parent, name))))).flat()
    const late = left.filter((request) => request.startsWith('ann-') && Number(request.slice(4)) < before)
    assert.deepEqual(late, [])
  }
  state = 'over'
  await adding
  for (const writer of writers) await writer.close()
  erased += (await keeper.erase(ann, 'root', patient())).records
  assert.equal(erased, added.ann)
  const left = (await Promise.all(names.map((name) => requestsIn(join(parent, name))))).flat()
  assert.equal(new Set(left).size, added.bob)
  assert.equal(left.length, added.bob)
  const all = { span: { from: NOON, to: NOON + DAY }, includes: () => true, erasures: [] }
  const { days } = await makeReport(readerOf(parent), all, patient())
  assert.deepEqual(
    days
      .filter(({ records }) => records > 0)
      .map(({ records, erased, missing, unreadable }) => [records, erased, missing, unreadable]),
    [[added.bob, added.ann, 0, 0]],
  )
})

test('all that is given must be the caller’s', async (t) => {
  const parent = await directoryFor(t)
  const { writer } = writerIn(join(parent, 'audit-1'))
  writer.add(recordAt(NOON, { request: 'blue' }), 30)
  writer.add(recordAt(NOON, { request: 'red', caller: { user: 'ann', team: 'red', tags: {} } }), 30)
  writer.add(recordAt(NOON, { request: 'nobody', caller: { tags: { note: 'ann' } } }), 30)
  await writer.close()
  assert.deepEqual(await keeperIn(parent).erase({ user: 'ann', team: 'red' }, 'root', patient()), {
    records: 1,
    files: 1,
  })
  assert.deepEqual(await requestsIn(join(parent, 'audit-1')), ['blue', 'nobody'])
})

test('a process that does not answer is not passed over', async (t) => {
  const parent = await directoryFor(t)
  const { writer } = writerIn(join(parent, 'audit-1'))
  writer.add(recordAt(NOON), 30)
  await writer.flush()
  await assert.rejects(keeperIn(parent).erase(ann, 'root', AbortSignal.timeout(50)), { name: 'StillOpen' })
  assert.deepEqual(await requestsIn(join(parent, 'audit-1')), ['r-1'])
  assert.deepEqual(
    (await readdir(join(parent, 'audit-1'))).filter((name) => name.startsWith('roll')),
    [],
  )
  // One that is not there any more does not matter.
  const second = writerIn(join(parent, 'audit-1'), { member: 'elsewhere' })
  second.writer.add(recordAt(NOON, { ...bob, request: 'bob' }), 30)
  await second.writer.flush()
  // One that is gone leaves its files at rest.
  const gone = keeperIn(parent, { isWriting: () => false })
  assert.deepEqual(await gone.erase(ann, 'root', patient()), { records: 1, files: 1 })
  await gone.expire()
  assert.ok(!(await readdir(join(parent, 'audit-1'))).some((name) => name.startsWith('writer')))
})

test('what is erased leaves its number, and what is taken without leave is missed', async (t) => {
  const parent = await directoryFor(t)
  const directory = join(parent, 'audit-1')
  const { writer } = writerIn(directory, { id: 'w' })
  for (let at = 0; at < 10; at++) writer.add(recordAt(NOON + at, at >= 7 ? {} : bob), 30)
  await writer.close()
  await keeperIn(parent).erase(ann, 'root', patient())
  const path = join(directory, '2026-11-21.30d.1-w.jsonl')
  const lines = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, [...lines.slice(0, 2), ...lines.slice(4), '{"torn'].join('\n'))
  const all = { span: { from: NOON, to: NOON + 1000 }, includes: () => true, erasures: [] }
  const { days } = await makeReport(readerOf(parent), all, patient())
  assert.deepEqual(days, [{ day: '2026-11-21', records: 5, writers: 1, lost: 0, erased: 3, missing: 2, unreadable: 1 }])
})
