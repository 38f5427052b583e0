import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, problemsOf, withSections } from './sample.js'

const MIB = 1024 * 1024
const DAY = 24 * 3_600_000

const read = (ledger: string) => configOf(withSections({ ledger: `ledger: ${ledger}` })).ledger

/** The section has exactly these problems, without their places. */
const problems = (ledger: string) =>
  problemsOf(withSections({ ledger: `ledger: ${ledger}` })).map((problem) => problem.replace(/^\d+:\d+ /, ''))

const DEFAULTS = {
  ...{ kind: 'files', segment: 64 * MIB, keep: 90 * DAY, disk: 4096 * MIB, onFull: 'refuse', fsync: 100, sinks: [] },
}

test('a ledger is kept unless the file says otherwise', () => {
  assert.deepEqual(configOf(withSections({})).ledger, DEFAULTS)
  assert.deepEqual(read('{}'), DEFAULTS)
  assert.deepEqual(read('{ kind: off }'), { kind: 'off' })
})

test('sizes, days and how soon rows are on the disk are read', () => {
  const written = '{ dir: rows, segment: 64KiB, keep: 400d, disk: 2GiB, onFull: admit, fsync: 0ms }'
  assert.deepEqual(read(written), {
    ...{ kind: 'files', dir: '/etc/tollgate/rows', segment: 64 * 1024, keep: 400 * DAY, disk: 2048 * MIB },
    ...{ onFull: 'admit', fsync: 0, sinks: [] },
  })
})

test('what cannot be meant is refused, and what is allowed is said', () => {
  assert.deepEqual(problems('{ keep: 90 }'), ['ledger.keep: must be a number of days such as 90d, from 1d to 3650d'])
  assert.deepEqual(problems('{ keep: 0d }'), ['ledger.keep: must be a number of days such as 90d, from 1d to 3650d'])
  assert.deepEqual(problems('{ fsync: 401ms }'), [
    'ledger.fsync: must be a duration such as 100ms, from 0ms (before a request counts as recorded) to 400ms',
  ])
  assert.deepEqual(problems('{ fsync: 1s }').length, 1)
  assert.match(problems('{ segment: 1KiB }').join(), /ledger\.segment: must be a size .* from 64KiB to 1024MiB/)
  assert.match(problems('{ onFull: stop }').join(), /ledger\.onFull: must be what becomes of .*: refuse, admit/)
  assert.match(problems('{ kind: redis }').join(), /ledger\.kind: must be a kind of ledger: files, off/)
  assert.match(problems('{ sinkz: [] }').join(), /ledger\.sinkz: is an unknown key/)
  assert.deepEqual(problems('{ kind: off, keep: 9d, fsync: 5ms }'), [
    'ledger.keep: has no use with kind: off',
    'ledger.fsync: has no use with kind: off',
  ])
})
