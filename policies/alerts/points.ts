import type { Bucket } from '../budget/ledger.js'
import type { Facts } from '../budget/match.js'
import type { Unit } from '../budget/rules.js'

/** What one hour's cell of the spend store is to alerts. */
export interface SpendPoint {
  /** When the hour begins, milliseconds since the epoch. */
  readonly hour: number
  readonly model: string
  readonly provider: string
  readonly team?: string
  readonly user?: string
  readonly organization?: string
  readonly key?: string
  readonly route?: string
  readonly label?: string
  readonly tags: Readonly<Record<string, string>>
  readonly amounts: {
    readonly requests: number
    readonly promptTokens: number
    readonly completionTokens: number
    readonly nano: bigint
  }
}

/** What rules are told of the requests of a cell. Of their chains the provider that was asked is known. */
export function factsOf({ model, provider, label, hour, amounts, ...identity }: SpendPoint): Facts {
  return { identity, model, providers: [provider], label }
}

/** What a cell took in a rule's unit; requests that are open at the same time leave nothing. */
export function amountIn(unit: Unit, { amounts }: SpendPoint): number {
  switch (unit) {
    case 'usd':
      return Number(amounts.nano)
    case 'tokens':
      return amounts.promptTokens + amounts.completionTokens
    case 'inputTokens':
      return amounts.promptTokens
    case 'outputTokens':
      return amounts.completionTokens
    case 'requests':
      return amounts.requests
    case 'concurrent':
      return 0
  }
}

/** A bucket's key without its window: what its windows have in common. */
export function lineOf({ key, window }: Bucket): string {
  if (window.kind !== 'calendar') return key
  const suffix = `/${new Date(window.start).toISOString()}`
  return key.endsWith(suffix) ? key.slice(0, -suffix.length) : key
}
