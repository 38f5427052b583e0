import type { Metrics } from '../io/metrics.js'
import type { Log } from '../io/request-log.js'
import type { KeysHooks } from './keys-of-service.js'

/** Has log and metrics told of what happens to virtual keys. */
export function keysHooks(log: Log, metrics: Pick<Metrics, 'keyRefused'>): KeysHooks {
  return {
    refused: (reason) => metrics.keyRefused(reason),
    onState: (state) => {
      if (state === 'stale') log.warn({ state }, 'the store of virtual keys does not answer')
      else log.info({ state }, 'the store of virtual keys answers')
    },
    onUnreadable: (keys) => {
      if (keys.length > 0) log.error({ keys }, 'virtual keys that cannot be read, and that nobody gets in with')
      else log.info({}, 'all virtual keys can be read')
    },
  }
}
