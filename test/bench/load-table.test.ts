import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadTable } from '../../bench/load-table.js'

test('the load table ends with the totals and names each problem', () => {
  const table = loadTable([
    { name: 'a', verdict: 'passed', problems: [], detail: '10 answers' },
    { name: 'long name', verdict: 'failed', problems: ['status 500: 3'], detail: '' },
  ])
  assert.deepEqual(table.split('\n'), [
    'passed   a          10 answers',
    'failed   long name',
    '           status 500: 3',
    '',
    '1 passed, 1 failed',
  ])
})

test('skipped checks are counted apart', () => {
  assert.match(
    loadTable([{ name: 'a', verdict: 'skipped', problems: [], detail: '' }]),
    /0 passed, 0 failed, 1 skipped$/,
  )
})
