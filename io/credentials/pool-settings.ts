/** One of several keys of a provider, as configured. */
export interface PooledKey {
  /** Unique among the provider's keys; appears in logs, metrics and the names of counters. */
  readonly name: string
  /** A secret: printable ASCII. */
  readonly key: string
  /** Which part of the requests it gets, compared with the others. */
  readonly weight: number
  /** Keys with a higher number are used only while none with a lower one may be. */
  readonly priority: number
  /** Absent where it may be used without end. */
  readonly quota?: KeyQuota
}

/** What a key may be used for in one window of UTC: amounts in each unit, any of them absent. */
export interface KeyQuota {
  /** Milliseconds: a minute, an hour or a day. */
  readonly per: number
  readonly requests?: number
  /** Of prompts and answers. */
  readonly tokens?: number
  /** Nano-dollars. */
  readonly usd?: number
}

/** How long keys rest that a provider limits, in milliseconds. */
export interface RestSettings {
  /** Where the provider does not say how long; 0 means that of pools. */
  readonly coolDown: number
  /** The longest that a provider may ask for. */
  readonly maxCoolDown: number
}
