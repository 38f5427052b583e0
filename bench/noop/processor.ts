/**
 * FROZEN: the yardstick of `npm run bench`. An external processor that takes every protocol step of a translating
 * gateway (two streams per request, the body buffered at the router level and put back at the upstream level, every
 * response chunk echoed) and does nothing else. It imports nothing of Tollgate; changing it makes old ratios meaningless.
 *
 * `node processor.js` listens on a free port of 127.0.0.1 and prints `listening PORT`. It prints its message counts as
 * one line of JSON on SIGUSR2 and when SIGTERM ends it.
 */
import { createRequire } from 'node:module'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { EXT_PROC_SCHEMA } from './schema.js'

interface Header {
  readonly key: string
  readonly value: string
  readonly rawValue: Uint8Array
}

interface Headers {
  readonly headers?: { readonly headers: readonly Header[] }
}

interface Body {
  readonly body: Uint8Array
  readonly endOfStream: boolean
}

interface ProcessingRequest {
  readonly requestHeaders?: Headers
  readonly responseHeaders?: Headers
  readonly requestBody?: Body
  readonly responseBody?: Body
  readonly requestTrailers?: object
  readonly responseTrailers?: object
}

interface Codec<T> {
  decode(bytes: Uint8Array): T
  encode(message: object): { finish(): Buffer }
}

interface Protobuf {
  readonly Root: { fromJSON(schema: object): { lookupType(name: string): Codec<ProcessingRequest> } }
}

// protobufjs comes with grpc-js, so it is found from there and the bench needs no dependency of its own.
const grpcRequire = createRequire(createRequire(import.meta.url).resolve('@grpc/grpc-js'))
const protobuf: Protobuf = createRequire(grpcRequire.resolve('@grpc/proto-loader'))('protobufjs')
const root = protobuf.Root.fromJSON(EXT_PROC_SCHEMA)
const Received = root.lookupType('ProcessingRequest')
const Sent = root.lookupType('ProcessingResponse')

const CONTINUE = { response: {} }
const CONTINUE_AND_REPLACE = 1
const counts = {
  routerStreams: 0,
  upstreamStreams: 0,
  requestHeaders: 0,
  requestBody: 0,
  responseHeaders: 0,
  responseBody: 0,
  trailers: 0,
}
const bodies = new Map<string, Uint8Array>()

type Call = ServerDuplexStream<ProcessingRequest, object>

function processCall(call: Call): void {
  if (call.metadata.get('x-noop-level')[0] === 'upstream') upstreamLevel(call)
  else routerLevel(call)
  call.on('error', () => call.end())
}

function routerLevel(call: Call): void {
  counts.routerStreams++
  let id = ''
  call.on('data', (message: ProcessingRequest) => {
    if (message.requestHeaders) {
      counts.requestHeaders++
      id = requestId(message.requestHeaders)
      call.write({ requestHeaders: CONTINUE })
    } else if (message.requestBody) {
      counts.requestBody++
      bodies.set(id, message.requestBody.body)
      call.write({ requestBody: CONTINUE })
    } else if (message.responseHeaders) {
      counts.responseHeaders++
      call.write({ responseHeaders: CONTINUE })
    }
  })
  const finish = () => {
    bodies.delete(id)
    call.end()
  }
  call.on('end', finish)
  call.on('cancelled', finish)
}

function upstreamLevel(call: Call): void {
  counts.upstreamStreams++
  call.on('data', (message: ProcessingRequest) => {
    if (message.responseBody) {
      counts.responseBody++
      const { body, endOfStream } = message.responseBody
      call.write({ responseBody: { response: { bodyMutation: { streamedResponse: { body, endOfStream } } } } })
    } else if (message.requestHeaders) {
      counts.requestHeaders++
      const body = bodies.get(requestId(message.requestHeaders))
      const response = { status: CONTINUE_AND_REPLACE, bodyMutation: { body } }
      call.write({ requestHeaders: body === undefined ? CONTINUE : { response } })
    } else if (message.responseHeaders) {
      counts.responseHeaders++
      call.write({ responseHeaders: CONTINUE })
    } else if (message.responseTrailers) {
      counts.trailers++
      call.write({ responseTrailers: {} })
    }
  })
  call.on('end', () => call.end())
  call.on('cancelled', () => call.end())
}

function requestId(headers: Headers): string {
  const header = headers.headers?.headers.find(({ key }) => key === 'x-request-id')
  if (header === undefined) return ''
  return header.value === '' ? Buffer.from(header.rawValue).toString() : header.value
}

const server = new Server({ 'grpc.max_receive_message_length': -1 })
server.addService(
  {
    Process: {
      path: '/envoy.service.ext_proc.v3.ExternalProcessor/Process',
      requestStream: true,
      responseStream: true,
      requestSerialize: (message: object) => Received.encode(message).finish(),
      requestDeserialize: (bytes: Buffer) => Received.decode(bytes),
      responseSerialize: (message: object) => Sent.encode(message).finish(),
      responseDeserialize: (bytes: Buffer) => Sent.decode(bytes),
    },
  },
  { Process: processCall },
)
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  console.log(`listening ${port}`)
})

const printCounts = () => console.log(JSON.stringify(counts))
process.on('SIGUSR2', printCounts)
process.on('SIGTERM', () => {
  printCounts()
  server.forceShutdown()
})
