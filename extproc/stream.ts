import type { Outgoing } from './messages.js'

/** A gRPC stream of messages both ways, as a conversation sees it: its own half. */
export interface MessageStream {
  /** Sends messages in order, together where they are sent together. After the end or a failure, nothing. */
  send(messages: readonly Outgoing[]): void
  /** Nothing more is to be said; the stream ends well. */
  end(): void
  /** Ends with a status that is not OK: Envoy answers 500, or breaks off a response that has begun. The listener is told `closed`. */
  fail(): void
}

/** The other side's half, told as it comes. None of these may throw. */
export interface StreamListener {
  message(bytes: Buffer): void
  /** What came, or what was to be sent, is no message; the stream fails. */
  broken(error: unknown): void
  /** The other side has said everything. */
  ended(): void
  /** The stream is gone, whoever closed it; may be told more than once. */
  closed(): void
}

/** Begins a conversation; `level` is what the stream's metadata say of its filter level. */
export type Accept = (stream: MessageStream, level: string | undefined) => StreamListener
