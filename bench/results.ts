import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../cli/project-root.js'
import { goals, type Line, SYSTEMS } from './comparison.js'
import type { Spread } from './statistics.js'
import { type Figures, replaceFigures } from './table.js'

/** What a run was made with. */
export interface Versions {
  readonly node: string
  readonly envoy: string
}

/**
 * The contents of `bench/results.json` but for `ledger` and `kong`. Ratios hold on other machines; what stands under `thisMachineOnly` does not.
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

/** Writes a part of `bench/results.json`, keeping the rest, and its table in `docs/benchmarks.md`. */
export function writeFigures(part: object, which: Figures, table: string): void {
  const results = join(projectRoot(), 'bench', 'results.json')
  const kept = JSON.parse(readFileSync(results, 'utf8'))
  writeFileSync(results, `${JSON.stringify({ ...kept, ...part }, undefined, 2)}\n`)
  const document = join(projectRoot(), 'docs', 'benchmarks.md')
  writeFileSync(document, replaceFigures(readFileSync(document, 'utf8'), which, table))
  console.log(`written: bench/results.json, the ${which} table in docs/benchmarks.md`)
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
