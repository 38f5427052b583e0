import { readFileSync } from 'node:fs'
import { decompressor } from '../io/decompress.js'
import { errorFields } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import { authenticator } from '../relay/authenticate.js'
import { directEgress } from '../relay/direct-egress.js'
import type { Egress } from '../relay/egress.js'
import { kongEgress } from '../relay/kong-egress.js'
import { startRelay } from '../relay/server.js'
import { signWith } from '../relay/signing.js'
import type { Environment } from './configuration.js'
import type { HostParts } from './envoy-host.js'
import { Failure, reasonOf } from './failure.js'
import type { Generation } from './live-configuration.js'

export interface KongHost {
  readonly address: string
  /** Lets Kong find out that it should go elsewhere; requests are still served. */
  drain(): Promise<void>
  /** As `Relay.retire`. */
  retire(): Promise<void>
  close(): Promise<void>
}

/** Kong takes no shorter one either. */
const SHORTEST_SECRET = 32

export interface KongHostParts extends HostParts {
  readonly requestsPerConnection?: number
}

/** Starts the relay. Throws `Failure` where it has no secret or cannot listen. */
export async function startKongHost(
  { listen, gateway, metrics, log, requestsPerConnection }: KongHostParts,
  env: Environment,
  current: () => Generation,
): Promise<KongHost> {
  const secrets = contextSecrets(env)
  const egress = egressFor(listen.egress, secrets[0], current)
  const relay = await startRelay({
    address: listen.relay,
    gateway,
    egress,
    authenticate: authenticator({ secrets, clock: systemClock }),
    unpack: decompressor,
    maxBody: () => current().assembled.settings.maxBody,
    requestsPerConnection,
    onRefusedContext: metrics.refusedContext,
    broken: (error) => log.error(errorFields(error), 'a request broke'),
  }).catch((error) => {
    throw new Failure(`cannot listen on ${listen.relay} (${reasonOf(error)}): set TOLLGATE_RELAY_ADDRESS to another`)
  })
  return {
    address: relay.address,
    drain: relay.drain,
    retire: relay.retire,
    async close() {
      // What was open has had its time; the last bytes of it may still be on their way.
      await relay.close(1000)
      await egress.close()
    },
  }
}

/** What contexts are signed with: the first signs, all are good. */
function contextSecrets(env: Environment): readonly [string, ...string[]] {
  const secret = env['TOLLGATE_CONTEXT_SECRET']?.trim() ?? ''
  if (secret.length < SHORTEST_SECRET) {
    throw new Failure(
      `TOLLGATE_CONTEXT_SECRET must hold the secret that Kong has too, ${SHORTEST_SECRET} characters or more; ` +
        'make one with: openssl rand -hex 32',
    )
  }
  const previous = env['TOLLGATE_CONTEXT_SECRET_PREVIOUS']?.trim() ?? ''
  if (previous === '') return [secret]
  if (previous.length < SHORTEST_SECRET) {
    throw new Failure(`TOLLGATE_CONTEXT_SECRET_PREVIOUS must have ${SHORTEST_SECRET} characters or more`)
  }
  return [secret, previous]
}

function egressFor(egress: string, secret: string, current: () => Generation): Egress {
  const connectTimeout = () => current().assembled.settings.timeouts.connect
  if (egress === 'direct') return directEgress({ connectTimeout, ca: authorities(current) })
  if (!URL.canParse(egress) || !/^https?:$/.test(new URL(egress).protocol)) {
    throw new Failure(
      `TOLLGATE_EGRESS is '${egress}': it must be 'direct' or the URL of Kong, as in http://127.0.0.1:8000`,
    )
  }
  return kongEgress({ baseUrl: egress, sign: signWith(secret), clock: systemClock, connectTimeout: connectTimeout() })
}

/**
 * The authorities that the configuration names for an endpoint; Node's own where it names none. A file that cannot be read fails
 * the request: to trust others in its place is not what was asked for.
 */
function authorities(current: () => Generation): (upstream: { readonly name: string }) => string | undefined {
  return ({ name }) => {
    const file = current().config.providers.get(name)?.tls.caFile
    return file === undefined ? undefined : readFileSync(file, 'utf8')
  }
}
