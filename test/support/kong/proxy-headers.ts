import { isIP } from 'node:net'
import { KONG } from './answers.js'
import type { Peer } from './balancer.js'
import type { Exchange } from './exchange.js'
import { dropHopByHop, type HeaderBag, headerBag } from './headers.js'

/** The headers that the upstream gets; `bodyLength` is unknown where the body is chunked. */
export function upstreamHeaders(exchange: Exchange, peer: Peer, bodyLength: number | undefined): HeaderBag {
  const { request, match, plan } = exchange
  const headers = headerBag(exchange.headers.toRaw())
  dropHopByHop(headers)
  headers.remove('expect')
  headers.set('Host', plan.hostHeader ?? authority(peer, plan.scheme))
  // Nobody is trusted to say these things before Kong does.
  headers.set('X-Forwarded-For', [...headers.all('x-forwarded-for'), request.ip].join(', '))
  headers.set('X-Forwarded-Proto', 'http')
  headers.set('X-Forwarded-Host', request.host)
  headers.set('X-Forwarded-Port', String(request.serverPort))
  headers.set('X-Forwarded-Path', request.rawPath)
  if (match.prefix === undefined) headers.remove('x-forwarded-prefix')
  else headers.set('X-Forwarded-Prefix', match.prefix)
  headers.set('X-Real-IP', request.ip)
  headers.set('Via', [...headers.all('via'), `${request.httpVersion} ${KONG}`].join(', '))
  headers.set('X-Kong-Request-Id', request.id)
  if (bodyLength === undefined) headers.remove('content-length')
  else headers.set('Content-Length', String(bodyLength))
  return headers
}

/** The headers of an upstream's answer on their way to the client; latencies in milliseconds. */
export function proxiedHeaders(
  raw: readonly string[],
  exchange: Exchange,
  latencies: { readonly upstream: number; readonly proxy: number },
  httpVersion: string,
): HeaderBag {
  const headers = headerBag(raw)
  dropHopByHop(headers)
  for (const [name, values] of Object.entries(exchange.answerHeaders.toRecord())) headers.add(name, values)
  headers.set('X-Kong-Upstream-Latency', String(latencies.upstream))
  headers.set('X-Kong-Proxy-Latency', String(latencies.proxy))
  headers.set('Via', [...headers.all('via'), `${httpVersion} ${KONG}`].join(', '))
  headers.set('X-Kong-Request-Id', exchange.request.id)
  return headers
}

function authority({ hostName, port }: Peer, scheme: 'http' | 'https'): string {
  const host = isIP(hostName) === 6 ? `[${hostName}]` : hostName
  return port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`
}
