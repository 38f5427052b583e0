import type { Counters } from '../io/billing/counter-reading.js'
import { readBucketKey } from '../io/bucket-key.js'
import type { Ledger } from '../policies/budget/ledger.js'
import { windowAt } from '../policies/budget/period.js'
import type { Rule } from '../policies/budget/rules.js'

/** What the counters have, for the rows of ledgers to be compared with. Rejects as `Ledger.list` does. */
export async function readCounters(
  ledger: Pick<Ledger, 'list'> | undefined,
  rules: readonly Rule[],
  now: () => number,
): Promise<Counters> {
  const states = (await ledger?.list()) ?? []
  const at = now()
  const counters = states
    .filter(({ bucket }) => isCharged(bucket.key))
    .map(({ bucket, committed }) => ({ key: bucket.key, committed, window: bucket.window }))
  const counting = ledger === undefined ? [] : rules.filter(({ unit }) => unit !== 'concurrent')
  const windows = counting.map(({ section, name, unit, period }) => ({
    ...{ section, name, unit },
    window: windowAt(period, at),
  }))
  return { at, counters, windows }
}

/** Budgets and limits are charged by requests, and rows say how much; the quotas of provider keys are not. */
function isCharged(key: string): boolean {
  const { section } = readBucketKey(key)
  return section === 'budgets' || section === 'limits'
}
