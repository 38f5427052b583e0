import type { Clock } from '../../../core/clock.js'
import type { Schedule } from '../../../io/ledger/deadline.js'

/** Time that stands still until it is turned. */
export interface FakeTime {
  readonly clock: Clock
  readonly schedule: Schedule
  /** Timers that would keep a process alive. */
  awaited(): number
  timers(): number
  /** Turns the clock; timers run in their order, and all that follows from each before the next. */
  advance(ms: number): Promise<void>
  /** Turns the clock in steps of 5 ms until `call` has ended; fails when that takes longer than `most`. */
  until<T>(call: Promise<T>, most: number): Promise<T>
}

export function createFakeTime(): FakeTime {
  let now = 0
  const timers = new Set<{ readonly at: number; readonly run: () => void; readonly kind: 'awaited' | 'background' }>()

  const advance = async (ms: number) => {
    const end = now + ms
    await quiet()
    for (;;) {
      const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      now = Math.max(now, due.at)
      timers.delete(due)
      due.run()
      await quiet()
    }
    now = end
  }
  return {
    clock: { now: () => now, monotonic: () => now },
    schedule(delay, run, kind) {
      const timer = { at: now + delay, run, kind }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    awaited: () => [...timers].filter(({ kind }) => kind === 'awaited').length,
    timers: () => timers.size,
    advance,
    async until(call, most) {
      let ended = false
      const watched = call.finally(() => {
        ended = true
      })
      watched.catch(() => {})
      await quiet()
      for (let waited = 0; !ended; waited += 5) {
        if (waited >= most) throw new Error(`not over after ${most} ms`)
        await advance(5)
      }
      return watched
    },
  }
}

/** Everything that can go on without a timer has gone on. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
