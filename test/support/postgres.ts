import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { findPostgres } from '../../cli/setup-postgres.js'
import { eventually } from './eventually.js'
import { freePort } from './free-port.js'

/** A real Postgres on a port of its own, with its data in a folder that goes with it. */
export interface PostgresServer {
  readonly url: string
  readonly port: number
  /** Runs a statement on a connection of its own and gives its rows. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/** Who it runs as where this process is root, as whom Postgres refuses to: nobody. */
const NOBODY = { uid: 65_534, gid: 65_534 }
const PASSWORD = 'hush hush'

/** With what it answers connections that ask for TLS, in PEM. */
export interface PostgresCertificate {
  readonly key: string
  readonly cert: string
}

/** Starts a Postgres server and waits until it answers. */
export async function startPostgres(certificate?: PostgresCertificate): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-postgres-'))
  const identity = process.getuid?.() === 0 ? NOBODY : {}
  if (process.getuid?.() === 0) await chown(folder, NOBODY.uid, NOBODY.gid)
  const bin = await reachable(await findPostgres(), folder, identity)
  const data = join(folder, 'data')
  const port = await freePort()
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', PGPASSFILE: '/dev/null' }
  const options = { cwd: folder, env, ...identity, stdio: 'ignore' } as const

  const init = spawn(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'tollgate', '-E', 'UTF8', '--no-sync', '-A', 'trust'],
    options,
  )
  const [code] = await once(init, 'exit')
  if (code !== 0) throw new Error(`initdb ended with ${code}`)

  const tls = certificate && (await tlsFiles(folder, certificate, identity))
  const set = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', ...tls }
  const flags = Object.entries(set).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child: ChildProcess = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], options)
  const query: PostgresServer['query'] = async (text, values = []) => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'tollgate', database: 'postgres' })
    await client.connect()
    try {
      const { rows } = await client.query(text, [...values])
      return rows
    } finally {
      await client.end()
    }
  }
  await eventually(
    'Postgres answers',
    async () => {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`)
      return (await query('select 1').catch(() => [])).length === 1
    },
    20_000,
  )
  await query(`alter user tollgate password '${PASSWORD}'`)
  return {
    url: `postgres://tollgate:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
    port,
    query,
    async stop() {
      const gone = once(child, 'exit')
      // At once, without waiting for clients.
      child.kill('SIGINT')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Settings for TLS. The key must be for nobody's eyes but the server's. */
async function tlsFiles(
  folder: string,
  { key, cert }: PostgresCertificate,
  identity: { readonly uid?: number; readonly gid?: number },
): Promise<Readonly<Record<string, string>>> {
  const files = { ssl_key_file: join(folder, 'server.key'), ssl_cert_file: join(folder, 'server.crt') }
  await writeFile(files.ssl_key_file, key, { mode: 0o600 })
  await writeFile(files.ssl_cert_file, cert)
  const { uid, gid } = identity
  if (uid !== undefined && gid !== undefined) await chown(files.ssl_key_file, uid, gid)
  return { ssl: 'on', ...files }
}

/** The folder of the programs, or of a copy of them where whoever runs them cannot reach them: below root's own folder, say. */
async function reachable(
  bin: string,
  folder: string,
  identity: { readonly uid?: number; readonly gid?: number },
): Promise<string> {
  const runs = await new Promise<boolean>((resolve) => {
    const child = spawn(join(bin, 'postgres'), ['--version'], { cwd: '/', stdio: 'ignore', ...identity })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
  if (runs) return bin
  const copy = join(folder, 'programs')
  await cp(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  await chmod(copy, 0o755)
  return join(copy, 'bin')
}
