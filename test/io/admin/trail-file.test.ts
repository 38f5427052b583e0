import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type TrailAction, TrailUnusable } from '../../../io/admin/trail.js'
import { createTrailFile, type TrailFileOptions } from '../../../io/admin/trail-file.js'

const START = Date.UTC(2026, 4, 1)
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1000 }

const action = (more: Partial<TrailAction> = {}): TrailAction => ({
  ...{ principal: 'root', role: 'admin', operation: 'resetBudget', parameters: {}, address: '::1' },
  ...more,
})

async function opened(t: TestContext, more: Partial<TrailFileOptions> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'trail-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  const path = join(dir, 'state', 'trail.jsonl')
  const time = { now: START }
  let ids = 0
  const open = () => {
    const clock = { now: () => time.now, monotonic: () => 0 }
    const trail = createTrailFile(path, { clock, newId: () => `id-${++ids}`, ...more })
    t.after(() => trail.close())
    return trail
  }
  return { path, dir, time, open, trail: open() }
}

test('an action is on disk before it is made, and its end after; others may not read the file', async (t) => {
  const { path, trail, time } = await opened(t)
  const end = await trail.begin(action({ parameters: { id: 'k1' } }))
  const [first] = (await readFile(path, 'utf8')).trimEnd().split('\n')
  assert.match(first ?? '', /"operation":"resetBudget"/)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  time.now += 500
  await end(200, { taken: 7 })
  assert.deepEqual(await trail.read(ALL), {
    entries: [
      {
        ...{ id: 'id-1', at: '2026-05-01T00:00:00.000Z', principal: 'root', role: 'admin', operation: 'resetBudget' },
        ...{ parameters: { id: 'k1' }, address: '::1', status: 200, fields: { taken: 7 } },
      },
    ],
    truncated: false,
  })
})

test('whoever reads sees an action of which nobody knows the end, and the latest that fit', async (t) => {
  const { trail, time, open } = await opened(t)
  await trail.begin(action({ operation: 'a' }))
  for (const operation of ['b', 'c', 'b']) {
    time.now += 1000
    const end = await trail.begin(action({ operation, principal: operation === 'c' ? 'eve' : 'root' }))
    await end(200, {})
  }
  await trail.close()
  const { entries } = await open().read(ALL)
  assert.deepEqual(
    entries.map(({ operation, status }) => [operation, status]),
    [
      ['a', null],
      ['b', 200],
      ['c', 200],
      ['b', 200],
    ],
  )
  const seen = async (filter: Partial<typeof ALL> & { principal?: string; operation?: string }) => {
    const page = await open().read({ ...ALL, ...filter })
    return [page.entries.map(({ operation }) => operation).join(''), page.truncated]
  }
  assert.deepEqual(await seen({ limit: 2 }), ['cb', true])
  assert.deepEqual(await seen({ principal: 'eve' }), ['c', false])
  assert.deepEqual(await seen({ operation: 'b' }), ['bb', false])
  assert.deepEqual(await seen({ from: START + 1000, to: START + 3000 }), ['bc', false])
})

test('files are begun anew at a size, the oldest go, and all that are kept are read', async (t) => {
  const { dir, trail } = await opened(t, { rotateAt: 1000, keep: 3 })
  for (let n = 0; n < 40; n++) await (await trail.begin(action({ parameters: { id: `k${n}` } })))(200, {})
  const names = (await readdir(join(dir, 'state'))).sort()
  assert.deepEqual(names, ['trail.jsonl', 'trail.jsonl.1', 'trail.jsonl.2', 'trail.jsonl.3'])
  const { entries } = await trail.read(ALL)
  const ids = entries.map(({ parameters }) => Number(parameters['id']?.slice(1)))
  assert.equal(ids.at(-1), 39)
  assert.deepEqual(
    ids,
    ids.map((_, index) => 40 - ids.length + index),
  )
})

test('a line that was torn costs nothing but itself', async (t) => {
  const { path, trail, open } = await opened(t)
  await (await trail.begin(action({ operation: 'a' })))(200, {})
  await trail.close()
  await appendFile(path, '{"id":"torn')
  const next = open()
  await (await next.begin(action({ operation: 'b' })))(200, {})
  const { entries } = await next.read(ALL)
  assert.deepEqual(
    entries.map(({ operation }) => operation),
    ['a', 'b'],
  )
})

test('callers who nobody knows do not fill the files; how many were left out is told', async (t) => {
  const { trail, time } = await opened(t)
  const stranger = action({ principal: null, role: null })
  for (let n = 0; n < 100; n++) await trail.refused(stranger, 401)
  await trail.refused(action(), 403)
  time.now += 60_000
  await trail.refused(stranger, 401)
  const { entries } = await trail.read(ALL)
  assert.equal(entries.length, 62)
  assert.deepEqual(entries.at(-1)?.fields, { leftOut: 40 })
})

test('what cannot be written is said, and works again once it can', async (t) => {
  const { path, dir, trail } = await opened(t)
  await writeFile(join(dir, 'state'), 'a file where the folder should be')
  await assert.rejects(trail.begin(action()), TrailUnusable)
  await rm(join(dir, 'state'))
  await (await trail.begin(action()))(200, {})
  assert.equal((await trail.read(ALL)).entries.length, 1)
  assert.ok((await readFile(path, 'utf8')).length > 0)
})

test('values from the path are kept in part only', async (t) => {
  const { trail } = await opened(t)
  await trail.refused(action({ parameters: { id: 'x'.repeat(5000) } }), 404)
  assert.equal((await trail.read(ALL)).entries[0]?.parameters['id']?.length, 200)
})
