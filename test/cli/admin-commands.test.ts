import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { spendOperations } from '../../io/admin/spend-operations.js'
import { trailOperations } from '../../io/admin/trail-operations.js'
import type { SpendCell } from '../../io/spend/spend-store.js'
import { startFrame, tokenOf } from '../support/admin/frame.js'
import { everyRole, startServed } from '../support/admin/served.js'
import { runMain } from '../support/run-main.js'

const LIMIT = { timeout: 60_000 }
const columns = (line = '') => line.split(/ {2,}/)

test('keys: issued with the text alone on stdout, shown, changed, rotated, revoked and deleted', LIMIT, async (t) => {
  const { env, call } = await startServed(t, everyRole())
  const run = (...args: readonly string[]) =>
    runMain(t, ['keys', ...args], { ...env, TOLLGATE_ADMIN_TOKEN: tokenOf('root') })
  assert.equal((await run('list')).out, 'there are no keys\n')
  const bounds = [
    '--model',
    'gpt',
    '--network',
    '10.0.0.0/8',
    '--tag',
    'project=x',
    '--budget',
    '10usd/month@Europe/Berlin',
  ]
  const issued = await run('issue', '--name', 'ci', '--team', 'red', '--user', 'ann', '--expires', '90d', ...bounds)
  assert.equal(issued.code, 0, issued.err)
  assert.match(issued.out, /^[!-~]{30,}\n$/)
  assert.ok(!issued.err.includes(issued.out.trim()))
  const [id = '', name, , state, team, user, , bound] = columns(issued.err.split('\n')[1])
  assert.deepEqual([name, state, team, user, bound], ['ci', 'active', 'red', 'ann', 'gpt 10.0.0.0/8 10usd/month'])

  const listed = (await run('list', '--team', 'red')).out
  assert.deepEqual(columns(listed.split('\n')[1])[0], id)
  assert.equal((await run('list', '--team', 'blue')).out, 'there are no keys\n')
  assert.match(
    (await run('update', id, '--name', 'cd', '--clear', 'budgets', '--clear', 'expires')).out,
    / cd .* - +gpt 10/,
  )
  const rotated = await run('rotate', id, '--overlap', '1h')
  assert.match(rotated.out, /^[!-~]{30,}\n$/)
  assert.notEqual(rotated.out, issued.out)
  assert.match((await run('revoke', id)).out, / revoked /)
  const shown = JSON.parse((await run('show', id, '--json')).out)
  assert.deepEqual([shown.id, shown.name, shown.state], [id, 'cd', 'revoked'])
  assert.deepEqual(await run('delete', id), { code: 0, out: `${id}: deleted\n`, err: '' })
  const gone = await run('show', id)
  assert.deepEqual([gone.code, gone.out], [1, ''])

  const trail = await runMain(t, ['trail'], { ...env, TOLLGATE_ADMIN_TOKEN: tokenOf('eyes') })
  const lines = trail.out.trimEnd().split('\n').map(columns)
  assert.deepEqual(
    lines.map(([, principal, , operation, status]) => [principal, operation, status]),
    [
      ['principal', 'operation', 'status'],
      ['root', 'issueKey', '201'],
      ['root', 'updateKey', '200'],
      ['root', 'rotateKey', '200'],
      ['root', 'revokeKey', '200'],
      ['root', 'deleteKey', '200'],
    ],
  )
  assert.ok(!trail.out.includes(issued.out.trim()) && !trail.out.includes(rotated.out.trim()))
  const one = await runMain(t, ['trail', '--operation', 'revokeKey', '--limit', '5', '--json'], {
    ...{ ...env, TOLLGATE_ADMIN_TOKEN: tokenOf('eyes') },
  })
  assert.equal(JSON.parse(one.out).entries.length, 1)
  assert.equal((await call('/trail', { as: 'ann-of-red' })).status, 403)
})

async function spent(t: TestContext, cells: readonly SpendCell[]) {
  const store = { read: async (from: number, to: number) => cells.filter(({ hour }) => hour >= from && hour < to) }
  const clock = { now: () => Date.UTC(2026, 4, 20), monotonic: () => 0 }
  const trail = { read: async () => ({ entries: [], truncated: false }) }
  const operations = [
    ...spendOperations({ store: () => store, clock, failed: () => {} }),
    ...trailOperations({ trail, clock }),
  ]
  const { admin } = await startFrame(t, operations)
  return { TOLLGATE_ADMIN_PORT: new URL(admin.url).port }
}

const amounts = {
  ...{ requests: 1, attempts: 1, failed: 0, promptTokens: 10, cachedTokens: 0, cacheWriteTokens: 0 },
  ...{ completionTokens: 5, reasoningTokens: 0, nano: 1_500_000_000n, unpriced: 0 },
}
const CELL: SpendCell = {
  ...{ hour: Date.UTC(2026, 4, 2), model: 'gpt', provider: 'openai', upstreamModel: 'gpt-4o', tags: {}, amounts },
}

test('spend prints a table with its total, CSV or JSON', async (t) => {
  const hostile = { ...CELL, team: '\u001b[2Jred' }
  const env = await spent(t, [hostile, { ...CELL, team: 'blue', key: 'k1' }])
  const shown = await runMain(t, ['spend', '--by', 'team'], env)
  assert.deepEqual(shown.out.trimEnd().split('\n').map(columns), [
    ['team', 'requests', 'attempts', 'failed', 'input tokens', 'output tokens', 'cost', 'unpriced'],
    ['?[2Jred', '1', '1', '0', '10', '5', '$1.5', '0'],
    ['blue', '1', '1', '0', '10', '5', '$1.5', '0'],
    ['total', '2', '2', '0', '20', '10', '$3', '0'],
  ])
  const csv = await runMain(t, ['spend', '--by', 'team,key', '--key', 'k1', '--csv'], env)
  assert.match(csv.out, /^team,key,requests,.*\r\nblue,k1,1,/)
  const json = JSON.parse(
    (await runMain(t, ['spend', '--json', '--from', '2026-05-01', '--zone', 'Asia/Tokyo'], env)).out,
  )
  assert.deepEqual([json.from, json.total.cost], ['2026-04-30T15:00:00.000Z', '3'])
  assert.equal((await runMain(t, ['spend', '--team', 'nobody'], env)).out, 'nothing was spent\n')
  assert.equal((await runMain(t, ['trail'], env)).out, 'nothing was changed\n')
})

test('what is wrong with a command line is said with its usage', async (t) => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['keys'], /keys needs list, issue, show, update, rotate, revoke, delete/],
    [['keys', 'constructor'], /keys needs list/],
    [['keys', 'issue'], /needs --name/],
    [['keys', 'issue', 'x', '--name', 'n'], /unexpected argument 'x'/],
    [['keys', 'issue', '--name', 'n', '--budget', '10'], /--budget is AMOUNT/],
    [['keys', 'issue', '--name', 'n', '--tag', 'x'], /--tag is NAME=VALUE/],
    [['keys', 'issue', '--name', 'n', '--overlap', '1h'], /keys issue knows no '--overlap'/],
    [['keys', 'show'], /needs the ID/],
    [['keys', 'show', 'a', 'b'], /unexpected argument 'b'/],
    [['keys', 'update', 'a'], /needs something to change/],
    [['keys', 'update', 'a', '--clear', 'name'], /--clear takes models, networks, tags, budgets, expires/],
    [['keys', 'revoke', 'a', '--model', 'x'], /keys revoke knows no '--model'/],
    [['spend', 'x'], /unexpected argument 'x'/],
    [['spend', '--csv', '--json'], /either --csv or --json/],
    [['trail', 'x'], /unexpected argument 'x'/],
  ]
  for (const [args, message] of cases) {
    const { code, err } = await runMain(t, args, { TOLLGATE_ADMIN_PORT: '1' })
    assert.equal(code, 2, args.join(' '))
    assert.match(err, new RegExp(`^tollgate: .*${message.source}`))
    assert.match(err, /\nUsage: tollgate /)
  }
  for (const url of ['ftp://x', 'nowhere', 'http://user:pw@x', 'http://x?y']) {
    const { code, err } = await runMain(t, ['trail', '--url', url], {})
    assert.deepEqual([code, /--url must be a URL/.test(err)], [1, true], url)
  }
  const { err } = await runMain(t, ['trail', '--cert', '/nowhere.pem'], {})
  assert.match(err, /--cert cannot be read/)
})
