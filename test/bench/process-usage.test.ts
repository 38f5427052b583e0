import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuTicks, processUsage, residentKiB } from '../../bench/process-usage.js'

test('CPU time is utime plus stime, also for a command name with spaces and brackets', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 123 45 7 8 20 0 11 0 5000 1000 200'
  assert.equal(cpuTicks(stat), 168)
})

test('resident memory is the VmRSS line', () => {
  assert.equal(residentKiB('Name:\tnode\nVmHWM:\t  9 kB\nVmRSS:\t   2048 kB\n'), 2048)
})

test('a process that does not exist has no usage', () => {
  assert.equal(processUsage(0), undefined)
})
