import type { AttemptEntry, Row } from '../billing/row.js'
import type { SpendAmounts, SpendCell } from './spend-store.js'

/** Milliseconds. */
export const HOUR = 3_600_000

/** Everything of a cell but its hour and amounts; absent parts are null. The order of tags is that of their names. */
export type Place = readonly [
  model: string,
  provider: string,
  upstreamModel: string,
  team: string | null,
  user: string | null,
  organization: string | null,
  key: string | null,
  route: string | null,
  label: string | null,
  tags: readonly (readonly [name: string, value: string])[],
]

/** What amounts are called in the order in which stores keep them. */
export const MEASURES = [
  ...(['requests', 'attempts', 'failed', 'promptTokens', 'cachedTokens', 'cacheWriteTokens'] as const),
  ...(['completionTokens', 'reasoningTokens', 'nano', 'unpriced'] as const),
] as const

/** Amounts in the order of `MEASURES`. */
export type Amounts = readonly bigint[]

/** Sums of rows by hour (the number of hours since the epoch) and then by place, as JSON text. */
export type Sums = Map<number, Map<string, Amounts>>

/** Adds what the rows say was spent; rows of other kinds add nothing. */
export function sumsOf(rows: readonly Row[]): Sums {
  const sums: Sums = new Map()
  for (const row of rows) {
    if (row.kind === 'attempt') addTo(sums, hourOf(row.at), JSON.stringify(placeOf(row)), amountsOf(row))
  }
  return sums
}

/** Adds amounts to those of an hour and place. */
export function addTo(sums: Sums, hour: number, place: string, amounts: Amounts): void {
  const cells = sums.get(hour) ?? new Map<string, Amounts>()
  sums.set(hour, cells)
  const before = cells.get(place)
  cells.set(place, before ? before.map((amount, index) => amount + (amounts[index] ?? 0n)) : amounts)
}

/** Adds sums to others. */
export function addAll(sums: Sums, more: Sums): void {
  for (const [hour, places] of more) for (const [place, amounts] of places) addTo(sums, hour, place, amounts)
}

/** The sums of one hour as reports want them. */
export function cellsOf(hour: number, places: ReadonlyMap<string, Amounts>): readonly SpendCell[] {
  return [...places].map(([place, amounts]) => cellOf(hour, place, amounts))
}

function hourOf(at: string): number {
  return Math.floor(Date.parse(at) / HOUR)
}

function placeOf(row: AttemptEntry): Place {
  const { model, provider, upstreamModel, team, user, organization, key, route, label, tags = {} } = row
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
  const who = [team, user, organization, key, route, label].map((part) => part ?? null)
  const [ofTeam = null, ofUser = null, ofOrganization = null, ofKey = null, ofRoute = null, ofLabel = null] = who
  return [model, provider, upstreamModel, ofTeam, ofUser, ofOrganization, ofKey, ofRoute, ofLabel, sorted]
}

function amountsOf({ attempt, attempts, outcome, usage, nano }: AttemptEntry): Amounts {
  const { prompt = 0, cachedPrompt = 0, cacheWrite = 0, completion = 0, reasoning = 0 } = usage
  const counted = {
    requests: attempt === attempts ? 1 : 0,
    attempts: 1,
    failed: outcome === 'served' ? 0 : 1,
    promptTokens: prompt,
    cachedTokens: cachedPrompt,
    cacheWriteTokens: cacheWrite,
    completionTokens: completion,
    reasoningTokens: reasoning,
    nano: nano ?? 0,
    unpriced: nano === null && prompt + completion > 0 ? 1 : 0,
  }
  return MEASURES.map((measure) => BigInt(counted[measure]))
}

function cellOf(hour: number, text: string, amounts: Amounts): SpendCell {
  // What `placeOf` has written.
  const place: Place = JSON.parse(text)
  const [model, provider, upstreamModel, team, user, organization, key, route, label, tags] = place
  return {
    ...{ hour: hour * HOUR, model, provider, upstreamModel, tags: Object.fromEntries(tags) },
    ...(team !== null && { team }),
    ...(user !== null && { user }),
    ...(organization !== null && { organization }),
    ...(key !== null && { key }),
    ...(route !== null && { route }),
    ...(label !== null && { label }),
    amounts: readAmounts(amounts),
  }
}

function readAmounts(amounts: Amounts): SpendAmounts {
  const of = (measure: (typeof MEASURES)[number]) => amounts[MEASURES.indexOf(measure)] ?? 0n
  return {
    requests: Number(of('requests')),
    attempts: Number(of('attempts')),
    failed: Number(of('failed')),
    promptTokens: Number(of('promptTokens')),
    cachedTokens: Number(of('cachedTokens')),
    cacheWriteTokens: Number(of('cacheWriteTokens')),
    completionTokens: Number(of('completionTokens')),
    reasoningTokens: Number(of('reasoningTokens')),
    nano: of('nano'),
    unpriced: Number(of('unpriced')),
  }
}
