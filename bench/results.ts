import { goals, type Line, SYSTEMS } from './comparison.js'
import type { Spread } from './statistics.js'

/** What a run was made with. */
export interface Versions {
  readonly node: string
  readonly envoy: string
}

/**
 * The contents of `bench/results.json`. Ratios hold on other machines; what stands under `thisMachineOnly` does not.
 * Nothing in it names the machine.
 */
export function resultsJson(lines: readonly Line[], versions: Versions, rounds: number): object {
  return {
    versions,
    rounds,
    goals: goals(lines).map(({ name, limit, verdict, ratio }) => ({
      name,
      atMost: limit,
      verdict,
      ...(ratio === undefined ? {} : { ratio: rounded(ratio) }),
    })),
    tollgateOverNoop: Object.fromEntries(lines.flatMap(({ what, ratio }) => (ratio ? [[what, rounded(ratio)]] : []))),
    messages: figures(lines.filter(({ unit }) => unit === '')),
    thisMachineOnly: figures(lines.filter(({ unit }) => unit !== '')),
  }
}

function figures(lines: readonly Line[]): object {
  return Object.fromEntries(
    lines.map(({ what, unit, figures: values }) => [
      unit === '' ? what : `${what} (${unit})`,
      Object.fromEntries(
        SYSTEMS.flatMap((system) => {
          const value = values[system]
          return value === undefined ? [] : [[system, rounded(value)]]
        }),
      ),
    ]),
  )
}

function rounded({ median, low, high }: Spread): Spread {
  const round = (value: number) => Number(value.toFixed(3))
  return { median: round(median), low: round(low), high: round(high) }
}
