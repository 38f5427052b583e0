import { randomBytes } from 'node:crypto'
import type { Operation } from '../io/admin/operation.js'
import { keyOperations } from '../io/keys/key-operations.js'
import { systemClock } from '../io/system-clock.js'
import { type Keys, sha256 } from './keys-of-service.js'
import type { LiveConfiguration } from './live-configuration.js'

export interface KeyParts {
  readonly live: Pick<LiveConfiguration, 'current'>
  readonly keys: Keys
}

/** The operations on the keys of this Tollgate, as the configuration in force has them. */
export function keyOperationsOf({ live, keys }: KeyParts): readonly Operation[] {
  const config = () => live.current.config
  return keyOperations({
    store: () => (config().keys === undefined ? undefined : keys.opened()?.store),
    overlap: () => config().keys?.overlap ?? 0,
    hasModel: (name) => config().models.has(name),
    knowsAddresses: () => config().identity.address !== undefined,
    clock: systemClock,
    random: randomBytes,
    hash: sha256,
  })
}
