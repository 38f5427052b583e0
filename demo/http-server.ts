import { randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { JsonObject } from '../core/json.js'
import type { Pace } from './pace.js'

/** A running demo provider; `url` has no path and no slash at its end. */
export interface DemoServer {
  readonly url: string
  close(): Promise<void>
}

export interface DemoOptions {
  /** The loopback port; 0 or absent takes a free one. */
  readonly port?: number
  readonly pace: Pace
}

/** One client request, read whole. */
export interface DemoRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A piece of a stream; `token` pieces are sent at the provider's pace, the others along with what precedes them. */
export interface Piece {
  readonly text: string
  readonly kind: 'token' | 'frame'
}

/** What a provider answers; `tokens` is how many a whole body took to make. */
export type DemoReply =
  | { readonly kind: 'json'; readonly status: number; readonly body: JsonObject; readonly tokens: number }
  | { readonly kind: 'stream'; readonly pieces: readonly Piece[] }

const MAX_BODY = 64 * 1024 * 1024

/**
 * Serves one provider on the loopback interface: reads each request whole, sends what `answer` says at the pace asked
 * for, and stops as soon as the client hangs up. Headers that each response carries come from `headers(requestId)`.
 */
export function startDemoServer(
  options: DemoOptions,
  answer: (request: DemoRequest, requestId: string) => DemoReply,
  headers: (requestId: string) => Readonly<Record<string, string>>,
): Promise<DemoServer> {
  const server = createServer(async (request, response) => {
    const requestId = `req_${randomBytes(12).toString('hex')}`
    for (const [name, value] of Object.entries(headers(requestId))) response.setHeader(name, value)
    try {
      const { method = '', url = '', headers: sent } = request
      const path = url.split('?')[0] ?? ''
      const reply = answer({ method, path, headers: sent, body: await readBody(request) }, requestId)
      await send(reply, options.pace, response)
    } catch {
      // The client is gone, or sent what cannot be read: there is nobody to tell.
      response.destroy()
    }
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        })
      resolve({ url: `http://127.0.0.1:${port}`, close })
    })
  })
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BODY) throw new Error('too large')
    chunks.push(bytes)
  }
  const whole = Buffer.concat(chunks)
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole
  return plain.toString('utf8')
}

async function send(reply: DemoReply, pace: Pace, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const pause = async (ms: number) => {
    if (ms > 0) await wait(ms * (0.75 + Math.random() / 2), undefined, { signal: gone.signal })
  }
  if (reply.kind === 'json') {
    await pause(reply.tokens === 0 ? 0 : pace.firstTokenMs + reply.tokens * pace.tokenMs)
    response.writeHead(reply.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(reply.body))
    return
  }
  await pause(pace.firstTokenMs)
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  for (const piece of reply.pieces) {
    if (piece.kind === 'token') await pause(pace.tokenMs)
    if (gone.signal.aborted) return
    if (!response.write(piece.text)) await drained(response)
  }
  response.end()
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
}
