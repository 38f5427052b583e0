import { setImmediate } from 'node:timers/promises'
import { batches } from '../io/billing/cut.js'
import type { Outlet } from '../io/billing/lane.js'
import type { StoreSettings } from '../io/config/settings.js'
import { createFileSpendStore } from '../io/spend/file-spend-store.js'
import { type Forecasts, shownForecast } from '../io/spend/forecast.js'
import { createRedisSpendStore } from '../io/spend/redis-spend-store.js'
import type { SpendStore } from '../io/spend/spend-store.js'
import { systemClock } from '../io/system-clock.js'
import { createHistory, type History, type Wanted } from '../policies/alerts/history.js'
import { createOutlooks, type Outlooks } from '../policies/alerts/outlooks.js'
import type { Watched } from '../policies/alerts/settings.js'
import { type SlotOf, slotsIn } from '../policies/alerts/weeks.js'
import { addresses, type Environment } from './configuration.js'
import type { LiveConfiguration } from './live-configuration.js'
import { spendOf } from './state-files.js'

export interface SpendOptions {
  readonly env: Environment
  readonly live: LiveConfiguration
}

/** What was spent, what it tells of the future, and how rows get there. */
export interface Spend {
  readonly store: SpendStore
  readonly outlet: Outlet
  readonly forecasts: Forecasts
  readonly history: History
  readonly outlooks: Outlooks
  /** What the past is wanted of, by the configuration in force. */
  wanted(): Wanted
  slotOf(): SlotOf
}

const CUT = batches({ rows: 2_000, bytes: 4 * 1024 * 1024, age: 1_000 })
/** Milliseconds that the store may take for one batch. */
const DEADLINE = 15_000

/** The store of sums is of the kind of the store of budgets when the process began. */
export function openSpend({ env, live }: SpendOptions): Spend {
  const store = storeOf(live.current.config.store, env)
  const history = createHistory({ read: store.read, clock: systemClock })
  const slots = new Map<string, SlotOf>()
  const slotOf = () => {
    const timeZone = live.current.config.alerts?.timeZone ?? 'UTC'
    const known = slots.get(timeZone) ?? slotsIn(timeZone)
    slots.set(timeZone, known)
    return known
  }
  const wanted = () => {
    const { rules, alerts } = live.current.config
    return { rules, watch: alerts?.anomalies.enabled ? alerts.anomalies.watch : NOTHING }
  }
  const outlooks = createOutlooks({ history, wanted, slotOf, clock: systemClock, pause: setImmediate })
  return {
    ...{ store, history, outlooks, wanted, slotOf },
    outlet: { sink: store, cut: CUT, deadline: DEADLINE },
    forecasts: {
      async of(states) {
        const made = await outlooks.of(states)
        return new Map([...made].map(([key, outlook]) => [key, shownForecast(outlook)]))
      },
    },
  }
}

const NOTHING: readonly Watched[] = []

function storeOf(settings: StoreSettings, env: Environment): SpendStore {
  switch (settings.kind) {
    case 'memory':
      return createFileSpendStore({ directory: spendOf(addresses(env)), now: systemClock.now })
    case 'redis':
      return createRedisSpendStore(settings)
  }
}
