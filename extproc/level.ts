import type { Incoming, Outgoing } from './messages.js'

/** One filter level's half of a conversation with Envoy: every message in, the messages to send back out. */
export interface Level {
  take(message: Incoming): readonly Outgoing[] | Promise<readonly Outgoing[]>
  /** Envoy has closed the stream; told at once, also while something that was taken is still at work. */
  left?(): void
  /** The stream is closed and what was taken from it is done; nothing is taken after it. */
  closed(): Promise<void> | void
  /** The exchange that the conversation is about, once it is known. */
  exchangeId(): string | undefined
}
