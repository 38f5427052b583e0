import { type Server, type ServerDuplexStream, type ServiceDefinition, status } from '@grpc/grpc-js'
import { FRAME_HEADER } from './grpc-frames.js'
import { LEVEL_METADATA } from './names.js'
import type { Accept } from './stream.js'
import { frameWriter } from './write-messages.js'

/** The one method of Envoy's external processor. */
export const PROCESS_PATH = '/envoy.service.ext_proc.v3.ExternalProcessor/Process'

const EXTERNAL_PROCESSOR = {
  Process: {
    path: PROCESS_PATH,
    requestStream: true,
    responseStream: true,
    requestSerialize: (message: Buffer) => message,
    requestDeserialize: (message: Buffer) => message,
    responseSerialize: (message: Buffer) => message,
    responseDeserialize: (message: Buffer) => message,
  },
} as const satisfies ServiceDefinition

const INTERNAL = Object.assign(new Error('internal error'), { code: status.INTERNAL })

/** Serves the method with grpc-js alone, for connections that nobody took from it. */
export function serveStreams(server: Server, accept: Accept): void {
  const write = frameWriter()
  server.addService(EXTERNAL_PROCESSOR, {
    Process(call: ServerDuplexStream<Buffer, Buffer>) {
      const [level] = call.metadata.get(LEVEL_METADATA)
      const listener = accept(
        {
          send: (messages) => {
            for (const message of messages) call.write(Buffer.concat(write([message])).subarray(FRAME_HEADER))
          },
          end: () => call.end(),
          fail: () => call.emit('error', INTERNAL),
        },
        level?.toString(),
      )
      const closed = () => listener.closed()
      call.on('data', (message) => listener.message(message))
      call.on('end', () => listener.ended())
      call.on('cancelled', closed)
      call.on('close', closed)
      call.on('error', closed)
    },
  })
}
