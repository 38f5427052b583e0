import { budgetOperations } from '../io/admin/budget-operations.js'
import type { Operation } from '../io/admin/operation.js'
import { selfOperations } from '../io/admin/self-operations.js'
import { spendOperations } from '../io/admin/spend-operations.js'
import type { Trail } from '../io/admin/trail.js'
import { trailOperations } from '../io/admin/trail-operations.js'
import { ledgerOperations } from '../io/billing/ledger-operations.js'
import { createRowFiles } from '../io/billing/row-files.js'
import { errorFields, type Log } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import type { BackOffice } from './back-office.js'
import type { Billing } from './billing.js'
import { explainOperationsOf } from './explaining.js'
import { keyOperationsOf } from './key-operations-of.js'
import type { Keys } from './keys-of-service.js'
import { readCounters } from './ledger-counters.js'
import type { LiveConfiguration } from './live-configuration.js'
import type { Spending } from './spending.js'

/** What the operations of the admin API are made of. */
export interface AdminParts {
  readonly log: Log
  readonly live: LiveConfiguration
  readonly spending: Spending
  readonly keys: Keys
  readonly billing: Billing
  readonly office: BackOffice
  readonly trail: Trail
  /** This Tollgate's version. */
  readonly version: string
}

/** Every operation that the admin API has. Each part brings its own: it is named in `AdminParts`, and its operations are listed here. */
export function adminOperations(parts: AdminParts): readonly Operation[] {
  const { log, live, spending, keys, billing, office, trail, version } = parts
  const operations: readonly Operation[] = [
    ...budgetOperations({
      ledger: () => spending.opened()?.ledger,
      rules: () => live.current.config.rules,
      keyOwners: () =>
        new Map(
          keys
            .opened()
            ?.store.known()
            .map((key) => [key.id, key]),
        ),
      forecasts: async (states) => (await office.spend?.forecasts.of(states)) ?? new Map(),
      failed: (error) => log.error(errorFields(error), 'forecasts could not be made'),
      changed: (change) => {
        const { kind, ...fields } = change
        log.info(fields, kind === 'reset' ? 'a budget was reset' : 'a budget was raised')
        if (change.kind === 'reset') void billing.adjusted(change.key, -change.taken, change.by)
      },
    }),
    ...keyOperationsOf({ live, keys }),
    ...explainOperationsOf({ live, keys }),
    ...office.audit.operations,
    ...office.alerts.operations,
    ...ledgerOperations({
      root: () => billing.opened()?.root,
      files: (root) => createRowFiles(root, systemClock),
      writing: billing.figures,
      sinks: () => office.shipping?.status() ?? [],
      counters: () => readCounters(spending.opened()?.ledger, live.current.config.rules, systemClock.now),
    }),
    ...spendOperations({
      store: () => office.spend?.store,
      clock: systemClock,
      failed: (error) => log.error(errorFields(error), 'the store of what was spent failed'),
    }),
    ...trailOperations({ trail, clock: systemClock }),
  ]
  return [...operations, ...selfOperations(operations, version)]
}
