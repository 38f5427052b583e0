import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Api } from './api.js'
import { type Answer, json } from './operation.js'
import { createPaths } from './paths.js'
import { sendAnswer } from './send-answer.js'

/** One thing that must hold before traffic is welcome. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail?: string
}

export interface AdminOptions {
  readonly host: string
  readonly port: number
  readonly metrics: { text(): Promise<string>; readonly contentType: string }
  readiness(): readonly Check[] | Promise<readonly Check[]>
  /** What is served beside health and metrics. */
  readonly api: Api
  /** Absent: plain HTTP. */
  readonly tls?: TlsMaterial | undefined
  /** Something failed; its caller was told 500. */
  failed?(error: unknown): void
}

/** PEM texts. With `clientCa` clients are asked for certificates, which they may go without. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
  readonly clientCa?: string | undefined
}

/** A certificate, its key or its authorities are none, or do not fit together. */
export class UnusableTls extends Error {
  override readonly name = 'UnusableTls'
}

export interface Admin {
  readonly url: string
  /** Takes other certificates for connections from now on. Throws when they cannot be used; those before stay. */
  renew(material: TlsMaterial): void
  close(): Promise<void>
}

/** Milliseconds in which a whole request must have arrived. */
const REQUEST_TIMEOUT = 10_000

/**
 * The admin port: `GET /healthz`, `GET /readyz` (200 or 503 with the checks as JSON) and `GET /metrics`, which are open to whoever
 * reaches it, and the admin API.
 */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const find = createPaths(openRoutes(options))
  const answerTo = (request: IncomingMessage): Answer | Promise<Answer> => {
    const [path = ''] = (request.url ?? '').split('?')
    const found = find(request.method ?? '', path)
    switch (found.kind) {
      case 'found':
        return found.route.answer()
      case 'other methods':
        return json(405, { error: 'method not allowed' }, { allow: found.allow.join(', ') })
      case 'nothing':
        return options.api(callOf(request))
    }
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const answered = async () => answerTo(request)
    answered()
      .catch((error: unknown) => {
        options.failed?.(error)
        return json(500, { error: 'Tollgate failed to answer; its log says where' })
      })
      .then((answer) => sendAnswer(request, response, answer))
      .catch((error: unknown) => options.failed?.(error))
  }
  const server = serverFor(options.tls, listener)
  await listen(server, options.host, options.port)
  const { address, port, family } = server.address() as AddressInfo
  return {
    url: `${options.tls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    renew(material) {
      if ('setSecureContext' in server) server.setSecureContext(secureOptions(material))
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function openRoutes({ metrics, readiness }: AdminOptions) {
  const open = (path: string, answer: () => Answer | Promise<Answer>) => ({ method: 'GET', path, answer })
  return [
    open('/healthz', () => json(200, { status: 'alive' })),
    open('/readyz', async () => {
      const checks = await readiness()
      const ready = checks.every(({ ok }) => ok)
      return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks })
    }),
    open('/metrics', async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() })),
  ]
}

function callOf(request: IncomingMessage): Parameters<Api>[0] {
  const { socket } = request
  const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    address: socket.remoteAddress ?? '',
    body: (limit) => bodyOf(request, limit),
    ...(certificate && { certificate }),
  }
}

async function bodyOf(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // The answer still has to go out over the socket, which ending the iteration would destroy.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function serverFor(
  tls: TlsMaterial | undefined,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server | TlsServer {
  const timeouts = { requestTimeout: REQUEST_TIMEOUT }
  if (!tls) return createServer(timeouts, listener)
  try {
    return createTlsServer({ ...timeouts, ...secureOptions(tls) }, listener)
  } catch (cause) {
    throw new UnusableTls('the certificate cannot be used', { cause })
  }
}

/** Whoever has no certificate may still have a token, and whoever asks for health needs neither. */
function secureOptions({ cert, key, clientCa }: TlsMaterial) {
  const asked = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }
  return { cert, key, minVersion: 'TLSv1.2' as const, ...asked }
}

function listen(server: Server | TlsServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
