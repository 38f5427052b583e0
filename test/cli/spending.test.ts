import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assemble, createLasting } from '../../cli/assemble.js'
import { type Config, readConfiguration } from '../../cli/configuration.js'
import { Failure } from '../../cli/failure.js'
import { createSpending } from '../../cli/spending.js'
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
  const spending = createSpending(systemClock, file, hooks)
  assemble(config(''), createLasting(systemClock, spending))
  assert.equal(spending.opened(), undefined)
  assemble(config(BUDGET), createLasting(systemClock, spending))
  assert.ok(existsSync(file))
  await spending.opened()?.ledger.close()
})

test('a store that changes is told of, and the one before stays', async () => {
  const spending = createSpending(systemClock, join(directory, 'a.jsonl'), hooks)
  const lasting = createLasting(systemClock, spending)
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
  const spending = createSpending(systemClock, join(file, 'below', 'ledger.jsonl'), hooks)
  assert.throws(
    () => assemble(config(BUDGET), createLasting(systemClock, spending)),
    (error) => error instanceof Failure && /TOLLGATE_STATE_DIR/.test(error.message),
  )
})
