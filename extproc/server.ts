import { Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition, status } from '@grpc/grpc-js'
import type { Gateway } from '../core/gateway.js'
import type { Unpack } from '../core/unpacked.js'
import type { Level } from './level.js'
import { type Incoming, type Outgoing, readProcessingRequest, writeProcessingResponse } from './messages.js'
import { LEVEL_METADATA, UPSTREAM_LEVEL } from './names.js'
import { routerLevel } from './router-level.js'
import { upstreamLevel } from './upstream-level.js'

const EXTERNAL_PROCESSOR = {
  Process: {
    path: '/envoy.service.ext_proc.v3.ExternalProcessor/Process',
    requestStream: true,
    responseStream: true,
    requestSerialize: (message: Buffer) => message,
    requestDeserialize: readProcessingRequest,
    responseSerialize: writeProcessingResponse,
    responseDeserialize: (message: Buffer) => message,
  },
} as const satisfies ServiceDefinition

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

/** A status that is not OK: Envoy answers 500, or breaks off a response that has begun. Nothing passes unprocessed. */
const INTERNAL = Object.assign(new Error('internal error'), { code: status.INTERNAL })

type Call = ServerDuplexStream<Incoming, Outgoing>

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
  surviveStreamResets(server)
  /** Work still running at the upstream level, by exchange. */
  const working = new Map<string, Promise<void>>()

  server.addService(EXTERNAL_PROCESSOR, {
    Process(call: Call) {
      const upstream = call.metadata.get(LEVEL_METADATA)[0] === UPSTREAM_LEVEL
      const { unpack } = options
      const send = (messages: readonly Outgoing[]) => {
        for (const message of messages) call.write(message)
      }
      const level = upstream
        ? upstreamLevel(gateway, {
            unpack,
            unknownExchange: options.unknownExchange,
            send,
            breakOff: () => call.emit('error', INTERNAL),
          })
        : routerLevel(gateway, { quiet: (id) => working.get(id), unpack, send })
      converse(call, level, {
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
    },
  })
  const port = await bind(server, options.address)
  const unix = options.address.startsWith('unix:')
  return {
    address: unix ? options.address : `${options.address.replace(/:\d+$/, '')}:${port}`,
    close: () => server.forceShutdown(),
  }
}

interface Hooks {
  broken(error: unknown): void
  /** Work that could not be done at once. */
  busy(work: Promise<void>): void
}

/** Runs one stream: messages one at a time and in order, answers as soon as they are known; nothing is thrown past it. */
function converse(call: Call, level: Level, { broken, busy }: Hooks): void {
  let pending: Promise<void> | undefined
  let state: 'open' | 'ended' | 'closed' = 'open'

  const fail = (error: unknown) => {
    broken(error)
    call.emit('error', INTERNAL)
  }
  const send = (answers: readonly Outgoing[]) => {
    if (state === 'closed') return
    for (const answer of answers) call.write(answer)
  }
  const enqueue = (work: () => Promise<void>) => {
    const mine = (pending ?? Promise.resolve()).then(work).catch(fail)
    pending = mine
    busy(mine)
    void mine.then(() => {
      if (pending === mine) pending = undefined
    })
  }
  const close = () => {
    if (state === 'closed') return
    state = 'closed'
    level.left?.()
    if (pending) enqueue(async () => level.closed())
    else level.closed()?.catch(fail)
  }

  call.on('data', (message: Incoming) => {
    if (state === 'closed') return
    try {
      if (pending) {
        enqueue(async () => send(await level.take(message)))
        return
      }
      const answers = level.take(message)
      if (answers instanceof Promise) enqueue(async () => send(await answers))
      else send(answers)
    } catch (error) {
      fail(error)
    }
  })
  call.on('end', () => {
    if (state !== 'open') return
    state = 'ended'
    const finish = () => call.end()
    if (pending) void pending.then(finish)
    else finish()
    close()
  })
  call.on('cancelled', close)
  call.on('close', close)
  call.on('error', close)
}

/**
 * Envoy resets streams that it is done with, and Node's HTTP/2 server takes a thousand resets for an attack. The limit can be
 * lifted from Node 22.10 on, through an option that grpc-js does not pass; on Node 20 only Envoy's flag
 * `envoy.reloadable_features.ext_proc_graceful_grpc_close` helps.
 */
function surviveStreamResets(server: Server): void {
  const internals = server as unknown as { commonServerOptions?: Record<string, unknown> }
  if (typeof internals.commonServerOptions === 'object') {
    internals.commonServerOptions['streamResetBurst'] = 1_000_000_000
    internals.commonServerOptions['streamResetRate'] = 1_000_000_000
  }
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error)
      else resolve(port)
    })
  })
}
