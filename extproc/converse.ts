import type { Level } from './level.js'
import { type Outgoing, readProcessingRequest } from './messages.js'
import type { MessageStream, StreamListener } from './stream.js'

export interface Hooks {
  broken(error: unknown): void
  /** Work that could not be done at once. */
  busy(work: Promise<void>): void
}

/** Runs one stream: messages one at a time and in order, answers as soon as they are known; nothing is thrown past it. */
export function converse(stream: MessageStream, level: Level, { broken, busy }: Hooks): StreamListener {
  let pending: Promise<void> | undefined
  let state: 'open' | 'closed' = 'open'

  const fail = (error: unknown) => {
    broken(error)
    stream.fail()
  }
  const send = (answers: readonly Outgoing[]) => {
    if (state === 'open') stream.send(answers)
  }
  const enqueue = (work: () => Promise<void> | void) => {
    const mine = (pending ?? Promise.resolve()).then(work).catch(fail)
    pending = mine
    busy(mine)
    void mine.then(() => {
      if (pending === mine) pending = undefined
    })
  }
  const closed = () => {
    if (state === 'closed') return
    state = 'closed'
    try {
      level.left?.()
      if (pending) enqueue(() => level.closed())
      else level.closed()?.catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  return {
    message(bytes) {
      if (state === 'closed') return
      try {
        const message = readProcessingRequest(bytes)
        if (pending) {
          enqueue(async () => send(await level.take(message)))
          return
        }
        const answers = level.take(message)
        if (answers instanceof Promise) enqueue(() => answers.then(send))
        else send(answers)
      } catch (error) {
        fail(error)
      }
    },
    broken,
    ended() {
      if (state === 'closed') return
      const finish = () => stream.end()
      if (pending) void pending.then(finish)
      else finish()
      closed()
    },
    closed,
  }
}
