import { createServer } from 'node:net'
import type { Addresses, Environment } from './configuration.js'
import { Failure } from './failure.js'

/** Throws `Failure` when a variable that sets a port holds anything else; `addresses` would take the default. */
export function checkPortVariables(env: Environment): void {
  for (const name of ['TOLLGATE_PORT', 'TOLLGATE_ADMIN_PORT']) {
    const text = env[name] ?? ''
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
    if (text !== '' && (port < 1 || port > 65_535)) {
      throw new Failure(`${name} is '${text}': it must be a port, 1 to 65535`)
    }
  }
}

/** Throws `Failure` naming the variable to change when the client-facing port cannot be listened on. */
export async function checkListenerFree(addresses: Addresses): Promise<void> {
  await checkFree(addresses.bind, addresses.port, 'TOLLGATE_PORT')
}

/** The same for the addresses that Tollgate itself listens on: admin, and what its gateways call. */
export async function checkServerFree(
  addresses: Addresses,
  gateways: readonly ('envoy' | 'kong')[] = ['envoy'],
): Promise<void> {
  await checkFree(addresses.bind, addresses.adminPort, 'TOLLGATE_ADMIN_PORT')
  if (gateways.includes('envoy')) await checkAddressFree(addresses.extproc, 'TOLLGATE_EXTPROC_ADDRESS')
  if (gateways.includes('kong')) await checkAddressFree(addresses.relay, 'TOLLGATE_RELAY_ADDRESS')
}

async function checkAddressFree(address: string, variable: string): Promise<void> {
  if (address.startsWith('unix:')) return
  const match = /^([^,]*):(\d{1,5})$/.exec(address)
  if (match === null) throw new Failure(`${variable} is '${address}': it must be HOST:PORT or unix:PATH`)
  const [, host = '', port = ''] = match
  await checkFree(host.replace(/^\[(.*)\]$/, '$1'), Number(port), variable)
}

async function checkFree(host: string, port: number, variable: string): Promise<void> {
  const problem = await listenOnce(host, port)
  if (problem === undefined) return
  const set = variable.endsWith('ADDRESS') ? `${variable}=${host}:PORT` : `${variable}=PORT`
  if (problem === 'EADDRINUSE') throw new Failure(`port ${port} on ${host} is in use: choose another with ${set}`)
  if (problem === 'EACCES') throw new Failure(`port ${port} needs privileges: choose another with ${set}`)
  throw new Failure(`cannot listen on ${host}:${port} (${problem}): check TOLLGATE_BIND and ${variable}`)
}

/** The error code of trying to listen, undefined when it worked. */
function listenOnce(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.on('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    probe.listen({ host, port }, () => probe.close(() => resolve(undefined)))
  })
}

/** The address under which a client on this machine reaches a listener; a wildcard is reached through loopback. */
export function urlOf(bind: string, port: number): string {
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
