import type { ChatEvent } from './chat.js'
import type { AnswerOptions } from './delivery.js'
import { plainDeltas } from './plain-deltas.js'
import type { Frame } from './provider.js'

/** The short way to the events of an answer's frames, beside its decoder. */
export interface PlainReader {
  /** Told of every frame that the decoder has read. */
  learn(frame: Frame, events: readonly ChatEvent[]): void
  /** Reads whole frames, the first of which begins where a frame begins; returns what the decoder must read from there on. */
  read(bytes: Uint8Array, take: (event: ChatEvent) => void): Uint8Array | undefined
}

/** Undefined for answers that must be read: of other dialects and framings, or with something wrapped around them. */
export function plainReader({ provider, incoming, context }: AnswerOptions): PlainReader | undefined {
  const { plainDelta } = provider.dialect
  if (plainDelta === undefined || provider.unwrap || incoming !== context.framings.stream) return undefined
  const deltas = plainDeltas(plainDelta)
  return {
    learn: deltas.learn,
    read(bytes, take) {
      let at = 0
      while (at < bytes.length) {
        const event = deltas.read(bytes, at)
        if (event === undefined) return at === 0 ? bytes : bytes.subarray(at)
        take(event)
        at = deltas.end()
      }
      return undefined
    },
  }
}
