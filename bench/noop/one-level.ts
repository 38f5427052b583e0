/**
 * FROZEN, like `processor.ts`: the second yardstick of `npm run bench`. A no-op external processor at the router level alone, one
 * stream per request: headers, the buffered body, the answer's headers, each chunk of the answer. It lets everything pass.
 *
 * `node one-level.js` listens on a free port of 127.0.0.1 and prints `listening PORT`.
 */
import { createRequire } from 'node:module'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { EXT_PROC_SCHEMA } from './schema.js'

interface ProcessingRequest {
  readonly requestHeaders?: object
  readonly responseHeaders?: object
  readonly requestBody?: object
  readonly responseBody?: object
}

interface Codec<T> {
  decode(bytes: Uint8Array): T
  encode(message: object): { finish(): Buffer }
}

interface Protobuf {
  readonly Root: { fromJSON(schema: object): { lookupType(name: string): Codec<ProcessingRequest> } }
}

const grpcRequire = createRequire(createRequire(import.meta.url).resolve('@grpc/grpc-js'))
const protobuf: Protobuf = createRequire(grpcRequire.resolve('@grpc/proto-loader'))('protobufjs')
const root = protobuf.Root.fromJSON(EXT_PROC_SCHEMA)
const Received = root.lookupType('ProcessingRequest')
const Sent = root.lookupType('ProcessingResponse')
const CONTINUE = { response: {} }

function processCall(call: ServerDuplexStream<ProcessingRequest, object>): void {
  call.on('data', (message: ProcessingRequest) => {
    if (message.responseBody) call.write({ responseBody: CONTINUE })
    else if (message.requestHeaders) call.write({ requestHeaders: CONTINUE })
    else if (message.requestBody) call.write({ requestBody: CONTINUE })
    else if (message.responseHeaders) call.write({ responseHeaders: CONTINUE })
  })
  call.on('end', () => call.end())
  call.on('cancelled', () => call.end())
  call.on('error', () => call.end())
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
process.on('SIGTERM', () => server.forceShutdown())
