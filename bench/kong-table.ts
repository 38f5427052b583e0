import type { Columns, KongLine } from './kong-figures.js'
import type { Spread } from './statistics.js'
import { alignedTable, figure, ratioText } from './table.js'

/** Lines of one table as Markdown: medians, and the ratios with their extremes over all rounds. */
export function kongTable(columns: Columns, lines: readonly KongLine[]): string {
  const rows = lines.map(({ what, unit, figures, ratios, goal }) => [
    what,
    ...columns.figures.map((name) => figure(figures[name], unit)),
    ...columns.ratios.map((name) => (ratios[name] === undefined ? '' : ratioText(ratios[name]))),
    goal === undefined ? '' : `≤ ${limitText(goal)}: ${goal.verdict}`,
  ])
  return alignedTable(
    [columns.name, ...columns.figures, ...columns.ratios.map((name) => `${name} (low to high)`), 'goal'],
    rows,
  )
}

/** The goals of both tables that are not met, as sentences, with their verdicts. */
export function unmet(lines: readonly KongLine[]) {
  return lines.flatMap(({ what, goal }) =>
    goal === undefined || goal.verdict === 'met'
      ? []
      : [{ verdict: goal.verdict, text: `${goal.verdict}: ${what} at most ${limitText(goal)}` }],
  )
}

/** What `bench/results.json` holds of a table. The ratios hold on other machines; what stands under `thisMachineOnly` does not. */
export function kongResults(lines: readonly KongLine[], rounds: number): object {
  const named = ({ what, unit }: KongLine) => (unit === '' ? what : `${what} (${unit})`)
  return {
    rounds,
    goals: lines.flatMap(({ what, figures, ratios, goal }) => {
      if (goal === undefined) return []
      const judged = goal.unit === 'x' ? Object.values(ratios)[0] : figures['Tollgate']
      const atMost = limitText(goal)
      return [{ name: what, atMost, verdict: goal.verdict, ...(judged && { measured: rounded(judged) }) }]
    }),
    ratios: Object.fromEntries(lines.map((line) => [line.what, mapped(line.ratios)])),
    thisMachineOnly: Object.fromEntries(lines.map((line) => [named(line), mapped(line.figures)])),
  }
}

function limitText({ limit, unit }: NonNullable<KongLine['goal']>): string {
  return unit === 'x' ? `${limit.toFixed(1)}x` : `${limit} ${unit}`
}

function mapped(spreads: Readonly<Record<string, Spread>>): object {
  return Object.fromEntries(Object.entries(spreads).map(([name, value]) => [name, rounded(value)]))
}

function rounded({ median, low, high }: Spread): Spread {
  const round = (value: number) => Number(value.toFixed(3))
  return { median: round(median), low: round(low), high: round(high) }
}
