import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'

/** One call as it arrived. */
export interface FakeCall {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface FakeReply {
  readonly status: number
  /** A text goes out as it is, everything else as JSON. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What happens to a call in place of its answer: the connection breaks, or nothing. */
export type Mishap = 'reset' | 'hang' | FakeReply

export interface FakeService {
  /** Without a slash at its end. */
  readonly url: string
  readonly calls: readonly FakeCall[]
  /** What happens to the next calls. */
  next(...mishaps: readonly Mishap[]): void
  /** Once so many calls have arrived, from the first on. */
  arrived(count: number): Promise<void>
  /** Connections that were opened. */
  connections(): number
}

/** Serves on the loopback interface until the test is over. */
export async function startFake(t: TestContext, answer: (call: FakeCall) => FakeReply): Promise<FakeService> {
  const calls: FakeCall[] = []
  const mishaps: Mishap[] = []
  const waiting = new Set<() => void>()
  let connections = 0
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const { method = '', url = '', headers } = request
    const call = { method, path: url, headers, body }
    calls.push(call)
    for (const check of waiting) check()
    const mishap = mishaps.shift()
    if (mishap === 'hang') return
    if (mishap === 'reset') request.socket.resetAndDestroy()
    else reply(response, mishap ?? answer(call))
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    calls,
    next: (...more) => void mishaps.push(...more),
    arrived: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (calls.length < count) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    connections: () => connections,
  }
}

/** The address of nobody. */
export async function deadUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function reply(response: ServerResponse, { status, body, headers }: FakeReply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
