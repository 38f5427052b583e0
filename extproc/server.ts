import type { ServerOptions } from 'node:http2'
import type { Socket } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Gateway } from '../core/gateway.js'
import type { Unpack } from '../core/unpacked.js'
import { converse, type Hooks } from './converse.js'
import { type Elsewhere, type Passing, passingOn } from './elsewhere.js'
import { takeConnections } from './grpc-connections.js'
import { ROUTER_LEVEL, UPSTREAM_LEVEL } from './names.js'
import { serveStreams } from './plain-streams.js'
import { type Bodies, type RouterHooks, routerLevel } from './router-level.js'
import type { Accept, MessageStream } from './stream.js'
import { upstreamLevel } from './upstream-level.js'

export interface ProcessorOptions {
  readonly gateway: Gateway
  /** Undoes a provider's content coding. */
  readonly unpack: Unpack
  /** Where exchanges are that other processes hold; without it there are none. */
  readonly elsewhere?: Elsewhere
  /** A stream came for an exchange that nobody holds. */
  unknownExchange(): void
  /** Something threw that should not have; the stream it happened on has been ended. */
  broken(error: unknown): void
}

export interface ExtProcOptions extends ProcessorOptions {
  /** `host:port` or `unix:/path`. */
  readonly address: string
}

export interface ExtProc {
  /** The address that it listens on, with the port that was chosen for port 0. */
  readonly address: string
  /** Ends streams that are left and stops listening. */
  close(): void
}

/** Serves Envoy's external processor protocol; each stream is one filter level of one request. */
export async function startExtProc(options: ExtProcOptions): Promise<ExtProc> {
  const { server, close } = processor(options)
  const port = await bind(server, options.address)
  const unix = options.address.startsWith('unix:')
  return { address: unix ? options.address : `${options.address.replace(/:\d+$/, '')}:${port}`, close }
}

/** The same on connections that somebody else has accepted; each becomes an HTTP/2 connection at once. */
export function injectedExtProc(options: ProcessorOptions): { inject(connection: Socket): void; close(): void } {
  const { server, close } = processor(options)
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return { inject: injector.injectConnection, close }
}

function processor(options: ProcessorOptions): { readonly server: Server; close(): void } {
  const { gateway, elsewhere, unpack, broken } = options
  const server = new Server({
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': 2 ** 31 - 1,
    // Debugging statistics of gRPC itself, kept per message; nobody can ask for them here.
    'grpc.enable_channelz': 0,
  })
  setHttp2(server)
  /** Work still running at the upstream level, by exchange. */
  const working = new Map<string, Promise<void>>()

  const atUpstream: Hooks = {
    broken,
    busy(work, level) {
      const id = level.exchangeId()
      if (id === undefined) return
      working.set(id, work)
      void work.finally(() => {
        if (working.get(id) === work) working.delete(id)
      })
    },
  }
  const atRouter: Hooks = { broken, busy() {} }
  const routerHooks: RouterHooks = { quiet: (id) => working.get(id), unpack }

  const upstream = (stream: MessageStream, unknownExchange: (id: string) => Passing) =>
    converse(stream, upstreamLevel(gateway, { unpack, unknownExchange, stream }), atUpstream)
  const router = (stream: MessageStream, bodies: Bodies) =>
    converse(stream, routerLevel(gateway, routerHooks, stream, bodies), atRouter)
  const refuse = (): Passing => {
    options.unknownExchange()
    return 'refused'
  }
  const accept: Accept = (stream, name) => {
    if (name !== UPSTREAM_LEVEL) return router(stream, name === ROUTER_LEVEL ? 'with headers' : 'apart')
    if (elsewhere === undefined) return upstream(stream, refuse)
    return passingOn(stream, elsewhere, options.unknownExchange, (unknown) => upstream(stream, unknown))
  }
  serveStreams(server, accept)
  const endConnections = takeConnections(server, accept, broken)
  const close = () => {
    server.forceShutdown()
    endConnections()
  }
  return { server, close }
}

/**
 * Sets of HTTP/2 what grpc-js has no option for, should it serve connections itself. Envoy resets streams that it is done with, and Node's
 * HTTP/2 server takes a thousand resets for an attack, which can be changed from Node 22.10 on; on Node 20 only Envoy's flag
 * `envoy.reloadable_features.ext_proc_graceful_grpc_close` helps then. A body of some size must not wait for leave to be sent.
 */
function setHttp2(server: Server): void {
  const { commonServerOptions } = server as unknown as { commonServerOptions?: ServerOptions }
  if (typeof commonServerOptions !== 'object') return
  Object.assign(commonServerOptions, {
    streamResetBurst: 1_000_000_000,
    streamResetRate: 1_000_000_000,
    settings: { ...commonServerOptions.settings, initialWindowSize: 4 * 1024 * 1024 },
  })
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}
