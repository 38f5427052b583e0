/** What an alert can be about. */
export const ALERT_KINDS = ['threshold', 'forecast', 'anomaly', 'store-down'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What spending is watched by for anomalies: all of it, or what each budget, team, model, provider or route has. */
export const WATCHED = ['total', 'budget', 'team', 'model', 'provider', 'route'] as const
export type Watched = (typeof WATCHED)[number]

/** The section `alerts`. */
export interface AlertSettings {
  /** Percent of a bucket's limit, in rising order. */
  readonly thresholds: readonly number[]
  readonly forecast: ForecastSettings
  readonly anomalies: AnomalySettings
  /** Milliseconds between two looks. */
  readonly every: number
  /** Whose hours of the week are compared. */
  readonly timeZone: string
  readonly webhooks: readonly WebhookTarget[]
}

export interface ForecastSettings {
  readonly enabled: boolean
  /** Percent of futures in which the limit is reached before its window ends. */
  readonly probability: number
}

export interface AnomalySettings {
  readonly enabled: boolean
  readonly watch: readonly Watched[]
  /** How many robust standard deviations above the usual. */
  readonly deviations: number
  /** The excess over the usual that is worth an alert: nano-dollars, and requests. */
  readonly atLeastNano: number
  readonly atLeastRequests: number
}

/** Who is told. */
export interface WebhookTarget {
  readonly name: string
  /** An http or https URL; a secret, since Slack's have the credential in their path. */
  readonly url: string
  /** What bodies are signed with; a secret. */
  readonly secret?: string | undefined
  readonly format: 'tollgate' | 'slack'
  /** Only these; all where absent. */
  readonly kinds?: readonly AlertKind[] | undefined
  readonly budgets?: readonly string[] | undefined
  readonly teams?: readonly string[] | undefined
  /** Milliseconds for one attempt. */
  readonly timeout: number
}
