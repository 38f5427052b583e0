import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

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
  readiness(): readonly Check[]
}

export interface Admin {
  readonly url: string
  close(): Promise<void>
}

/** The admin port: `GET /healthz`, `GET /readyz` (200 or 503 with the checks as JSON) and `GET /metrics`. */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const server = createServer((request, response) => {
    const send = (status: number, contentType: string, body: string) => {
      response.writeHead(status, { 'content-type': contentType })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const json = (status: number, value: unknown) => send(status, 'application/json', `${JSON.stringify(value)}\n`)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET')
      return json(405, { error: 'method not allowed' })
    }
    switch ((request.url ?? '').split('?')[0]) {
      case '/healthz':
        return json(200, { status: 'alive' })
      case '/readyz': {
        const checks = options.readiness()
        const ready = checks.every(({ ok }) => ok)
        return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks })
      }
      case '/metrics':
        options.metrics.text().then(
          (text) => send(200, options.metrics.contentType, text),
          () => json(500, { error: 'metrics could not be read' }),
        )
        return undefined
      default:
        return json(404, { error: 'not found', paths: ['/healthz', '/readyz', '/metrics'] })
    }
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

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
