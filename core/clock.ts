/** Time as the core sees it; tests pass a clock that they turn by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monotonic(): number
}
