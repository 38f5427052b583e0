/**
 * Calls `run` once after `delay` milliseconds and returns what cancels it. An `awaited` timer is one that somebody waits for; a
 * `background` one does not keep the process alive.
 */
export type Schedule = (delay: number, run: () => void, kind: 'awaited' | 'background') => () => void

/** How a call ended. */
export type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly cause: unknown }
  /** It has not ended; nobody waits for it any more. */
  | { readonly kind: 'late' }

/** Later than this, in milliseconds, a timer was held up by this process itself. */
const LATE = 5

/**
 * The machine's timers. What somebody waits for is not given up for this process's own delay: timers run before sockets are read, so
 * an answer may be there already, and one that was held up waits as long again, at most twice its delay.
 */
export const systemSchedule: Schedule = (delay, run, kind) => {
  if (kind === 'background') {
    const timer = setTimeout(run, delay).unref()
    return () => clearTimeout(timer)
  }
  const due = performance.now() + delay
  let immediate: NodeJS.Immediate | undefined
  const afterReading = () => {
    immediate = setImmediate(run)
  }
  let timer = setTimeout(() => {
    const lag = performance.now() - due
    if (lag > LATE) timer = setTimeout(afterReading, Math.min(lag, delay))
    else afterReading()
  }, delay)
  return () => {
    clearTimeout(timer)
    clearImmediate(immediate)
  }
}

/**
 * Runs a call and waits for it for at most `deadline` milliseconds. Never rejects. `onLate` gets how a late call ended, should
 * it ever end; it must not throw.
 */
export function within<T>(
  deadline: number,
  schedule: Schedule,
  run: () => T | Promise<T>,
  onLate: (answer: Answer<T>) => void = () => {},
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    let late = false
    const cancel = schedule(
      deadline,
      () => {
        late = true
        resolve({ kind: 'late' })
      },
      'awaited',
    )
    const end = (answer: Answer<T>) => {
      if (late) return onLate(answer)
      cancel()
      resolve(answer)
    }
    // An async function, so that a call that throws is a call that rejects.
    const called = async () => run()
    called().then(
      (value) => end({ kind: 'answered', value }),
      (cause: unknown) => end({ kind: 'failed', cause }),
    )
  })
}
