import type { Level } from './level.js'
import { type Outgoing, readProcessingRequest } from './messages.js'
import type { MessageStream, StreamListener } from './stream.js'

export interface Hooks {
  broken(error: unknown): void
  /** Work that could not be done at once. */
  busy(work: Promise<void>, level: Level): void
}

/** Runs one stream: messages one at a time and in order, answers as soon as they are known; nothing is thrown past it. */
export function converse(stream: MessageStream, level: Level, hooks: Hooks): StreamListener {
  return new Conversation(stream, level, hooks)
}

class Conversation implements StreamListener {
  private readonly stream: MessageStream
  private readonly level: Level
  private readonly hooks: Hooks
  private pending: Promise<void> | undefined = undefined
  private state: 'open' | 'closed' = 'open'

  constructor(stream: MessageStream, level: Level, hooks: Hooks) {
    this.stream = stream
    this.level = level
    this.hooks = hooks
  }

  message(bytes: Buffer): void {
    if (this.state === 'closed') return
    try {
      const message = readProcessingRequest(bytes)
      if (this.pending) {
        this.enqueue(async () => this.send(await this.level.take(message)))
        return
      }
      const answers = this.level.take(message)
      if (answers instanceof Promise) this.enqueue(() => answers.then((later) => this.send(later)))
      else this.send(answers)
    } catch (error) {
      this.fail(error)
    }
  }

  broken(error: unknown): void {
    this.hooks.broken(error)
  }

  ended(): void {
    if (this.state === 'closed') return
    if (this.pending) void this.pending.then(() => this.stream.end())
    else this.stream.end()
    this.closed()
  }

  closed(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    try {
      this.level.left?.()
      if (this.pending) this.enqueue(() => this.level.closed())
      else this.level.closed()?.catch((error) => this.fail(error))
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    this.hooks.broken(error)
    this.stream.fail()
  }

  private send(answers: readonly Outgoing[]): void {
    if (this.state === 'open') this.stream.send(answers)
  }

  private enqueue(work: () => Promise<void> | void): void {
    const mine = (this.pending ?? Promise.resolve()).then(work).catch((error) => this.fail(error))
    this.pending = mine
    this.hooks.busy(mine, this.level)
    void mine.then(() => {
      if (this.pending === mine) this.pending = undefined
    })
  }
}
