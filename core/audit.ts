/** What a policy that reads content did with one request, for the log and metrics; never any content. */
export interface Audit {
  /** The policy's name in the configuration. */
  readonly guard: string
  /**
   * `flagged`: it had something against it, and was told to let it pass. `failed`: it could not do its work; whether the request went
   * on all the same is for its configuration. `cancelled`: another had blocked the request before it was done.
   */
  readonly outcome: 'passed' | 'flagged' | 'changed' | 'blocked' | 'failed' | 'cancelled'
  /** The outcome is what would have been: nothing was done about it. */
  readonly shadow?: boolean
  /** Why it has failed; no content. */
  readonly failure?: string
  /** How the request is classified, of the policy that does that. */
  readonly label?: string
  /** 0 to 1: the worst that was found, of guards that have a score. */
  readonly score?: number
  /** Why, a word of the guard's own. */
  readonly reason?: string
  /** What of the request was read; `unscannable` counts what nobody here can read. */
  readonly scanned: { readonly texts: number; readonly characters: number; readonly unscannable: number }
  /** Whose texts were read: `user`, `tool`, `answer/text`; absent where all of the request was. */
  readonly surfaces?: readonly string[]
  /** How many values were found, by entity. */
  readonly request: Readonly<Record<string, number>>
  readonly answer: Readonly<Record<string, number>>
  /** Milliseconds that reading the request took. */
  readonly ms: number
}
