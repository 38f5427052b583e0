import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Circuit, createCircuit } from '../../../io/guards/circuit.js'

function subject() {
  let time = 0
  const circuit = createCircuit({ monotonic: () => time })
  return {
    circuit,
    pass: (ms: number) => {
      time += ms
    },
  }
}

const enter = (circuit: Circuit) => circuit.enter() ?? assert.fail('the service rests')
const fail = (circuit: Circuit, times: number) => {
  for (let time = 0; time < times; time++) enter(circuit).failed()
}

test('five failures in a row open it; a success between starts anew', () => {
  const { circuit } = subject()
  fail(circuit, 4)
  enter(circuit).succeeded()
  fail(circuit, 4)
  enter(circuit).abandoned()
  assert.ok(circuit.enter())
  fail(circuit, 1)
  assert.equal(circuit.enter(), undefined)
})

test('after a second one call is let through, and decides', () => {
  const { circuit, pass } = subject()
  fail(circuit, 5)
  pass(999)
  assert.equal(circuit.enter(), undefined)
  pass(1)
  const probe = enter(circuit)
  assert.equal(circuit.enter(), undefined)
  probe.succeeded()
  assert.ok(circuit.enter())
  fail(circuit, 4)
  assert.ok(circuit.enter())
})

test('each failed probe doubles the rest, up to 15 s', () => {
  const { circuit, pass } = subject()
  fail(circuit, 5)
  pass(1000)
  for (const rest of [2000, 4000, 8000, 15_000, 15_000]) {
    enter(circuit).failed()
    pass(rest - 1)
    assert.equal(circuit.enter(), undefined)
    pass(1)
  }
})

test('a probe that is given up makes room for another', () => {
  const { circuit, pass } = subject()
  fail(circuit, 5)
  pass(1000)
  enter(circuit).abandoned()
  assert.ok(circuit.enter())
})

test('calls that were on their way when it opened do not prolong the rest', () => {
  const { circuit, pass } = subject()
  const calls = Array.from({ length: 9 }, () => enter(circuit))
  for (const call of calls.slice(0, 5)) call.failed()
  pass(900)
  for (const call of calls.slice(5)) call.failed()
  pass(100)
  assert.ok(circuit.enter())
})
