import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptEntries } from '../../../io/billing/entries.js'
import { attemptOf, outcomeOf } from '../../policies/budget/spending-fakes.js'

test('each attempt has a row, with the key that it was made with; the last one has the charges', () => {
  const outcome = {
    ...outcomeOf([
      attemptOf({}, { outcome: 'failed', status: 429, credential: 'key1' }),
      attemptOf({ prompt: 3, completion: 4 }, { credential: 'paid', cost: 12_345n, durationMs: 1.23456 }),
    ]),
    identity: { user: 'ann', tags: {} },
    label: 'internal',
  }
  const charges = [{ lease: 'l', amounts: [['budgets/a/usd', 5]] as const }]
  const [first, last, more] = attemptEntries(outcome, charges)
  assert.equal(more, undefined)
  assert.deepEqual(
    [first?.attempt, first?.attempts, first?.outcome, first?.status, first?.credential, first?.charges],
    [1, 2, 'failed', 429, 'key1', undefined],
  )
  assert.deepEqual(
    [last?.attempt, last?.credential, last?.nano, last?.usage, last?.charges, last?.user, last?.label],
    [2, 'paid', '12345', { prompt: 3, completion: 4 }, charges, 'ann', 'internal'],
  )
})
