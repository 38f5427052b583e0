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
  /** How the answer began, and the choices that have begun and not finished. */
  start(): StartEvent | undefined
  unfinished(): readonly number[]
  /** UTF-16 units of generated text. */
  length(): number
  /** All generated text, for counting where the provider reported nothing. */
  text(): string
}

type StartEvent = Extract<ChatEvent, { type: 'start' }>

/** A piece by itself takes several times the memory of its text; so many are joined. */
const MOST_PIECES = 64

/** Keeps what settlement needs of an answer, whatever happens to its bytes. */
export function tally(): Tally {
  let usage: Usage = {}
  let finish: FinishReason | undefined
  let ended = false
  let error: GatewayError | undefined
  let begun = false
  let meaningful = false
  let pieces: string[] = []
  let joined: string[] = []
  let length = 0
  let start: StartEvent | undefined
  const unfinished = new Set<number>()
  const generated = (text: string) => {
    pieces.push(text)
    length += text.length
    if (pieces.length < MOST_PIECES) return
    joined.push(pieces.join(''))
    pieces = []
  }
  return {
    add(event) {
      begun ||= event.type !== 'error'
      switch (event.type) {
        case 'delta':
          if (event.text !== '') {
            meaningful = true
            generated(event.text)
          }
          break
        case 'block-start':
          unfinished.add(event.choice)
          if (event.start.kind === 'tool-call') generated(event.start.name)
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
          unfinished.delete(event.choice)
          break
        case 'error':
          error = event.error
          break
        case 'end':
          meaningful = true
          ended = true
          break
        case 'start':
          start = event
          break
        case 'signature':
        case 'annotation':
        case 'embedding':
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
    start: () => start,
    unfinished: () => [...unfinished],
    length: () => length,
    text() {
      const text = [...joined, ...pieces].join('')
      joined = [text]
      pieces = []
      return text
    },
  }
}
