/** How fast a demo provider answers, in milliseconds; real waits vary by a quarter around these. 0 means at once. */
export interface Pace {
  /** Until the first token of a stream. */
  readonly firstTokenMs: number
  /** Between two tokens. */
  readonly tokenMs: number
}

/** About what a small hosted model does: 150 to 280 ms to the first token, then around 33 tokens a second. */
export const livePace: Pace = { firstTokenMs: 220, tokenMs: 30 }

/** For tests. */
export const instantPace: Pace = { firstTokenMs: 0, tokenMs: 0 }
