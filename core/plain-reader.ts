import type { ChatEvent } from './chat.js'
import type { AnswerOptions } from './delivery.js'
import { type PlainDeltas, plainDeltas } from './plain-deltas.js'

/** The short way to the events of an answer's frames, beside its decoder; undefined for answers that must be read: of other dialects and framings, or with something wrapped around them. */
export function plainReader({ provider, incoming, context }: AnswerOptions): PlainDeltas | undefined {
  const { plainDelta } = provider.dialect
  if (plainDelta === undefined || provider.unwrap || incoming !== context.framings.stream) return undefined
  return plainDeltas(plainDelta)
}

/** Reads whole frames, the first of which begins where a frame begins, into `events`; returns what the decoder must read from there on. */
export function readPlain(plain: PlainDeltas, bytes: Uint8Array, events: ChatEvent[]): Uint8Array | undefined {
  let at = 0
  while (at < bytes.length) {
    const event = plain.read(bytes, at)
    if (event === undefined) return at === 0 ? bytes : bytes.subarray(at)
    events.push(event)
    at = plain.end()
  }
  return undefined
}
