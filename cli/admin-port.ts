import { type Admin, type AdminOptions, startAdmin } from '../io/admin.js'
import { isLoopback } from '../io/admin-access.js'
import { adminBudgets } from '../io/admin-budgets.js'
import { errorFields, type Log } from '../io/request-log.js'
import { addresses, type Environment } from './configuration.js'
import { Failure, reasonOf } from './failure.js'
import type { LiveConfiguration } from './live-configuration.js'
import type { Spending } from './spending.js'

export interface AdminPortOptions extends Pick<AdminOptions, 'metrics' | 'readiness'> {
  readonly env: Environment
  readonly log: Log
  readonly live: LiveConfiguration
  readonly spending: Spending
}

/** Starts the admin port at the address that the environment sets. Throws `Failure` when it cannot listen there. */
export async function startAdminPort({ env, log, live, spending, ...options }: AdminPortOptions): Promise<Admin> {
  const { bind, adminPort } = addresses(env)
  return startAdmin({
    ...options,
    host: bind,
    port: adminPort,
    routes: adminBudgets({
      ledger: () => spending.opened()?.ledger,
      rules: () => live.current.config.rules,
      token: env['TOLLGATE_ADMIN_TOKEN'],
      loopback: isLoopback(bind),
      reset: (fields) => log.info(fields, 'a budget was reset'),
    }),
    failed: (error) => log.error(errorFields(error), 'the admin port failed to answer'),
  }).catch((error) => {
    throw new Failure(`cannot listen on port ${adminPort} (${reasonOf(error)}): set TOLLGATE_ADMIN_PORT to another`)
  })
}
