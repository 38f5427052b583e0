import type { ChatEvent, FinishReason, Usage } from './chat.js'
import { mergeUsage } from './chat.js'
import type { GatewayError } from './errors.js'

/**
 * What one attempt's events amount to so far. Methods, not getters: an object literal with getters gets a hidden class of its
 * own, which keeps everything that it refers to alive until the next full garbage collection.
 */
export interface Tally {
  add(event: ChatEvent): void
  usage(): Usage
  finish(): FinishReason | undefined
  /** Whether the answer reached its proper end. */
  ended(): boolean
  error(): GatewayError | undefined
  /** Whether any event has come that is no error. */
  begun(): boolean
  /** Whether anything a user could see has come: text, reasoning, a tool call, a finish. */
  meaningful(): boolean
  /** All generated text, for counting where the provider reported nothing. */
  text(): string
}

/** Keeps what settlement needs of an answer, whatever happens to its bytes. */
export function tally(): Tally {
  let usage: Usage = {}
  let finish: FinishReason | undefined
  let ended = false
  let error: GatewayError | undefined
  let begun = false
  let meaningful = false
  let pieces: string[] = []
  return {
    add(event) {
      begun ||= event.type !== 'error'
      switch (event.type) {
        case 'delta':
          if (event.text !== '') {
            meaningful = true
            pieces.push(event.text)
          }
          break
        case 'block-start':
          if (event.start.kind === 'tool-call') pieces.push(event.start.name)
          if (event.start.kind !== 'text' && event.start.kind !== 'refusal' && event.start.kind !== 'reasoning') {
            meaningful = true
          }
          break
        case 'usage':
          usage = mergeUsage(usage, event.usage)
          break
        case 'finish':
          meaningful = true
          finish = event.reason
          break
        case 'error':
          error = event.error
          break
        case 'end':
          meaningful = true
          ended = true
          break
        case 'start':
        case 'signature':
        case 'annotation':
        case 'block-end':
          break
      }
    },
    usage: () => usage,
    finish: () => finish,
    ended: () => ended,
    error: () => error,
    begun: () => begun,
    meaningful: () => meaningful,
    text() {
      const text = pieces.join('')
      pieces = [text]
      return text
    },
  }
}
