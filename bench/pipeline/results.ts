import type { Spread } from '../statistics.js'
import type { Compared, Line } from './figures.js'
import type { Goal, Memory } from './goals.js'
import type { Size } from './rows.js'

/** What a run was made with. */
export interface Versions {
  readonly node: string
  readonly envoy: string
}

/**
 * The `pipeline` part of `bench/results.json`. Ratios and messages hold on other machines; what stands under `thisMachineOnly` does
 * not. Nothing in it names the machine.
 */
export function pipelineResults(
  run: { readonly versions: Versions; readonly size: Size },
  lines: readonly Line[],
  goals: readonly Goal[],
  { idle, alive }: Memory,
): object {
  return {
    versions: run.versions,
    rounds: run.size.rounds,
    goals: goals.map(({ name, limit, unit, measured, verdict }) => ({
      ...{ name, atMost: limit, unit, verdict },
      ...(measured && { measured: rounded(measured) }),
    })),
    ...guardResults(lines),
    overOneLevel: byName(costsOf(lines), ({ overOne }) => overOne),
    thisMachineOnly: {
      ...byName(
        lines.filter(({ unit }) => unit !== ''),
        ({ value }) => value,
      ),
      'idle, RSS (MB)': inTenths(idle),
      'open stream, alive (KB)': inTenths(alive),
    },
  }
}

/** What the guard compares: the `guard` part of `bench/results.json`, from runs of the guard's own sizes. */
export function guardResults(lines: readonly Line[]) {
  const counts = lines.filter(({ unit }) => unit === '')
  return {
    overTwoLevels: byName(costsOf(lines), ({ overTwo }) => overTwo),
    messages: byName(counts, ({ value }) => value),
  }
}

const costsOf = (lines: readonly Line[]) =>
  lines.filter(({ comparison, unit }) => comparison === 'ratio' && unit !== '')

function byName(lines: readonly Line[], part: (compared: Compared) => Spread | undefined): object {
  return Object.fromEntries(
    lines.map(({ row, name, unit, systems }) => [
      unit === '' ? `${row}, ${name}` : `${row}, ${name} (${unit})`,
      Object.fromEntries(
        Object.entries(systems).flatMap(([system, compared]) => {
          const value = part(compared)
          return value === undefined ? [] : [[system, rounded(value)]]
        }),
      ),
    ]),
  )
}

function inTenths(values: Readonly<Record<string, number>>): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.toFixed(1))]))
}

function rounded({ median, low, high }: Spread): Spread {
  const round = (value: number) => Number(value.toFixed(3))
  return { median: round(median), low: round(low), high: round(high) }
}
