import { createLog } from '../io/request-log.js'
import { removeDeadSocket } from '../relay/dead-socket.js'
import { refusedByExposure, startAdminPort } from './admin-port.js'
import { startBackOffice } from './back-office.js'
import { addresses, type Config, type Environment } from './configuration.js'
import { startService } from './service.js'
import { journalOf, leftPending } from './state-files.js'

export interface ServeOptions {
  readonly configPath: string
  readonly env: Environment
  /** The gateways that it serves; Envoy unless said. */
  readonly gateways?: readonly ('envoy' | 'kong')[]
  /** An absolute directory in which Envoy's files are kept current: `bootstrap.yaml` and what it points to. */
  readonly envoyDir?: string
  /** A file for the log; standard output unless said. */
  readonly logFile?: string
  /** Awaited when everything is there and nobody is served yet. */
  readonly beforeListening?: () => Promise<void>
}

export interface Serving {
  readonly adminUrl: string
  /** The external processor's, where Envoy is served. */
  readonly extprocAddress?: string
  /** The relay's, where Kong is served. */
  readonly relayAddress?: string
  /** Takes no new requests, lets running ones finish (at most `timeouts.drain`), then closes everything. */
  stop(): Promise<void>
  /** Resolves once `stop` is through; rejects with a `Failure` when it cannot go on. */
  readonly done: Promise<void>
}

/**
 * Runs Tollgate in this process: what its gateways call, admin port, and reload of the configuration. Throws `Failure` when it
 * cannot start.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { gateways = ['envoy'], logFile, env } = options
  const listen = addresses(env)
  const log = createLog(logFile)
  const place = { journal: journalOf(listen), left: leftPending(listen, 0) }
  if (gateways.includes('kong')) await removeDeadSocket(listen.relay)
  const refused = (config: Config) => refusedByExposure(config, env)
  const service = await startService({ ...options, gateways, log, place, tells: 'everything', refused })
  const { extprocAddress, relayAddress, live, spending, keys, billing, metrics, readiness } = service
  const endService = async () => {
    await service.finish()
    await service.close()
  }
  const office = await startBackOffice({ env, log, live, metrics, billing: service.billing, spending }).catch(
    async (error) => {
      await endService()
      throw error
    },
  )
  const admin = await startAdminPort({ env, log, live, spending, keys, billing, office, metrics, readiness }).catch(
    async (error) => {
      await office.close()
      await endService()
      throw error
    },
  )
  log.info({ extproc: extprocAddress, relay: relayAddress, admin: admin.url }, 'started')

  let finished = () => {}
  const done = new Promise<void>((resolve) => {
    finished = resolve
  })
  const drain = async () => {
    await service.announceEnd()
    await service.finish()
    await admin.close()
    await billing.close()
    await office.close()
    await service.close()
    await log.close()
    finished()
  }
  let stopping: Promise<void> | undefined
  return {
    adminUrl: admin.url,
    ...(extprocAddress !== undefined && { extprocAddress }),
    ...(relayAddress !== undefined && { relayAddress }),
    done,
    stop() {
      stopping ??= drain()
      return stopping
    },
  }
}
