import { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../../core/clock.js'
import { type Send, type ServiceAnswer, type ServiceCall, ServiceFailure } from '../../policies/services/transport.js'
import { type Circuit, createCircuit } from './circuit.js'

/** Connections to services that judge texts, kept per origin. */
export interface ServiceTransport {
  readonly send: Send
  close(): Promise<void>
}

export interface ServiceTransportOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Ends after so many milliseconds, or with the signal; never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>
  /** Milliseconds that a connection may take, TLS included; 2,000 unless said. */
  readonly connectTimeout?: number
  /** Certificate authorities to trust in place of Node's own, as PEM. */
  readonly ca?: string
}

/** Milliseconds. Services commonly keep theirs for 60 s. */
const KEEP_ALIVE = 30_000
const BEFORE_RETRY = 100
/** To one origin. More calls wait for a free one. */
const CONNECTIONS = 64

/** Bytes of a body that are handed on in one go: TLS takes a millisecond for some of them. */
const TOGETHER = 512 * 1024

/** A connection that ended under a call, as one does that the other side has closed for being idle. */
const RESET: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * Calls are made once more, at once after a connection was reset and a moment after a 503; they change nothing where they arrive twice.
 * After five failures in a row an origin is not asked for a while, and calls fail at once. Nothing is followed or decompressed; TLS
 * certificates are verified.
 */
export function createServiceTransport(options: ServiceTransportOptions): ServiceTransport {
  const { clock, wait, connectTimeout = 2000, ca } = options
  const agent = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE,
    // The signal of each call ends it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeout, ...(ca !== undefined && { ca }) },
  })
  const circuits = new Map<string, Circuit>()
  const circuitOf = (origin: string): Circuit => {
    const circuit = circuits.get(origin) ?? createCircuit(clock)
    circuits.set(origin, circuit)
    return circuit
  }

  const twiceAtMost = async (call: ServiceCall): Promise<ServiceAnswer> => {
    const first = await once(agent, call).catch((cause: unknown) => {
      if (call.signal.aborted || !RESET.has(codeOf(cause))) throw cause
    })
    if (first && first.status !== 503) return first
    if (first) await wait(BEFORE_RETRY, call.signal)
    return first && call.signal.aborted ? first : once(agent, call)
  }

  return {
    async send(call) {
      const circuit = circuitOf(new URL(call.url).origin).enter()
      if (circuit === undefined) throw new ServiceFailure('it has failed several times in a row, and rests')
      try {
        const answer = await twiceAtMost(call)
        if (answer.status >= 500) circuit.failed()
        else circuit.succeeded()
        return answer
      } catch (cause) {
        if (call.signal.aborted && !isTimeout(call.signal.reason)) circuit.abandoned()
        else circuit.failed()
        throw failureOf(cause, call.signal)
      }
    },
    close: () => agent.destroy(),
  }
}

async function once(agent: Agent, { method, url, headers, body, most, signal }: ServiceCall): Promise<ServiceAnswer> {
  const { origin, pathname, search } = new URL(url)
  const {
    statusCode,
    headers: answered,
    body: stream,
  } = await agent.request({
    ...{ origin, path: pathname + search, method, signal },
    ...(body.length <= TOGETHER
      ? { body, headers: { ...headers, 'accept-encoding': 'identity' } }
      : {
          body: Readable.from(piecesOf(body)),
          headers: { ...headers, 'accept-encoding': 'identity', 'content-length': String(body.length) },
        }),
  })
  return {
    status: statusCode,
    header(name) {
      const value = answered[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
    body: await read(stream, most),
  }
}

function* piecesOf(body: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < body.length; from += TOGETHER) yield body.subarray(from, from + TOGETHER)
}

async function read(stream: Dispatcher.ResponseData['body'], most: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes: Uint8Array = chunk
    size += bytes.length
    if (size > most) throw new ServiceFailure(`its answer has more than ${most} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function failureOf(cause: unknown, signal: AbortSignal): ServiceFailure {
  if (cause instanceof ServiceFailure) return cause
  if (isTimeout(signal.reason)) return new ServiceFailure('it took too long', { cause: signal.reason })
  if (signal.aborted) return new ServiceFailure('nobody waits for it any more', { cause: signal.reason })
  const code = codeOf(cause)
  return new ServiceFailure(`the connection failed${code === '' ? '' : ` (${code})`}`, { cause })
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

/** The system's or the library's short word, of the error or of one of those that it gathers. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  if (cause instanceof AggregateError && !('code' in cause && cause.code)) return codeOf(cause.errors[0])
  const code = 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,47}$/.test(code) ? code : ''
}
