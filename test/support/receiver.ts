import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One call that a receiver of webhooks got. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What a receiver does with a call: a status, with headers, or `hang` for no answer at all. */
export type Reaction = 'hang' | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

/** A real HTTP server that takes webhooks. */
export interface Receiver {
  readonly url: string
  readonly calls: readonly Received[]
  /** What it does from now on; 200 at first. */
  react(reaction: Reaction): void
  stop(): Promise<void>
}

/** Starts a receiver on a port of its own. */
export async function startReceiver(): Promise<Receiver> {
  const calls: Received[] = []
  let reaction: Reaction = { status: 200 }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      calls.push({ headers: request.headers, body })
      if (reaction !== 'hang') response.writeHead(reaction.status, reaction.headers).end('thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    calls,
    react(next) {
      reaction = next
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
