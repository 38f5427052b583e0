/** What a policy that reads content did with one request, for the log and metrics; never any content. */
export interface Audit {
  /** The policy's name in the configuration. */
  readonly guard: string
  /** `failed`: it could not do its work, and let the request pass all the same. */
  readonly outcome: 'passed' | 'changed' | 'blocked' | 'failed'
  /** What of the request was read; `unscannable` counts what nobody here can read. */
  readonly scanned: { readonly texts: number; readonly characters: number; readonly unscannable: number }
  /** How many values were found, by entity. */
  readonly request: Readonly<Record<string, number>>
  readonly answer: Readonly<Record<string, number>>
  /** Milliseconds that reading the request took. */
  readonly ms: number
}
