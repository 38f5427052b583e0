import { readBucketKey } from '../../../io/bucket-key.js'
import type { Alert, AlertStore } from '../../../policies/alerts/alert.js'
import { createHistory } from '../../../policies/alerts/history.js'
import { createOutlooks } from '../../../policies/alerts/outlooks.js'
import type { SpendPoint } from '../../../policies/alerts/points.js'
import type { AlertSettings } from '../../../policies/alerts/settings.js'
import { createSpikes } from '../../../policies/alerts/spikes.js'
import { createWatcher } from '../../../policies/alerts/watcher.js'
import { HOUR, slotsIn } from '../../../policies/alerts/weeks.js'
import type { BucketState } from '../../../policies/budget/ledger.js'
import type { Rule } from '../../../policies/budget/rules.js'

export const USD = 1_000_000_000
/** A Wednesday at noon. */
export const NOON = Date.UTC(2026, 5, 10, 12)
export const DAY_START = Date.UTC(2026, 5, 10)

export const RULE: Rule = {
  ...{ name: 'red', section: 'budgets', match: new Map([['team', { kind: 'in', values: ['red'] }]]), each: ['user'] },
  ...{ unit: 'usd', limit: 100 * USD, period: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } },
  ...{ onExhausted: { kind: 'refuse' }, onStoreDown: 'refuse', onLost: 'charge', clampOutput: false },
  ...{ assumeOutput: 4096, onStreamLimit: 'stop' },
}

export const SETTINGS: AlertSettings = {
  thresholds: [50, 80, 100],
  forecast: { enabled: false, probability: 80 },
  anomalies: {
    ...{ enabled: false, watch: ['total', 'team'], deviations: 3.5, atLeastNano: USD, atLeastRequests: 1000 },
  },
  ...{ every: 30_000, timeZone: 'UTC' },
  webhooks: [{ name: 'ops', url: 'https://w.test', format: 'tollgate', timeout: 1000 }],
}

/** The bucket of ann's day: what it holds in dollars, of what limit. */
export function bucketOf(committed: number, limit = 100, start = DAY_START): BucketState {
  const key = `budgets/red/usd/ann/${new Date(start).toISOString()}`
  const window = { kind: 'calendar', start, end: start + 24 * HOUR } as const
  return { bucket: { key, budget: 'red', window }, committed: committed * USD, reserved: 0, limit: limit * USD }
}

/** What ann of the team red has spent in an hour, in dollars. */
export function pointOf(hour: number, dollars: number): SpendPoint {
  const amounts = { requests: 1, promptTokens: 1, completionTokens: 1, nano: BigInt(Math.round(dollars * USD)) }
  return { hour, model: 'gpt', provider: 'oa', team: 'red', user: 'ann', tags: {}, amounts }
}

/** What a watcher sees, to be changed by tests. */
export interface Seen {
  now: number
  states: readonly BucketState[]
  points: readonly SpendPoint[]
  storeUp: boolean
  settings: AlertSettings | undefined
}

/** A watcher over what a test sets, with its stores. */
export function watching(store: AlertStore, own: AlertStore, seen: Seen, name = 'w', pause = async () => {}) {
  const clock = { now: () => seen.now, monotonic: () => performance.now() }
  const read = async (from: number, to: number) => seen.points.filter(({ hour }) => hour >= from && hour < to)
  const history = createHistory({ read, clock })
  const rules = [RULE]
  const noSeries: AlertSettings['anomalies']['watch'] = []
  const wanted = () => ({ rules, watch: seen.settings?.anomalies.watch ?? noSeries })
  const slotOf = slotsIn('UTC')
  const errors: unknown[] = []
  const raised: Alert['kind'][] = []
  let ids = 0
  const look = createWatcher({
    ...{ settings: () => seen.settings, rules: () => rules, storeUp: () => seen.storeUp, partsOf: readBucketKey },
    ledger: () => ({ list: () => seen.states }),
    ...{ history, wanted, store, own, clock, pause },
    outlooks: createOutlooks({ history, wanted, slotOf: () => slotOf, clock, pause }),
    spikes: createSpikes({ slotOf: () => slotOf, rules: () => rules }),
    newId: () => `${name}-${++ids}`,
    raised: (kind) => raised.push(kind),
    dropped: () => {},
    failed: (error) => errors.push(error),
  })
  return { look, errors, raised }
}
