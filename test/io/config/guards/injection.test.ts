import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/injection.js'
import { FAMILIES } from '../../../../policies/guardrails/injection/families.js'
import { reader } from './reader.js'

const { settings, refuses } = reader(kind)

test('everything may be left out', () => {
  assert.deepEqual(settings('{}'), { thresholds: {}, off: [] })
})

test('thresholds by source and families that are off', () => {
  assert.deepEqual(settings('{ thresholds: { user: 0.9, tool: 0.5 }, off: [coercion, learned] }'), {
    thresholds: { user: 0.9, tool: 0.5 },
    off: ['coercion', 'learned'],
  })
})

test('what is wrong is told, with what is allowed', () => {
  const error = 'must be a number above 0 and below 1'
  for (const wrong of ['0', '1', 'high']) refuses(`{ thresholds: { user: ${wrong} } }`, `thresholds.user: ${error}`)
  refuses(
    '{ thresholds: { usr: 0.5 } }',
    "thresholds.usr: is nobody's; allowed: system, user, assistant, tool, document, definition; did you mean 'user'?",
  )
  refuses('{ off: [overide] }', `off.0: must be a family of attacks: ${FAMILIES.join(', ')}; did you mean 'override'?`)
  refuses(`{ off: [${FAMILIES.join(', ')}] }`, 'off: must not name every family: nothing is looked for')
})
