import { isIP } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { GatewayError } from '../core/errors.js'
import type { HeaderLookup, Receiver, Sending } from './egress.js'

/** How long an unused connection is kept, in milliseconds, where the server does not say less. Servers commonly keep theirs for 60 s. */
const KEEP_ALIVE = 30_000

const MAX_HEADER_SIZE = 64 * 1024

export interface HttpPoolOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string
  /** Milliseconds that a connection may take, TLS included. */
  readonly connectTimeout: number
  /** Certificate authorities to trust in place of Node's own, as PEM. */
  readonly ca?: string
}

export interface HttpRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** HTTP/1.1 connections to one origin, as many as there are requests at a time. */
export interface HttpPool {
  send(request: HttpRequest, receiver: Receiver): Sending
  close(): Promise<void>
}

/** Nothing is followed, decompressed or tried again. TLS certificates are verified against the origin's host, whatever `host` says. */
export function httpPool({ origin, connectTimeout, ca }: HttpPoolOptions): HttpPool {
  const servername = new URL(origin).hostname.replace(/^\[|\]$/g, '')
  const connector = buildConnector({ timeout: connectTimeout, ca })
  const sni = isIP(servername) ? undefined : servername
  const pool = new Pool(origin, {
    connect: (options, callback) => connector({ ...options, servername: sni }, callback),
    keepAliveTimeout: KEEP_ALIVE,
    maxHeaderSize: MAX_HEADER_SIZE,
    // The relay has deadlines of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    send({ method, path, headers, body }, receiver) {
      // Without a name of its own a request takes the one in its `host`, and changing names costs the connection.
      const options: Dispatcher.DispatchOptions & { readonly servername: string } = {
        method,
        path,
        headers,
        body,
        servername,
      }
      return dispatch(pool, options, receiver)
    },
    close: () => pool.destroy(),
  }
}

function dispatch(pool: Pool, options: Dispatcher.DispatchOptions, receiver: Receiver): Sending {
  let controller: Dispatcher.DispatchController | undefined
  let state: 'starting' | 'running' | 'over' = 'starting'

  const fail = (cause: Error) => {
    if (state === 'over') return
    state = 'over'
    receiver.failed(new GatewayError('upstream_error', 'connection failed', { cause }))
  }
  pool.dispatch(options, {
    onRequestStart(started) {
      controller = started
      // Given up while it waited for its connection: nothing of it has been written yet.
      if (state === 'over') started.abort(GIVEN_UP)
    },
    onResponseStart(_, status, headers) {
      // 1xx are no response; undici tells of them by the same call.
      if (state !== 'over' && status >= 200) receiver.head(status, lookupIn(headers))
    },
    onResponseData(_, chunk) {
      if (state !== 'over') receiver.chunk(chunk)
    },
    onResponseEnd() {
      if (state === 'over') return
      state = 'over'
      receiver.end()
    },
    onResponseError(_, error) {
      if (state === 'starting') queueMicrotask(() => fail(error))
      else fail(error)
    },
  })
  state = 'running'
  return {
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    destroy() {
      if (state === 'over') return
      state = 'over'
      controller?.abort(GIVEN_UP)
    },
  }
}

const GIVEN_UP = new Error('given up')

function lookupIn(headers: Readonly<Record<string, string | string[] | undefined>>): HeaderLookup {
  return (name) => {
    const value = headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }
}
