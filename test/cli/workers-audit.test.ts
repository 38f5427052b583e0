import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import type { AuditRecord } from '../../io/audit/record.js'
import { openaiJson } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { total } from '../support/metrics.js'
import { runMain } from '../support/run-main.js'
import { type ClusterWorld, startCluster } from './cluster-world.js'

const LIMIT = { timeout: 60_000 }

let world: ClusterWorld
before(async () => {
  const settings = { identity: { claims: { user: 'kong.consumer.username' } }, audit: { keep: '7d' } }
  world = await startCluster({ settings, env: { TOLLGATE_WORKERS: '2' } })
  world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello')))
  await world.ready()
})
after(() => world?.stop())

const ask = async (username: string) => {
  const answer = await world.chat({}, { consumer: { username } })
  assert.equal(answer.status, 200)
  await answer.text()
}

/** The directories of the workers, by name. */
const directories = async () => (await readdir(world.stateDir)).filter((name) => /^audit-\d+-\d+$/.test(name)).sort()

/** Who has records, in all files. */
async function users(): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = []
  for (const directory of await directories()) {
    for (const name of await readdir(join(world.stateDir, directory))) {
      if (!name.endsWith('.jsonl')) continue
      const lines = (await readFile(join(world.stateDir, directory, name), 'utf8')).split('\n')
      for (const line of lines) {
        if (line.includes('"kind":"request"')) found.push((JSON.parse(line) as AuditRecord).caller?.user)
      }
    }
  }
  return found
}

async function commandLine(t: TestContext, ...args: readonly string[]) {
  const [name = ''] = await directories()
  const port = /^audit-(\d+)-/.exec(name)?.[1]
  return runMain(t, ['audit', ...args], { TOLLGATE_ADMIN_PORT: port ?? '' })
}

test('records of all workers are shown, erased and reported on at once', LIMIT, async (t) => {
  await eventually('both workers have written', async () => {
    await Promise.all([ask('ann'), ask('bob')])
    return (await directories()).length === 2
  })
  for (let round = 0; round < 10; round++) await Promise.all([ask('ann'), ask('bob'), ask('bob')])
  const before = total(await world.metrics(), 'tollgate_requests_total')
  const erased = await commandLine(t, 'delete', '--user', 'ann')
  assert.equal(erased.code, 0, erased.err)
  assert.match(erased.out, /^\d+ records are erased from \d files\n$/)
  const left = await users()
  assert.ok(!left.includes('ann'))
  assert.equal(left.length + Number(/^\d+/.exec(erased.out)?.[0]), before)

  const shown = await commandLine(t, 'show', '--limit', '3')
  assert.match(shown.out, /bob +gpt +oa\/gpt-4o +- +200/)
  assert.match(shown.err, /there are more/)
  const report = await commandLine(t, 'report', '--format', 'csv')
  assert.match(report.out, new RegExp(`^totals,${left.length},`, 'm'))
  assert.match(report.out, /^integrity,.*,2,/m)
})

test('a worker that was killed does not keep anybody from being erased', LIMIT, async (t) => {
  await Promise.all(Array.from({ length: 10 }, () => ask('cid')))
  await eventually('records are written', async () => (await users()).filter((user) => user === 'cid').length === 10)
  const [[, pid] = []] = world.workers()
  process.kill(pid ?? 0, 'SIGKILL')
  const erased = await commandLine(t, 'delete', '--user', 'cid')
  assert.equal(erased.code, 0, erased.err)
  assert.ok(!(await users()).includes('cid'))
})

test('a wrong command line says what is right', async (t) => {
  for (const args of [[], ['delete'], ['show', '--format', 'csv'], ['report', '--json'], ['report', 'more']]) {
    const { code, err } = await commandLine(t, ...args)
    assert.equal(code, 2)
    assert.match(err, /^tollgate: audit .*\nUsage: tollgate audit report|^tollgate: unexpected argument/)
  }
})
