import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AdminAnswer, type AdminRoute, type AdminTask, jsonAnswer } from './admin-route.js'

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
  /** What is served beside health and metrics; each part of Tollgate brings its own. */
  readonly routes?: readonly AdminRoute[]
  /** A route failed; its caller was told 500. */
  failed?(error: unknown): void
}

export interface Admin {
  readonly url: string
  close(): Promise<void>
}

/** Milliseconds in which a whole request must have arrived. */
const REQUEST_TIMEOUT = 10_000

/** The admin port: `GET /healthz`, `GET /readyz` (200 or 503 with the checks as JSON), `GET /metrics`, and `routes`. */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const routes = [...ownRoutes(options), ...(options.routes ?? [])]
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT }, (request, response) => {
    answerTo(request, routes)
      .catch((error: unknown) => {
        options.failed?.(error)
        return jsonAnswer(500, { error: 'Tollgate failed to answer; its log says where' })
      })
      .then((answer) => send(request, response, answer))
  })
  await listen(server, options.host, options.port)
  const { address, port, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function ownRoutes({ metrics, readiness }: AdminOptions): readonly AdminRoute[] {
  return [
    { method: 'GET', path: '/healthz', handle: () => jsonAnswer(200, { status: 'alive' }) },
    {
      method: 'GET',
      path: '/readyz',
      async handle() {
        const checks = await readiness()
        const ready = checks.every(({ ok }) => ok)
        return jsonAnswer(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks })
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      handle: async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() }),
    },
  ]
}

async function answerTo(request: IncomingMessage, routes: readonly AdminRoute[]): Promise<AdminAnswer> {
  const [path = ''] = (request.url ?? '').split('?')
  const here = routes.flatMap((route) => {
    const name = nameIn(path, route.path)
    return name === undefined ? [] : [{ route, name }]
  })
  if (here.length === 0) {
    return jsonAnswer(404, { error: 'not found', paths: [...new Set(routes.map((route) => route.path))] })
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const found = here.find(({ route }) => route.method === method)
  if (!found) {
    const allow = [...new Set(here.map(({ route }) => route.method))].join(', ')
    return jsonAnswer(405, { error: 'method not allowed' }, { allow })
  }
  const { route, name } = found
  const task: AdminTask = { name, headers: request.headers, body: (limit) => bodyOf(request, limit) }
  return route.handle(task)
}

/** What stands for `{name}` of a route's path, empty where it has none; undefined when the path is another. */
function nameIn(path: string, pattern: string): string | undefined {
  const at = pattern.indexOf('{')
  if (at < 0) return path === pattern ? '' : undefined
  const rest = path.slice(at)
  if (!path.startsWith(pattern.slice(0, at)) || rest === '' || rest.includes('/')) return undefined
  try {
    return decodeURIComponent(rest)
  } catch {
    return undefined
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

function send(request: IncomingMessage, response: ServerResponse, answer: AdminAnswer): void {
  // What is left of a body that nobody read would be taken for the next request.
  const rest = request.complete ? {} : { connection: 'close' }
  response.writeHead(answer.status, { ...answer.headers, ...rest, 'content-type': answer.contentType })
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
