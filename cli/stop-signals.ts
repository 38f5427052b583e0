/** The signals that end a program. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One Ctrl-C arrives twice under npm: from the terminal, and passed on by npm. */
const ECHO_MS = 1000

export interface StopSignals {
  /** Resolves with the first signal. */
  readonly first: Promise<NodeJS.Signals>
  release(): void
}

export interface StopSignalsOptions {
  /** In milliseconds. */
  readonly now?: () => number
  /** What SIGHUP does where it does not end the program. */
  readonly hangUp?: () => void
}

/** Takes over the signals that end a program: the first one is reported, a second one calls `force`. */
export function takeStopSignals(force: () => void, options: StopSignalsOptions = {}): StopSignals {
  const { now = () => performance.now(), hangUp } = options
  let heard: ((signal: NodeJS.Signals) => void) | undefined
  let at: number | undefined
  const first = new Promise<NodeJS.Signals>((resolve) => {
    heard = resolve
  })
  const listener = (signal: NodeJS.Signals) => {
    if (signal === 'SIGHUP' && hangUp) return hangUp()
    if (at === undefined) {
      at = now()
      heard?.(signal)
    } else if (now() - at > ECHO_MS) force()
  }
  for (const signal of STOP_SIGNALS) process.on(signal, listener)
  return {
    first,
    release: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, listener)
    },
  }
}
