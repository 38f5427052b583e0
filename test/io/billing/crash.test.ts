import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readLine } from '../../../io/billing/chain.js'
import { linesOf } from '../../../io/billing/lines.js'
import { segmentsIn } from '../../../io/billing/segments.js'
import type { VerifyReport } from '../../../io/billing/verify.js'
import { generator } from '../../support/random.js'
import { startRedis } from '../../support/redis.js'

/** More of them by the environment: `LEDGER_KILLS=1000`. */
const KILLS = Number(process.env['LEDGER_KILLS'] ?? 25)
const CHILD = fileURLToPath(new URL('../../support/billing-child.js', import.meta.url))
const SOURCE = '0123456789ab-0'

const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

/** Runs a process that spends, kills it after `ms` of load or from its very start, and gives what it said. */
async function runAndKill(root: string, seed: number, store: string, ms: number, from: 'load' | 'start') {
  const child = spawn(process.execPath, [CHILD, root, String(seed), store], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const settled = new Map<string, number>()
  let report: VerifyReport | undefined
  let recovered = () => {}
  const ready = new Promise<void>((resolve) => {
    recovered = resolve
  })
  const lines = createInterface(child.stdout)
  const read = once(lines, 'close')
  lines.on('line', (line) => {
    const [word, id = '', attempts] = line.split(' ')
    if (word === 'settled') settled.set(id, Number(attempts))
    if (word !== 'recovered') return
    report = JSON.parse(line.slice('recovered '.length))
    recovered()
  })
  if (from === 'load') await Promise.race([ready, gone])
  await delay(ms)
  child.kill('SIGKILL')
  await gone
  await read
  return { report, settled }
}

async function killOverAndOver(store: string, root: string, seed: number) {
  const random = generator(seed)
  const settled = new Map<string, number>()
  const reports: VerifyReport[] = []
  for (let kill = 0; kill <= KILLS; kill++) {
    // Some are killed before they have done what the one before left, or in the middle of it.
    const early = kill % 5 === 4
    const ms = early ? 100 + random(500) : 5 + random(150)
    const told = await runAndKill(root, seed * 10_000 + kill, store, ms, early ? 'start' : 'load')
    for (const [id, attempts] of told.settled) settled.set(id, attempts)
    if (told.report) reports.push(told.report)
  }
  assert.ok(reports.length > KILLS / 2)
  for (const [index, report] of reports.entries()) {
    assert.ok(report.ok, `after kill ${index}: ${JSON.stringify({ ...report, sources: [] }, null, 1)}`)
    assert.deepEqual(report.uncharged, [])
  }
  return { settled, lost: await checkRows(root, settled), rows: reports.at(-1)?.sources[0]?.rows ?? 0 }
}

/** Everything that was said to be recorded is there, once; returns how many attempts got lost. */
async function checkRows(root: string, settled: ReadonlyMap<string, number>): Promise<number> {
  const seen = new Map<string, number>()
  let lost = 0
  for (const { path } of await segmentsIn(join(root, SOURCE))) {
    for await (const { text } of linesOf(path)) {
      const read = readLine(text)
      assert.ok(read.kind === 'row' && read.intact)
      const { row } = read
      if (row.kind !== 'attempt') continue
      const key = `${row.request} ${row.attempt}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      if (row.outcome === 'lost') {
        assert.ok(!settled.has(row.request), `${row.request} was recorded and got lost`)
        lost += 1
      }
    }
  }
  for (const [id, attempts] of settled) {
    for (let attempt = 1; attempt <= attempts; attempt++) assert.equal(seen.get(`${id} ${attempt}`), 1, id)
  }
  for (const [key, times] of seen) assert.equal(times, 1, key)
  return lost
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tollgate-ledger-'))
  folders.push(path)
  return path
}

test('after SIGKILL at any moment every attempt has one row, and rows come to what memory has counted', async (t) => {
  const root = await folder()
  const { settled, lost, rows } = await killOverAndOver(`memory:${root}/counters.jsonl`, root, 1)
  t.diagnostic(`${KILLS} kills, ${rows} rows, ${settled.size} requests recorded, ${lost} attempts lost`)
  assert.ok(settled.size > KILLS)
  assert.ok(lost > 0)
})

test('after SIGKILL at any moment rows come to what Redis has counted', async (t) => {
  const redis = await startRedis({ appendOnly: 'none' })
  try {
    const root = await folder()
    const { settled, lost, rows } = await killOverAndOver(`redis:${redis.url}`, root, 2)
    t.diagnostic(`${KILLS} kills, ${rows} rows, ${settled.size} requests recorded, ${lost} attempts lost`)
    assert.ok(settled.size > KILLS)
    assert.ok(lost > 0)
  } finally {
    await redis.stop()
  }
})
