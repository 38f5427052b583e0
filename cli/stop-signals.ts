const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One Ctrl-C arrives twice under npm: from the terminal, and passed on by npm. */
const ECHO_MS = 1000

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly first: Promise<NodeJS.Signals>
  release(): void
}

/**
 * Takes over the signals that end a program: the first one is reported, a second one calls `force`. `now` is in
 * milliseconds.
 */
export function takeStopSignals(force: () => void, now: () => number = () => performance.now()): StopSignals {
  let heard: ((signal: NodeJS.Signals) => void) | undefined
  let at: number | undefined
  const first = new Promise<NodeJS.Signals>((resolve) => {
    heard = resolve
  })
  const listener = (signal: NodeJS.Signals) => {
    if (at === undefined) {
      at = now()
      heard?.(signal)
    } else if (now() - at > ECHO_MS) force()
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return {
    first,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, listener)
    },
  }
}
