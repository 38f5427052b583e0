import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Reply } from '../core/reply.js'

/** A request as Node's servers of both HTTP versions give it. */
export interface ClientRequest {
  readonly method?: string
  readonly url?: string
  readonly headers: IncomingHttpHeaders
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'end' | 'close', listener: () => void): unknown
  destroy(): unknown
}

/** A response as Node's servers of both HTTP versions take it. */
export interface ClientResponse {
  /** HTTP/1 only. */
  shouldKeepAlive?: boolean
  writeHead(status: number, headers: OutgoingHttpHeaders): unknown
  write(bytes: Uint8Array): boolean
  end(): unknown
  end(bytes: Uint8Array): unknown
  on(event: 'close' | 'drain' | 'error', listener: () => void): unknown
  destroy(): unknown
}

/** What happens on the client's side while an answer is on its way. */
export interface ClientWatcher {
  /** It has hung up. */
  gone(): void
  /** It takes more, after a `write` that said `full`. */
  drained(): void
}

/** The client of one request. Nothing that is written after it has gone has an effect. */
export interface Client {
  gone(): boolean
  /** Aborted once the client has gone; made when it is first asked for. */
  hangUp(): AbortSignal
  /** Replaces who is told; undefined for nobody. */
  watch(watcher: ClientWatcher | undefined): void
  /** Sends a whole response. */
  reply(reply: Pick<Reply, 'status' | 'headers' | 'body'>): void
  head(status: number, headers: Readonly<Record<string, string>>): void
  /** `full`: the client reads more slowly than this is written. */
  write(bytes: Uint8Array): 'more' | 'full'
  end(): void
  /** Breaks the response off where it stands; one that has ended is left to arrive. */
  cutOff(): void
}

/** `connections` says whether they may be kept after this response. */
export function clientOf(response: ClientResponse, connections: () => 'kept' | 'closed'): Client {
  let state: 'there' | 'gone' | 'answered' = 'there'
  let hungUp: AbortController | undefined
  let watcher: ClientWatcher | undefined

  response.on('close', () => {
    if (state !== 'there') return
    state = 'gone'
    hungUp?.abort()
    watcher?.gone()
  })
  response.on('drain', () => watcher?.drained())
  // Whatever goes wrong with a response ends with its close.
  response.on('error', ignore)

  const head = (status: number, headers: Readonly<Record<string, string>>) => {
    if (connections() === 'closed') response.shouldKeepAlive = false
    response.writeHead(status, headers)
  }
  return {
    gone: () => state === 'gone',
    hangUp() {
      hungUp ??= new AbortController()
      if (state === 'gone') hungUp.abort()
      return hungUp.signal
    },
    watch(next) {
      watcher = next
    },
    reply({ status, headers, body }) {
      if (state !== 'there') return
      head(status, { ...headers, 'content-length': String(body.length) })
      state = 'answered'
      response.end(body)
    },
    head(status, headers) {
      if (state === 'there') head(status, headers)
    },
    write: (bytes) => (state === 'there' && !response.write(bytes) ? 'full' : 'more'),
    end() {
      if (state !== 'there') return
      state = 'answered'
      response.end()
    },
    cutOff() {
      if (state === 'there') response.destroy()
    },
  }
}

const ignore = () => {}
