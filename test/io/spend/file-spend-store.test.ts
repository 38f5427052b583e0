import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createFileSpendStore } from '../../../io/spend/file-spend-store.js'
import type { SpendStore } from '../../../io/spend/spend-store.js'
import { HOUR } from '../../../io/spend/sums.js'
import { attemptRow } from './rows.js'
import { checkSums, NEVER, START } from './spend-store-model.js'

let root: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tollgate-spend-'))
})
after(async () => {
  for (const store of stores) await store.close()
  await rm(root, { recursive: true, force: true })
})

const stores: SpendStore[] = []
const opened = (name: string, now = START): SpendStore => {
  const store = createFileSpendStore({ directory: join(root, name), now: () => now })
  stores.push(store)
  return store
}

const total = async (store: SpendStore) =>
  (await store.read(0, START + 1000 * HOUR)).reduce((sum, { amounts }) => sum + amounts.nano, 0n)

test('the sums are those of the rows, for any batches, repeats and crashes', async () => {
  const open = () => opened('model')
  const wipe = () => rm(join(root, 'model'), { recursive: true, force: true })
  // A crash loses the position where it was not written yet, and may leave a part of a line.
  const crash = async (store: SpendStore) => {
    await store.close()
    const folder = join(root, 'model')
    const names = await readdir(folder).catch(() => [])
    for (const name of names) {
      if (name.endsWith('.jsonl')) await appendFile(join(folder, name), '[{"source-0":99},[[5,[["tor')
    }
  }
  await checkSums({ open, crash, wipe }, 60)
})

test('rows whose position was lost in a crash are not counted again', async () => {
  const store = opened('lost')
  const rows = [1, 2, 3].map((seq) => attemptRow(seq, { at: START + seq * 3 * HOUR }))
  await store.write('a', rows, NEVER)
  await writeFile(join(root, 'lost', 'positions.json'), '{"a":1}\n')
  const again = opened('lost')
  assert.equal(await again.position('a', NEVER), 1)
  await again.write('a', rows.slice(1), NEVER)
  assert.equal(await total(again), 3000n)
})

test('a request counts once, by its last attempt; an attempt without a price is counted as such', async () => {
  const store = opened('requests')
  await store.write(
    'a',
    [
      attemptRow(1, { at: START, attempt: 1, attempts: 2, outcome: 'failed', nano: '0' }),
      attemptRow(2, { at: START, attempt: 2, attempts: 2, nano: null }),
    ],
    NEVER,
  )
  const [cell] = await store.read(START, START + HOUR)
  assert.deepEqual(
    { ...cell?.amounts },
    {
      ...{ requests: 1, attempts: 2, failed: 1, promptTokens: 20, cachedTokens: 0, cacheWriteTokens: 0 },
      ...{ completionTokens: 10, reasoningTokens: 0, nano: 0n, unpriced: 1 },
    },
  )
})

test('a file that has grown is made small, and holds the same', async () => {
  const store = opened('small')
  for (let seq = 1; seq <= 1500; seq += 1) {
    const user = `u${seq % 7} ${'x'.repeat(600)}`
    await store.write('a', [attemptRow(seq, { at: START, user })], NEVER)
  }
  const path = join(root, 'small', '2026-05-31.jsonl')
  assert.ok((await stat(path)).size < 1024 * 1024, 'less than the lines of 1,500 batches')
  assert.equal(await total(store), 1_500_000n)
  assert.equal(await total(opened('small')), 1_500_000n)
})

test('days that are older than 400 are deleted', async () => {
  const early = opened('old')
  await early.write('a', [attemptRow(1, { at: START })], NEVER)
  const late = START + 402 * 24 * HOUR
  const store = opened('old', late)
  await store.write('a', [attemptRow(2, { at: late })], NEVER)
  assert.deepEqual(
    (await readdir(join(root, 'old'))).filter((name) => name.endsWith('.jsonl')),
    ['2027-07-07.jsonl'],
  )
})

test('a line that is none stops the reader rather than being passed over', async () => {
  const store = opened('broken')
  await store.write('a', [attemptRow(1, { at: START })], NEVER)
  const path = join(root, 'broken', '2026-05-31.jsonl')
  await writeFile(path, `no json\n${await readFile(path, 'utf8')}`)
  await assert.rejects(opened('broken').read(START, START + HOUR))
})
