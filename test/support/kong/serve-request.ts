import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorAnswer, gatewayError, type OwnAnswer, ownHeaders } from './answers.js'
import { clientRequest, type Exchange, exchangeFor } from './exchange.js'
import type { Generation } from './generation.js'
import { type HeaderBag, headerBag } from './headers.js'
import { type LogEntry, logEntry } from './log-entry.js'
import type { Finished } from './pdk.js'
import { type ChainLink, writesLog } from './plugin-chain.js'
import type { PluginPhases } from './plugin-phase.js'
import { type Proxied, proxy } from './proxy.js'
import { proxiedHeaders } from './proxy-headers.js'
import { relayBody } from './relay-body.js'
import type { Connections } from './upstream-request.js'

/** What serving takes besides the configuration. */
export interface Serving {
  readonly phases: PluginPhases
  readonly connections: Connections
  /** Takes what the log plugins of a request would write. */
  logged(entry: LogEntry): void
}

/** One request from its head to its log phase: route, plugins, upstream, answer. */
export async function serveRequest(
  message: IncomingMessage,
  response: ServerResponse,
  generation: Generation,
  serving: Serving,
): Promise<void> {
  const request = clientRequest(message, randomBytes(16).toString('hex'), Date.now())
  const headers = headerBag(message.rawHeaders)
  const match = generation.match({
    method: request.method,
    path: request.path,
    host: headers.get('host') ?? '',
    headers,
  })
  const refuse = (answer: OwnAnswer) =>
    send(response, answer.status, ownHeaders(answer, request.id, Date.now() - request.startedAt), answer.body)
  if (!match) return refuse(errorAnswer(404, 'no Route matched with those values', request.id))
  const { route, service } = match
  if (!route.protocols.includes('http')) {
    const upgrade = { Connection: 'Upgrade', Upgrade: 'TLS/1.2, HTTP/1.1' }
    return refuse(errorAnswer(route.https_redirect_status_code, 'Please use HTTPS protocol', request.id, upgrade))
  }
  if (!service) return refuse(errorAnswer(503, 'no Service found with those values', request.id))

  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const exchange = exchangeFor(request, match, service, message)
  const chain = generation.chainFor(match)
  const answer = await access(chain, exchange, generation, serving.phases)
  const proxiedAt = Date.now()
  const context = {
    balancers: generation.balancers,
    tls: generation.tlsFor(service),
    connections: serving.connections,
    faults: generation.gateway.faults,
  }
  const proxied: Proxied = answer ? { kind: 'answer', answer, tries: [] } : await proxy(exchange, context, gone.signal)

  const latencies = { upstream: Date.now() - proxiedAt, proxy: proxiedAt - request.startedAt }
  const status = proxied.kind === 'answer' ? proxied.answer.status : (proxied.answer.statusCode ?? 0)
  const answered =
    proxied.kind === 'answer'
      ? ownHeaders(proxied.answer, request.id, Date.now() - request.startedAt)
      : proxiedHeaders(proxied.answer.rawHeaders, exchange, latencies, message.httpVersion)
  if (proxied.kind === 'answer') {
    for (const [name, values] of Object.entries(exchange.answerHeaders.toRecord())) {
      if (answered.get(name) === undefined) answered.set(name, values)
    }
  }
  for (const link of chain) if (link.kind === 'bundled') link.ready.headerFilter?.(exchange, answered)

  const before = message.socket.bytesWritten
  if (proxied.kind === 'answer') {
    await send(response, status, answered, proxied.answer.body)
  } else {
    head(response, status, answered)
    await relayBody(proxied.answer, response, exchange.plan.readTimeout)
    proxied.release()
  }
  const entry = logEntry(exchange, {
    // Nginx's own status for a client that left before there was any.
    status: response.headersSent ? status : 499,
    headers: answered,
    size: message.socket.bytesWritten - before,
    upstreamStatus: proxied.kind === 'upstream' ? status : undefined,
    tries: proxied.tries,
    proxiedAt,
    endedAt: Date.now(),
  })
  if (writesLog(chain)) serving.logged(entry)
  const source = proxied.kind === 'upstream' ? 'service' : answer ? 'exit' : 'error'
  const finished: Finished = { status, headers: answered, source, serialized: JSON.stringify(entry) }
  for (const link of chain) {
    if (link.kind === 'external' && link.phases.includes('log')) {
      await serving.phases.log(link.plugin, exchange, generation.gateway, finished)
    }
  }
}

/** The access phase of every plugin in turn; the first answer ends it. */
async function access(
  chain: readonly ChainLink[],
  exchange: Exchange,
  { gateway }: Generation,
  phases: PluginPhases,
): Promise<OwnAnswer | undefined> {
  for (const link of chain) {
    if (link.kind === 'bundled') {
      const answer = link.ready.access?.(exchange)
      if (answer) return answer
    } else if (link.phases.includes('access')) {
      const end = await phases.access(link.plugin, exchange, gateway)
      if (end.kind === 'answer') return end.answer
      if (end.kind === 'failed') return gatewayError(500, exchange.request.id)
    }
  }
  return undefined
}

function head(response: ServerResponse, status: number, headers: HeaderBag): void {
  if (response.destroyed) return
  response.writeHead(status, headers.toRaw())
  response.flushHeaders()
}

function send(response: ServerResponse, status: number, headers: HeaderBag, body: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    // A client that has left is told nothing.
    if (response.destroyed) return resolve()
    response.once('close', resolve)
    head(response, status, headers)
    response.end(body, () => resolve())
  })
}
