export interface LoopDelayOptions {
  /** Whether requests are open. */
  busy(): boolean
  /** Milliseconds. */
  now(): number
  wait(ms: number, run: () => void): void
  /** A timer ran so many milliseconds late. */
  late(ms: number): void
}

/** How often it is looked, and how long after the last request, in milliseconds. */
const EVERY = 20
const LINGER = 5_000

/**
 * Measures how late timers run, while requests are open and shortly after: whatever holds the event loop for longer than between two
 * looks is noticed, and an idle process does nothing. Returns what is to be called with every request.
 */
export function loopDelay({ busy, now, wait, late }: LoopDelayOptions): () => void {
  let state: 'idle' | 'looking' = 'idle'
  let worked: 'since the last look' | 'before' = 'before'
  let lastWork = 0
  let due = 0
  const look = () => {
    const at = now()
    late(Math.max(0, at - due))
    if (worked === 'since the last look') lastWork = at
    worked = 'before'
    if (at - lastWork >= LINGER && !busy()) {
      state = 'idle'
      return
    }
    waitOn(at)
  }
  const waitOn = (at: number) => {
    due = at + EVERY
    wait(EVERY, look)
  }
  return () => {
    worked = 'since the last look'
    if (state === 'looking') return
    state = 'looking'
    waitOn(now())
  }
}
