import { readFile } from 'node:fs/promises'
import { createApi } from '../io/admin/api.js'
import { createAuthentication, isLoopback, isProtected } from '../io/admin/authenticate.js'
import { type Admin, type AdminOptions, startAdmin, type TlsMaterial, UnusableTls } from '../io/admin/server.js'
import type { AdminTls } from '../io/admin/settings.js'
import { createTrailFile } from '../io/admin/trail-file.js'
import { errorFields } from '../io/request-log.js'
import { systemClock } from '../io/system-clock.js'
import { type AdminParts, adminOperations } from './admin-operations.js'
import { addresses, type Config, type Environment } from './configuration.js'
import { Failure, reasonOf } from './failure.js'
import { trailOf } from './state-files.js'
import { version } from './version.js'

export interface AdminPortOptions
  extends Pick<AdminOptions, 'metrics' | 'readiness'>,
    Omit<AdminParts, 'trail' | 'version'> {
  readonly env: Environment
}

/** How often it is looked whether there is another configuration, and with it other certificates, in milliseconds. */
const LOOK_EVERY = 1_000

/** Starts the admin port at the address that the environment sets. Throws `Failure` when it cannot listen there. */
export async function startAdminPort(options: AdminPortOptions): Promise<Pick<Admin, 'url' | 'close'>> {
  const { env, log, live, metrics, readiness } = options
  const listen = addresses(env)
  const failed = (error: unknown) => log.error(errorFields(error), 'the admin port failed to answer')
  const trail = createTrailFile(trailOf(listen), { clock: systemClock })
  const api = createApi({
    operations: adminOperations({ ...options, trail, version: version() }),
    authenticate: createAuthentication({
      token: env['TOLLGATE_ADMIN_TOKEN'],
      loopback: isLoopback(listen.bind),
      settings: () => live.current.config.admin,
    }),
    trail,
    failed,
  })
  const { tls } = live.current.config.admin
  const place = { host: listen.bind, port: listen.adminPort, metrics, readiness, api, failed }
  const material = tls && (await materialOf(tls))
  const admin = await startAdmin({ ...place, tls: material }).catch((error) => {
    throw failureOf(error, listen.adminPort)
  })
  const stopFollowing = followCertificates(options, admin)
  return {
    url: admin.url,
    async close() {
      stopFollowing()
      await admin.close()
      await trail.close()
    },
  }
}

/**
 * Why a configuration must not be in force here: others than this machine reach the admin port, and nothing says who they are.
 * Undefined when it may.
 */
export function refusedByExposure({ admin }: Pick<Config, 'admin'>, env: Environment): string | undefined {
  const { bind } = addresses(env)
  if (isLoopback(bind) || isProtected(admin, env['TOLLGATE_ADMIN_TOKEN'])) return undefined
  return `the admin port would be open to everybody who reaches ${bind} (TOLLGATE_BIND): set TOLLGATE_ADMIN_TOKEN, or admin.tokens or admin.clients in the configuration`
}

function failureOf(error: unknown, port: number): Failure {
  if (error instanceof UnusableTls) return new Failure(`admin.tls cannot be used: ${reasonOf(error.cause)}`)
  return new Failure(`cannot listen on port ${port} (${reasonOf(error)}): set TOLLGATE_ADMIN_PORT to another`)
}

async function materialOf({ certFile, keyFile, clientCaFile }: AdminTls): Promise<TlsMaterial> {
  const read = (path: string) => readFile(path, 'utf8')
  try {
    const [cert, key] = await Promise.all([read(certFile), read(keyFile)])
    return { cert, key, ...(clientCaFile !== undefined && { clientCa: await read(clientCaFile) }) }
  } catch (error) {
    throw new Failure(`the certificate of the admin port cannot be read: ${reasonOf(error)}`)
  }
}

/** What of TLS a server that listens cannot change. */
function mannerOf(tls: AdminTls | undefined): string {
  if (tls === undefined) return 'without TLS'
  return tls.clientCaFile === undefined ? 'asking for no certificates' : 'asking for certificates'
}

/** Connections from then on get the certificates of the configuration in force. Returns what ends this. */
function followCertificates({ live, log }: AdminPortOptions, admin: Admin): () => void {
  let seen = live.current
  const began = mannerOf(seen.config.admin.tls)
  const look = async () => {
    if (live.current === seen) return
    seen = live.current
    const { tls } = seen.config.admin
    if (mannerOf(tls) !== began) log.warn({}, `the admin port goes on ${began} until Tollgate is started anew`)
    else if (tls) admin.renew(await materialOf(tls))
  }
  const timer = setInterval(() => {
    look().catch((error: unknown) =>
      log.error(errorFields(error), 'the admin port cannot use its new certificate and goes on with the one before'),
    )
  }, LOOK_EVERY).unref()
  return () => clearInterval(timer)
}
