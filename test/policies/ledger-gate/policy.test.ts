import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ledgerGate } from '../../../policies/ledger-gate/policy.js'
import { call, chatRequest } from '../fakes.js'

test('requests pass as long as there is room to record them, and are refused with 503 and retry-after when there is none', () => {
  let room: 'some' | 'none' = 'some'
  const gate = ledgerGate({ room: () => room })
  const request = chatRequest
  assert.deepEqual(gate.admit(request, call([])), { kind: 'continue', request })
  room = 'none'
  const verdict = gate.admit(request, call([]))
  assert.ok(!(verdict instanceof Promise) && verdict.kind === 'refuse')
  assert.deepEqual(
    [verdict.error.code, verdict.error.status, verdict.error.retryAfter],
    ['upstream_unavailable', 503, 5],
  )
})
