import type { ServerOptions } from 'node:http2'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { Gateway } from '../core/gateway.js'
import type { Unpack } from '../core/unpacked.js'
import { converse } from './converse.js'
import { takeStreams } from './lean-streams.js'
import { UPSTREAM_LEVEL } from './names.js'
import { PROCESS_PATH, serveStreams } from './plain-streams.js'
import { routerLevel } from './router-level.js'
import type { Accept } from './stream.js'
import { upstreamLevel } from './upstream-level.js'

export interface ExtProcOptions {
  /** `host:port` or `unix:/path`. */
  readonly address: string
  readonly gateway: Gateway
  /** Undoes a provider's content coding. */
  readonly unpack: Unpack
  /** A stream came for an exchange that this process does not hold. */
  unknownExchange(): void
  /** Something threw that should not have; the stream it happened on has been ended. */
  broken(error: unknown): void
}

export interface ExtProc {
  /** The address that it listens on, with the port that was chosen for port 0. */
  readonly address: string
  /** Ends streams that are left and stops listening. */
  close(): void
}

/** Serves Envoy's external processor protocol; each stream is one filter level of one request. */
export async function startExtProc(options: ExtProcOptions): Promise<ExtProc> {
  const { gateway } = options
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

  const accept: Accept = (stream, name) => {
    const upstream = name === UPSTREAM_LEVEL
    const level = upstream
      ? upstreamLevel(gateway, {
          unpack: options.unpack,
          unknownExchange: options.unknownExchange,
          send: stream.send,
          breakOff: stream.fail,
        })
      : routerLevel(gateway, { quiet: (id) => working.get(id), unpack: options.unpack, send: stream.send })
    return converse(stream, level, {
      broken: options.broken,
      busy: (work) => {
        const id = level.exchangeId()
        if (!upstream || id === undefined) return
        working.set(id, work)
        void work.finally(() => {
          if (working.get(id) === work) working.delete(id)
        })
      },
    })
  }
  serveStreams(server, accept)
  const endSessions = takeStreams(server, PROCESS_PATH, accept)
  const port = await bind(server, options.address)
  const unix = options.address.startsWith('unix:')
  return {
    address: unix ? options.address : `${options.address.replace(/:\d+$/, '')}:${port}`,
    close: () => {
      server.forceShutdown()
      endSessions()
    },
  }
}

/**
 * Sets of HTTP/2 what grpc-js has no option for. Envoy resets streams that it is done with, and Node's HTTP/2 server takes a thousand
 * resets for an attack. The limit can be lifted from Node 22.10 on; on Node 20 only Envoy's flag
 * `envoy.reloadable_features.ext_proc_graceful_grpc_close` helps. A body of some size must not wait for leave to be sent:
 * whatever comes is read at once.
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
