import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assemble } from '../../cli/assemble.js'
import { type Config, readConfiguration } from '../../cli/configuration.js'
import { Failure } from '../../cli/failure.js'
import { createLasting } from '../../cli/lasting.js'
import { createSpending } from '../../cli/spending.js'
import { journalOf, leftPending } from '../../cli/state-files.js'
import { systemClock } from '../../io/system-clock.js'

let directory = ''
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-'))
})
after(() => rmSync(directory, { recursive: true }))

const hooks = { exhausted: () => {}, failed: () => {}, dropped: () => {}, store: () => {} }

function config(sections: string): Config {
  const path = join(directory, 'tollgate.yaml')
  writeFileSync(
    path,
    `
version: 1
providers: { p: { kind: openai, baseUrl: "http://127.0.0.1:1/v1" } }
models: { m: { targets: [ { provider: p, model: gpt-4o } ] } }
${sections}
`,
  )
  const read = readConfiguration(path, {})
  assert.ok(read.ok)
  return read.config
}
const BUDGET = 'budgets: [ { name: b, limit: { usd: 1, per: day } } ]'

test('the store is touched only where there is something to count, and in the place that was given', async () => {
  const file = join(directory, 'state', 'ledger.jsonl')
  const spending = createSpending(systemClock, { journal: file }, hooks)
  assemble(config(''), createLasting(systemClock, { spending }))
  assert.equal(spending.opened(), undefined)
  assemble(config(BUDGET), createLasting(systemClock, { spending }))
  assert.ok(existsSync(file))
  await spending.opened()?.ledger.close()
})

test('a store that changes is told of, and the one before stays', async () => {
  const spending = createSpending(systemClock, { journal: join(directory, 'a.jsonl') }, hooks)
  const lasting = createLasting(systemClock, { spending })
  assert.deepEqual(assemble(config(BUDGET), lasting).warnings, [])
  const before = spending.opened()?.ledger
  const { warnings } = assemble(config(`${BUDGET}\nstore: { kind: memory, journal: other.jsonl }`), lasting)
  assert.match(warnings.join(), /store has changed/)
  assert.equal(spending.opened()?.ledger, before)
  await before?.close()
})

test('a journal that cannot be written is a failure that says what to set', () => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  const spending = createSpending(systemClock, { journal: join(file, 'below', 'ledger.jsonl') }, hooks)
  assert.throws(
    () => assemble(config(BUDGET), createLasting(systemClock, { spending })),
    (error) => error instanceof Failure && /TOLLGATE_STATE_DIR/.test(error.message),
  )
})

test('what other processes have left for Redis is this one\u2019s from then on', async () => {
  const header = '["tollgate-pending",1]\n'
  const line = (id: string) => `${JSON.stringify({ kind: 'settle', id, used: [1] })}\n`
  const file = (name: string) => join(directory, 'left', name)
  mkdirSync(join(directory, 'left'))
  writeFileSync(file('pending-9090.jsonl'), header + line('own'))
  writeFileSync(file('pending-9090-1.jsonl'), header + line('of a worker'))
  writeFileSync(file('pending-9090-2.jsonl'), header + line('of one that is gone') + line('another'))
  writeFileSync(file('pending-9091-3.jsonl'), header + line('of somebody else'))
  const listen = { stateDir: join(directory, 'left'), adminPort: 9090 }
  const place = { journal: journalOf(listen), left: leftPending(listen, 1) }
  const spending = createSpending(systemClock, place, hooks)
  assemble(
    config(`${BUDGET}\nstore: { kind: redis, url: "redis://127.0.0.1:1" }`),
    createLasting(systemClock, { spending }),
  )
  await spending.opened()?.ledger.close()
  const ids = (name: string) => [...readFileSync(file(name), 'utf8').matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id)
  assert.deepEqual(ids('pending-9090.jsonl'), ['own', 'of one that is gone', 'another'])
  assert.deepEqual(ids('pending-9090-1.jsonl'), ['of a worker'])
  assert.deepEqual(ids('pending-9090-2.jsonl'), [])
  assert.deepEqual(ids('pending-9091-3.jsonl'), ['of somebody else'])
})

test('while Redis does not answer, several processes share what one would have', async () => {
  const spending = createSpending(systemClock, { journal: join(directory, 'shared.jsonl'), processes: 4 }, hooks)
  const { store } = config('store: { kind: redis, url: "redis://127.0.0.1:1", instances: 2 }')
  const ledger = spending.ledger(store)
  const bucket = { key: 'b', budget: 'b', window: { kind: 'life' } } as const
  const claim = { bucket, amount: 1, limit: 80, mode: 'hard', onStoreDown: 'local-share' } as const
  const held = await ledger.reserve({ id: 'a', claims: [claim], ttl: 1000, onLost: 'charge' })
  assert.deepEqual(held.kind === 'reserved' && held.states.map(({ limit }) => limit), [10])
  await ledger.close()
})
