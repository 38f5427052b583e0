/**
 * FROZEN: the yardstick for the relay in `npm run bench`. The proxy that anybody would write with `node:http`: it sends every
 * request on over kept-alive connections and pipes both ways. It imports nothing of Tollgate; changing it makes old ratios
 * meaningless.
 */
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  request as sendRequest,
} from 'node:http'
import { StringDecoder } from 'node:string_decoder'

/** `parsing` also reads what it passes on: the request's JSON, the answer's, and every `data:` line of a stream. */
export type ProxyForm = 'bare' | 'parsing'

/** Proxies everything to `port` of 127.0.0.1. */
export function createProxy(form: ProxyForm, port: number): Server {
  const agent = new Agent({ keepAlive: true })
  const server = createServer((request, response) => {
    const { method, url: path } = request
    const headers = { ...endToEnd(request.headers), host: `127.0.0.1:${port}` }
    const sent = sendRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers))
      answer.on('error', () => response.destroy())
      answer.pipe(response)
      if (form === 'parsing') parseAnswer(answer)
    })
    sent.on('error', () => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    })
    response.on('close', () => {
      if (!response.writableFinished) sent.destroy()
    })
    request.pipe(sent)
    if (form === 'parsing') parseWhole(request)
  })
  server.on('close', () => agent.destroy())
  return server
}

/** RFC 9110, 7.6.1; the framing of a body is each connection's own, too. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = headers.connection?.toLowerCase().split(/ *, */) ?? []
  const kept: IncomingHttpHeaders = {}
  for (const name in headers) {
    if (!HOP_BY_HOP.has(name) && !named.includes(name)) kept[name] = headers[name]
  }
  return kept
}

function parseAnswer(answer: IncomingMessage): void {
  if (answer.headers['content-type']?.startsWith('text/event-stream')) parseLines(answer)
  else parseWhole(answer)
}

function parseWhole(message: IncomingMessage): void {
  const parts: Buffer[] = []
  message.on('data', (part: Buffer) => parts.push(part))
  message.on('end', () => {
    if (parts.length > 0) JSON.parse(Buffer.concat(parts).toString())
  })
}

function parseLines(message: IncomingMessage): void {
  const decoder = new StringDecoder('utf8')
  let tail = ''
  message.on('data', (part: Buffer) => {
    const lines = (tail + decoder.write(part)).split('\n')
    tail = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data: ') && line !== 'data: [DONE]') JSON.parse(line.slice('data: '.length))
    }
  })
}
