import type { RedisMeasurement } from './ledger-redis.js'
import { type Spread, spread } from './statistics.js'
import { alignedTable } from './table.js'

/** What each round of the ledger's bench measures. `memory` is CPU microseconds per request. */
export interface LedgerRound {
  readonly memory: number
  readonly journaled: number
  readonly oneClaim: RedisMeasurement
  readonly fourClaims: RedisMeasurement
  readonly dispatched: RedisMeasurement
  /** Four claims, of which one is of a rolling window with something in every slice. */
  readonly rolling: RedisMeasurement
  /** Four claims, one request at a time. */
  readonly single: RedisMeasurement
}

export interface LedgerGoal {
  readonly bound: 'at most' | 'at least'
  readonly limit: number
  /** By the median of the rounds. */
  readonly verdict: 'met' | 'missed'
}

/** One line of the ledger's table. */
export interface LedgerLine {
  readonly what: string
  readonly unit: string
  readonly figure: Spread
  readonly goal?: LedgerGoal
}

/** The figures of all rounds, with the goals judged. */
export function ledgerLines(rounds: readonly LedgerRound[]): readonly LedgerLine[] {
  const line = (
    what: string,
    unit: string,
    figure: (round: LedgerRound) => number,
    bound?: LedgerGoal['bound'],
    limit = 0,
  ): LedgerLine => {
    const found = spread(rounds.map(figure))
    return { what, unit, figure: found, ...(bound === undefined ? {} : { goal: judged(found, bound, limit) }) }
  }
  return [
    line('memory, CPU per request', 'µs', ({ memory }) => memory, 'at most', 30),
    line('memory with journal, CPU per request', 'µs', ({ journaled }) => journaled, 'at most', 30),
    line('Redis, 1 claim, pairs', '/s', ({ oneClaim }) => oneClaim.perSecond, 'at least', 5000),
    line('Redis, 1 claim, client CPU per pair', 'µs', ({ oneClaim }) => oneClaim.clientCpu, 'at most', 200),
    line('Redis, 1 claim, server CPU per pair', 'µs', ({ oneClaim }) => oneClaim.serverCpu),
    line('Redis, 4 claims, pairs', '/s', ({ fourClaims }) => fourClaims.perSecond, 'at least', 5000),
    line('Redis, 4 claims, client CPU per pair', 'µs', ({ fourClaims }) => fourClaims.clientCpu, 'at most', 200),
    line('Redis, 4 claims, server CPU per pair', 'µs', ({ fourClaims }) => fourClaims.serverCpu),
    line('Redis, 4 claims and dispatched, requests', '/s', ({ dispatched }) => dispatched.perSecond, 'at least', 5000),
    line('Redis, 4 claims and dispatched, client CPU', 'µs', ({ dispatched }) => dispatched.clientCpu),
    line('Redis, 4 claims and dispatched, server CPU', 'µs', ({ dispatched }) => dispatched.serverCpu),
    line('Redis, 4 claims, one full rolling hour, pairs', '/s', ({ rolling }) => rolling.perSecond, 'at least', 5000),
    line('Redis, 4 claims, one full rolling hour, server CPU', 'µs', ({ rolling }) => rolling.serverCpu),
    line('Redis, scripts per pair', '', ({ fourClaims }) => hundredths(fourClaims.scripts), 'at most', 2),
    line('Redis, scripts per request with dispatched', '', ({ dispatched: { scripts } }) => hundredths(scripts)),
    line('Redis, 1 in flight, round trips per pair', '', ({ single }) => hundredths(single.reads), 'at most', 2),
    line('Redis, 1 in flight, p50 of a reserve', 'ms', ({ single }) => single.reserveP50),
    line('Redis, 1 in flight, p99 of a reserve', 'ms', ({ single }) => single.reserveP99),
  ]
}

/** The figures as a Markdown table: the median of the rounds, and the extremes. */
export function ledgerTable(lines: readonly LedgerLine[]): string {
  const rows = lines.map(({ what, unit, figure: { median, low, high }, goal }) => [
    what,
    `${number(median)}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`,
    low === high ? '' : `${number(low)} to ${number(high)}`,
    goal === undefined
      ? ''
      : `${goal.bound === 'at most' ? '≤' : '≥'} ${goal.limit.toLocaleString('en')}: ${goal.verdict}`,
  ])
  return alignedTable(['', 'median', 'low to high', 'goal'], rows)
}

/** What `bench/results.json` holds under `ledger`. All of it holds on the machine of the run only, but for the counts. */
export function ledgerResults(
  lines: readonly LedgerLine[],
  versions: { readonly node: string; readonly redis: string },
  rounds: number,
): object {
  const name = ({ what, unit }: LedgerLine) => (unit === '' ? what : `${what} (${unit})`)
  const thousandths = (value: number) => Number(value.toFixed(3))
  return {
    versions,
    rounds,
    goals: lines.flatMap((line) => {
      if (line.goal === undefined) return []
      const { bound, limit, verdict } = line.goal
      return [{ name: name(line), [bound === 'at most' ? 'atMost' : 'atLeast']: limit, verdict }]
    }),
    figures: Object.fromEntries(
      lines.map((line) => {
        const { median, low, high } = line.figure
        return [name(line), { median: thousandths(median), low: thousandths(low), high: thousandths(high) }]
      }),
    ),
  }
}

function judged({ median }: Spread, bound: LedgerGoal['bound'], limit: number): LedgerGoal {
  const met = bound === 'at most' ? median <= limit : median >= limit
  return { bound, limit, verdict: met ? 'met' : 'missed' }
}

/** Counts per request; the question for them is itself in the count, and vanishes here. */
function hundredths(value: number): number {
  return Number(value.toFixed(2))
}

function number(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}
