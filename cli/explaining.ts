import type { Operation } from '../io/admin/operation.js'
import { explainOperations } from '../io/explain/explain-operations.js'
import { foundKeys } from '../io/keys/key-record.js'
import { systemClock } from '../io/system-clock.js'
import { bearerOf } from '../policies/keys/identify-by-key.js'
import { clientEndpoints } from './client-endpoints.js'
import type { Keys } from './keys-of-service.js'
import type { LiveConfiguration } from './live-configuration.js'

export interface ExplainParts {
  readonly live: Pick<LiveConfiguration, 'current'>
  readonly keys: Keys
}

/** What would become of requests, by the configuration in force and with what is counted now. */
export function explainOperationsOf({ live, keys }: ExplainParts): readonly Operation[] {
  return explainOperations({
    settings: () => live.current.assembled.settings,
    rules: () => live.current.config.rules,
    endpoints: clientEndpoints,
    now: systemClock.now,
    async byKey(id, established) {
      const known = live.current.config.keys && (await keys.opened()?.store.list())
      const key = known?.find((one) => one.id === id)
      const [, found] = (key && foundKeys(key).at(-1)) ?? []
      return found && bearerOf(found, established, systemClock.now())
    },
  })
}
