import type { Outlet } from '../io/billing/lane.js'
import { createRowFiles } from '../io/billing/row-files.js'
import type { Metrics } from '../io/metrics.js'
import type { Log } from '../io/request-log.js'
import type { Forecasts } from '../io/spend/forecast.js'
import type { SpendStore } from '../io/spend/spend-store.js'
import { systemClock } from '../io/system-clock.js'
import { type AlertsOffice, startAlerts } from './alerts.js'
import { type AuditOffice, startAuditOffice } from './audit-office.js'
import type { Billing } from './billing.js'
import type { Environment } from './configuration.js'
import type { LiveConfiguration } from './live-configuration.js'
import { type Shipping, startShipping } from './shipping.js'
import { openSpend } from './spend-office.js'
import type { Spending } from './spending.js'

export interface BackOfficeOptions {
  readonly env: Environment
  readonly log: Log
  readonly live: LiveConfiguration
  readonly metrics: Pick<Metrics, 'registry'>
  /** Opened; what is shipped is where it was opened. */
  readonly billing: Pick<Billing, 'opened'>
  /** What budgets hold. */
  readonly spending: Pick<Spending, 'opened'>
}

/** What runs once per installation, in the process that has the admin port. */
export interface BackOffice {
  /** What is done with the records of requests. */
  readonly audit: AuditOffice
  /** The watch over budgets and spending. */
  readonly alerts: AlertsOffice
  /** What becomes of the ledger's rows; undefined where none is kept. */
  readonly shipping: Shipping | undefined
  /** What was spent and will be, for the admin API; undefined where no ledger is kept. */
  readonly spend?: SpendOffice | undefined
  /** To be called once no process writes any more: finishes what can be finished soon, and ends everything. */
  close(): Promise<void>
}

/** What reports of spend are made from. */
export interface SpendOffice {
  readonly store: Pick<SpendStore, 'read'>
  readonly forecasts: Forecasts
}

/** One thing that runs there. */
interface Part {
  close(): Promise<void>
}

/** Starts what runs once per installation. Throws `Failure` when it cannot. */
export async function startBackOffice(options: BackOfficeOptions): Promise<BackOffice> {
  const { env, log, live, metrics, spending } = options
  const audit = startAuditOffice({ env, log, clock: systemClock, settings: () => live.current.config.audit })
  // Sinks of this process, which get the ledger's rows beside those of the configuration.
  const spend = openSpend({ env, live })
  const own: readonly Outlet[] = [spend.outlet]
  const shipping = await shippingOf(options, own)
  const alerts = startAlerts({ env, log, live, spending, spend, metrics })
  const parts: readonly Part[] = [audit, alerts, ...(shipping ? [shipping] : [])]
  return {
    audit,
    alerts,
    shipping,
    spend: shipping && spend,
    async close() {
      await Promise.all(parts.map((part) => part.close()))
      await spend.store.close()
    },
  }
}

async function shippingOf(options: BackOfficeOptions, own: readonly Outlet[]): Promise<Shipping | undefined> {
  const { log, live, metrics, billing } = options
  const opened = billing.opened()
  if (!opened) return undefined
  const { root } = opened
  const files = createRowFiles(root, systemClock)
  // A ledger that is turned off by a reload is written until the end of the process.
  const alone = { ...opened.settings, sinks: [] }
  const settings = () => {
    const { ledger } = live.current.config
    return ledger.kind === 'files' ? ledger : alone
  }
  return startShipping({ root, files, settings, own, clock: systemClock, log, metrics })
}
