import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { Outcome } from '../../../core/outcome.js'
import { nameModelFrom } from '../../../policies/pii/names/load.js'
import { target } from '../fakes.js'

/** A clock that is always at 0, what names were learned from, and real pauses. */
export const PARTS = {
  clock: { now: () => 0, monotonic: () => 0 },
  names: nameModelFrom((file) => readFileSync(file, 'utf8')),
  pause: () => setImmediate(),
  own: [],
}

/** A request that was served by one attempt, unless `more` says otherwise. */
export function outcomeOf(more: Partial<Outcome> = {}): Outcome {
  return {
    id: 'r-1',
    path: '/v1/chat/completions',
    policyVersion: '0123456789abcdef',
    chain: ['openai/m'],
    how: 'complete',
    status: 200,
    attempts: [
      {
        target: target('openai/m'),
        outcome: 'served',
        status: 200,
        usage: { prompt: 10, completion: 2 },
        usageSource: 'provider',
        cost: 1_500_000n,
        durationMs: 20,
      },
    ],
    failures: [],
    cost: 1_500_000n,
    dropped: [],
    audits: [],
    durationMs: 25,
    overheadMs: 1,
    ...more,
  }
}
