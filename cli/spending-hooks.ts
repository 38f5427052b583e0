import type { Metrics } from '../io/metrics.js'
import { errorFields, type Log } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import type { SpendingHooks } from './spending.js'

/** How often the log says that a budget which only alerts is exhausted, in milliseconds. */
const ALERT_EVERY = 60_000

/** Has log and metrics told of what happens to budgets and limits. */
export function spendingHooks(log: Log, metrics: Pick<Metrics, 'refused'>): SpendingHooks {
  const alert = once(ALERT_EVERY, (budget) => log.warn({ budget }, 'a budget is exhausted; its requests still pass'))
  return {
    exhausted: (rule, what) => {
      if (what === 'refused') metrics.refused(rule.name)
      else alert(rule.name)
    },
    failed: (error) => log.error(errorFields(error), 'the ledger could not be told'),
    dropped: (calls) => log.warn({ calls }, 'calls to the store of budgets and limits were dropped'),
    store: (state) => log.warn({ state }, 'the store of budgets and limits'),
  }
}

/** Passes each name on at most once in `period` milliseconds. */
function once(period: number, tell: (name: string) => void): (name: string) => void {
  const told = new Map<string, number>()
  return (name) => {
    const now = systemClock.monotonic()
    if (now - (told.get(name) ?? Number.NEGATIVE_INFINITY) < period) return
    told.set(name, now)
    tell(name)
  }
}
