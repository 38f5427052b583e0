import type { ChatEvent, FinishReason, Usage } from './chat.js'
import { mergeUsage } from './chat.js'
import type { GatewayError } from './errors.js'

/** What one attempt's events amount to so far. */
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
  return new AttemptTally()
}

class AttemptTally implements Tally {
  private used: Usage = {}
  private finished: FinishReason | undefined = undefined
  private isEnded = false
  private failure: GatewayError | undefined = undefined
  private hasBegun = false
  private hasMeaning = false
  private pieces: string[] = []
  private joined: string[] = []
  private units = 0
  private started: StartEvent | undefined = undefined
  private open: readonly number[] = []

  add(event: ChatEvent): void {
    this.hasBegun ||= event.type !== 'error'
    switch (event.type) {
      case 'delta':
        if (event.text !== '') {
          this.hasMeaning = true
          this.generated(event.text)
        }
        break
      case 'block-start': {
        const { kind } = event.start
        if (!this.open.includes(event.choice)) this.open = this.open.concat(event.choice)
        if (event.start.kind === 'tool-call') this.generated(event.start.name)
        if (kind !== 'text' && kind !== 'refusal' && kind !== 'reasoning') this.hasMeaning = true
        break
      }
      case 'usage':
        this.used = mergeUsage(this.used, event.usage)
        break
      case 'finish':
        this.hasMeaning = true
        this.finished = event.reason
        this.open = this.open.filter((choice) => choice !== event.choice)
        break
      case 'error':
        this.failure = event.error
        break
      case 'end':
        this.hasMeaning = true
        this.isEnded = true
        break
      case 'start':
        this.started = event
        break
      case 'signature':
      case 'annotation':
      case 'embedding':
      case 'block-end':
        break
    }
  }

  usage(): Usage {
    return this.used
  }

  finish(): FinishReason | undefined {
    return this.finished
  }

  ended(): boolean {
    return this.isEnded
  }

  error(): GatewayError | undefined {
    return this.failure
  }

  begun(): boolean {
    return this.hasBegun
  }

  meaningful(): boolean {
    return this.hasMeaning
  }

  start(): StartEvent | undefined {
    return this.started
  }

  unfinished(): readonly number[] {
    return this.open
  }

  length(): number {
    return this.units
  }

  text(): string {
    const text = [...this.joined, ...this.pieces].join('')
    this.joined = [text]
    this.pieces = []
    return text
  }

  private generated(text: string): void {
    this.pieces.push(text)
    this.units += text.length
    if (this.pieces.length < MOST_PIECES) return
    this.joined.push(this.pieces.join(''))
    this.pieces = []
  }
}
