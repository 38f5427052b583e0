/** Who is calling, as the gateway in front or a key of Tollgate's own established it; every member is absent when nobody said. */
export interface Identity {
  readonly user?: string
  readonly team?: string
  readonly organization?: string
  /** The id of the credential, never the credential itself. */
  readonly key?: string
  /** What the caller is to those who wrote the rules: `developer`. */
  readonly role?: string
  /** The gateway's name for the route that the request came by. */
  readonly route?: string
  /** The IP address that the request came from, as far as it can be believed. */
  readonly address?: string
  readonly tags: Readonly<Record<string, string>>
  /** What the credential allows, where it is one of Tollgate's own. */
  readonly grant?: Grant
}

/** What a virtual key is bound to, beyond who it stands for. */
export interface Grant {
  /** The models that it may use and see; all where absent. */
  readonly models?: readonly string[]
  /** Budgets and limits of this key alone. */
  readonly budgets?: readonly GrantedBudget[]
}

/** A limit of one credential: nano-dollars for `usd`. A window begins anew with each calendar unit in the time zone; `life` never ends. */
export interface GrantedBudget {
  readonly unit: 'usd' | 'tokens' | 'requests'
  readonly limit: number
  readonly per: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'life'
  readonly timeZone: string
}

export const NOBODY: Identity = { tags: {} }
