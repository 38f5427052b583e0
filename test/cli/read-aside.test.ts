import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readConfiguration } from '../../cli/configuration.js'
import { asideReader } from '../../cli/read-aside.js'
import { eventually } from '../support/eventually.js'

let path = ''
before(() => {
  path = join(mkdtempSync(join(tmpdir(), 'tollgate-')), 'tollgate.yaml')
})
after(() => rmSync(join(path, '..'), { recursive: true }))

const ENV = { KEY: 'from-the-environment', TOLLGATE_REDIS_URL: 'redis://127.0.0.1:1' }

/** A file with one of everything that is more than text and numbers, and with so many models. */
const text = (models: number, more = '') => `
version: 1
providers: { p: { kind: openai, apiKey: "\${KEY}", baseUrl: "http://127.0.0.1:1/v1" } }
models:
${Array.from({ length: models }, (_, index) => `  m${index}: { targets: [ { provider: p, model: gpt-4o } ] }`).join('\n')}
identity: { headers: { user: x-user-id, team: x-team-id } }
budgets: [ { name: b, match: { team: { not: [a] } }, each: user, limit: { usd: 1.5, per: day } } ]
limits: [ { name: l, each: user, requests: 5, per: minute } ]
prices: { own: { input: 0.6, output: 0.8 } }
pii: { mode: restore, entities: [email, person], patterns: [ { name: employee, pattern: 'E-\\d{6}' } ] }
guardrails: [ { name: g, kind: patterns, patterns: [ { name: x, pattern: 'a+b' } ] } ]
keys: { required: false }
access: { rules: [ { name: r, match: { team: [x] }, effect: deny } ] }
store: { kind: redis }
${more}`

async function readBoth(content: string) {
  writeFileSync(path, content)
  return { aside: await asideReader(path, ENV).read(), here: readConfiguration(path, ENV) }
}

test('a large file reads the same in its thread as here', async () => {
  const { aside, here } = await readBoth(text(1500))
  assert.deepEqual(here.ok ? [] : here.problems, [])
  assert.deepEqual(aside, here)
})

test('what is wrong with a large file is told with its place, and one that has gone is a problem', async () => {
  const { aside, here } = await readBoth(text(1500, 'unknown: 1\n'))
  assert.equal(aside.ok, false)
  assert.deepEqual(aside, here)
  const gone = await asideReader(`${path}.gone`, ENV).read()
  assert.match(gone.ok ? '' : (gone.problems[0]?.message ?? ''), /cannot be read/)
})

test('other work goes on while a large file is read', async () => {
  writeFileSync(path, text(1500))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const read = await asideReader(path, ENV).read()
  clearInterval(timer)
  assert.ok(read.ok)
  assert.ok(turns > 1, `${turns} turns`)
})

test('what was read ahead is not used where the file, or another one that it names, has changed since', async () => {
  const secret = `${path}.secret`
  writeFileSync(secret, 'one')
  writeFileSync(path, text(1500).replace(/\$\{KEY\}/, `\${file:${secret}}`))
  const reader = asideReader(path, ENV)
  const keyNow = async () => {
    const read = await reader.read()
    assert.ok(read.ok)
    return read.config.providers.get('p')?.apiKey
  }
  reader.expect()
  assert.equal(await keyNow(), 'one')
  reader.expect()
  await setTimeout(500)
  writeFileSync(secret, 'two')
  assert.equal(await keyNow(), 'two')
  // Told while it reads, and while nothing has been asked for yet.
  const reading = keyNow()
  reader.expect()
  writeFileSync(secret, 'three')
  await reading
  assert.equal(await keyNow(), 'three')
})

test('a thread reads the file as it is whenever it is told to', async () => {
  writeFileSync(path, text(1500))
  const reader = asideReader(path, ENV)
  const modelsOf = async (models: number) => {
    writeFileSync(path, text(models))
    const read = await reader.read()
    return read.ok && read.config.models.size
  }
  reader.prepare()
  assert.equal(await modelsOf(1501), 1501)
  reader.expect()
  reader.expect()
  assert.equal(await modelsOf(1502), 1502)
  reader.expect()
  await setTimeout(100)
  assert.equal(await modelsOf(1503), 1503)
})

const threads = () => readdirSync('/proc/self/task').length
const noProc = existsSync('/proc/self/task') ? false : 'threads are counted in /proc'

test('a thread is there for a large file from the preparation on, for a small one never', {
  skip: noProc,
}, async () => {
  // A file of its own: the readers of the tests before have threads too, which end when theirs is small.
  const own = `${path}.own`
  const before = threads()
  const reader = asideReader(own, ENV)
  writeFileSync(own, text(1))
  reader.prepare()
  reader.expect()
  await reader.read()
  assert.equal(threads(), before)
  writeFileSync(own, text(1500))
  reader.prepare()
  assert.ok(threads() > before)
  writeFileSync(own, text(1))
  assert.ok((await reader.read()).ok)
  await eventually('the thread is gone', () => threads() === before)
})

test('the young generation of the thread is its own, whatever the process is started with', () => {
  writeFileSync(path, text(1500))
  const entry = fileURLToPath(new URL('./read-aside-process.js', import.meta.url))
  const options = ['--max-semi-space-size=32', '--trace-gc']
  const traced = execFileSync(process.execPath, [...options, entry, path], { encoding: 'utf8', env: ENV })
  const collections = [...traced.matchAll(/:(0x\w+)\] +\d+ ms: Scavenge ([\d.]+) \([\d.]+\) -> ([\d.]+) /g)]
  const [main] = collections[0]?.slice(1) ?? []
  const threads = collections.filter(([, heap]) => heap !== main)
  assert.ok(threads.length > 5, `${threads.length} collections are too few to tell`)
  const grown = threads.slice(1).map(([, , before], index) => Number(before) - Number(threads[index]?.[3]))
  assert.ok(Math.max(...grown) < 24, `${Math.max(...grown)} MB between two collections`)
})
