import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { placesFor } from '../core/places.js'
import type { Config, TargetSettings } from '../io/config.js'
import type { PooledKey } from '../io/credentials/pool-settings.js'
import { createKeyPools, type KeyPools } from '../io/credentials/pools.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import { errorFields, type Log } from '../io/request-log.js'

/** The pools of one process, which tells in its log what becomes of keys. */
export function providerKeys(clock: Clock, log: Pick<Log, 'info' | 'warn' | 'error'>): KeyPools {
  return createKeyPools({
    clock,
    schedule: systemSchedule,
    random: Math.random,
    newId: randomUUID,
    hooks: {
      refused: (provider, key, reason, rest) =>
        log.error({ provider, key, reason, restSeconds: rest / 1000 }, 'a provider refuses a key; the others are used'),
      restored: (provider, key) => log.info({ provider, key }, 'a provider takes a key again'),
      failed: (error) => log.warn(errorFields(error), 'the quotas of provider keys could not be brought up to date'),
    },
  })
}

/** The providers of a configuration that have several keys. */
export function poolsIn({
  providers,
}: Pick<Config, 'providers'>): readonly (readonly [string, readonly PooledKey[]])[] {
  return [...providers].flatMap(([name, { apiKeys }]) => (apiKeys ? [[name, apiKeys] as const] : []))
}

/** The most attempts of a request, with those that ask a target again with another key. */
export function longestChain({ models, providers }: Pick<Config, 'models' | 'providers'>): number {
  const keysOf = ({ provider }: TargetSettings) => providers.get(provider)?.apiKeys?.length ?? 1
  return Math.max(...[...models.values()].map(({ targets }) => placesFor(targets.map(keysOf)).length))
}
