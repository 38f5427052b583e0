import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { GENESIS } from '../../io/billing/chain.js'
import { encodeHead } from '../../io/billing/head.js'
import { asked, attempted, charged, folder, linesOfEntries } from '../io/billing/folder.js'
import { runMain } from '../support/run-main.js'

const SOURCE = '0123456789ab-0'

/** A ledger of two requests, which began at 2023-11-14T22:13:20Z, one row a second. */
function written(change: (lines: readonly string[]) => readonly string[] = (lines) => lines): string {
  const root = folder()
  mkdirSync(join(root, SOURCE))
  const entries = [
    { ...asked('r1'), user: 'a\u009b31m\u202e' },
    attempted('r1', { charges: charged('r1', 5) }),
    asked('r2'),
    attempted('r2'),
  ]
  const { lines, link } = linesOfEntries(entries, GENESIS)
  writeFileSync(join(root, SOURCE, '000000000001.jsonl'), `${change(lines).join('\n')}\n`)
  writeFileSync(join(root, SOURCE, 'head.json'), encodeHead({ ...link, from: 5, run: 5 }))
  return root
}

test('verify says where something is wrong, and its exit code too', async (t) => {
  const good = written()
  const ok = await runMain(t, ['ledger', 'verify', '--chain', good])
  assert.deepEqual(
    [ok.code, ok.out],
    [0, `${good}/${SOURCE}: 4 rows, 1 to 4, ended\nok: 4 rows, 2 attempts, not compared with counters\n`],
  )
  const bad = written((lines) => lines.with(1, (lines[1] ?? '').replace('"nano":"5"', '"nano":"4"')))
  const changed = await runMain(t, ['ledger', 'verify', '--chain', bad])
  assert.equal(changed.code, 1)
  assert.match(
    changed.out,
    /0123456789ab-0\/000000000001\.jsonl:2: row 2: was changed: its hash is not that of its text/,
  )
  assert.match(changed.out, /^NOT OK: /m)
  const json = await runMain(t, ['ledger', 'verify', '--chain', '--json', good, bad])
  assert.deepEqual([json.code, JSON.parse(json.out).findings.length], [1, 1])
})

test('show prints the rows that are asked for, as JSON that steers no terminal', async (t) => {
  const root = written()
  const of = async (...args: readonly string[]) => {
    const { code, out } = await runMain(t, ['ledger', 'show', root, ...args])
    assert.equal(code, 0)
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).seq)
  }
  assert.deepEqual(await of(), [1, 2, 3, 4])
  assert.deepEqual(await of('--request', 'r2'), [3, 4])
  assert.deepEqual(await of('--from', '2023-11-14T22:13:21Z', '--to', '2023-11-14T22:13:23Z'), [2, 3])
  const { out } = await runMain(t, ['ledger', 'show', root, '--request', 'r1'])
  assert.doesNotMatch(out, /[\u0080-\u009f\u202e]/)
  assert.equal(JSON.parse(out.split('\n')[0] ?? '').user, 'a\u009b31m\u202e')
})

test('what cannot be done is said in one line', async (t) => {
  const root = written()
  const cases = [
    [['ledger'], 2, /ledger needs verify or show/],
    [['ledger', 'show', '--json', root], 2, /ledger show knows no '--json'/],
    [['ledger', 'verify', '--request', 'x', root], 2, /ledger verify knows no '--request'/],
    [['ledger', 'show', '--from', 'yesterday', root], 2, /--from must be a time such as/],
    [['ledger', 'verify', '--chain', folder()], 1, /there is no ledger in .*: name its directory/],
    [['ledger', 'verify', root, '--url', 'http://127.0.0.1:1'], 1, /nothing answers on http:\/\/127\.0\.0\.1:1/],
  ] as const
  for (const [args, code, message] of cases) {
    const done = await runMain(t, args)
    assert.equal(done.code, code, done.err)
    assert.match(done.err, message)
  }
})
