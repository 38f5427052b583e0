import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { cpuBetween, cpuTicks, hasChildren, processUsage, residentKiB } from '../../bench/process-usage.js'

test('CPU ticks are utime and stime, also for a command name with spaces and brackets', () => {
  const stat = '42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 123 45 7 8 20 0 11 0 5000 1000 200'
  assert.deepEqual(cpuTicks(stat), { user: 123, system: 45 })
})

test('resident memory is the VmRSS line', () => {
  assert.equal(residentKiB('Name:\tnode\nVmHWM:\t  9 kB\nVmRSS:\t   2048 kB\n'), 2048)
})

test('a process that does not exist has no usage', () => {
  assert.equal(processUsage(0), undefined)
})

test('CPU time between two readings is exact in all, and divided as the ticks are', () => {
  const before = { cpuMicros: 1000, ticks: { user: 10, system: 5 }, rssMiB: 50 }
  const after = { cpuMicros: 5000, ticks: { user: 13, system: 6 }, rssMiB: 60 }
  assert.deepEqual(cpuBetween(before, after), { total: 4000, user: 3000, system: 1000 })
  assert.deepEqual(cpuBetween(before, { ...before, cpuMicros: 1500 }), { total: 500, user: 500, system: 0 })
})

const CHILDREN_TOLD = existsSync(`/proc/${process.pid}/task/${process.pid}/children`)

test('a process that has started another one is told from one that has not', { skip: !CHILDREN_TOLD }, async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const exited = new Promise((resolve) => child.once('exit', resolve))
  try {
    assert.equal(hasChildren(process.pid), true)
    assert.equal(hasChildren(child.pid ?? 0), false)
  } finally {
    child.kill()
    await exited
  }
})
