import type { ByteQueue } from './byte-queue.js'

/** One request and its response. */
export interface ServerStream {
  readonly id: number
}

/** What is done on a stream; with one that is closed, nothing is. */
export interface Responses {
  /** Begins a response that has data. */
  begin(stream: ServerStream, headerBlock: Buffer): void
  /** Sends data, after what was sent before; they are not to be written into any more. */
  data(stream: ServerStream, pieces: readonly Buffer[]): void
  /** Ends a response, with trailers, or with headers where it was not begun. Nothing may be sent after it. */
  end(stream: ServerStream, headerBlock: Buffer): void
  /** Asks for the stream's `flush`, at the end of what is being read now, or else soon. */
  wantsFlush(stream: ServerStream): void
}

/** What is told of a stream. None of these may throw. */
export interface StreamEvents {
  data(bytes: Buffer): void
  /** The client has said everything. */
  ended(): void
  flush(): void
  /** Nothing more comes of it, and nothing can be sent; told once. */
  closed(): void
}

/** A stream as its connection keeps it. */
export interface Stream extends ServerStream {
  events: StreamEvents | undefined
  /** What may be sent, in bytes; below zero when the client has made its windows smaller. */
  window: number
  /** What the client may still send. */
  allowance: number
  /** Who has said everything. */
  over: 'nobody' | 'client' | 'server'
  /** Data for which there is no room in the windows. */
  queue: ByteQueue | undefined
  /** What ends the response, once all data are sent. */
  trailers: Buffer | undefined
  flush: 'wanted' | 'not wanted'
}
