import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverCounts } from '../../bench/ledger-counts.js'

const INFO = [
  '$100',
  '# Server',
  'redis_version:6.2.14',
  'total_reads_processed:40',
  'used_cpu_sys:0.5',
  'used_cpu_user:1.25',
  'used_cpu_sys_children:7.0',
  'cmdstat_evalsha:calls=20,usec=100,usec_per_call=5.00,rejected_calls=0,failed_calls=1',
  'cmdstat_hget:calls=99,usec=1',
]

test('scripts, reads and CPU time are read from INFO, and what scripts call is not counted', () => {
  const counts = serverCounts(INFO.join('\r\n'))
  assert.deepEqual(counts, { version: '6.2.14', cpuMicros: 1_750_000, scripts: 20, reads: 40 })
})

test('scripts that were sent as text count, too', () => {
  assert.equal(serverCounts([...INFO, 'cmdstat_eval:calls=3,usec=1', ''].join('\r\n')).scripts, 23)
})

test('a server that leaves a figure out is refused', () => {
  assert.throws(() => serverCounts('redis_version:6.2.14\r\n'), /used_cpu_user/)
})
