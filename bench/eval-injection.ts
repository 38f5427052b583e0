import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Steps } from '../core/turns.js'
import { FAMILIES } from '../policies/guardrails/injection/families.js'
import { judgeText, type Verdict } from '../policies/guardrails/injection/judge-text.js'
import { createScorer, type Scorer } from '../policies/guardrails/injection/model/scorer.js'
import { WEIGHTS } from '../policies/guardrails/injection/model/weights.js'
import { unpackWeights } from '../policies/guardrails/injection/model/weights-format.js'
import { DEFAULT_THRESHOLDS } from '../policies/guardrails/injection/settings.js'
import { ATTACKS, HARMLESS } from './eval-injection-cases.js'
import type { Figure } from './eval-pii.js'
import { percentile } from './statistics.js'

interface Row {
  readonly text: string
  readonly attack: boolean
  readonly set: string
}

const THRESHOLD = DEFAULT_THRESHOLDS.user
/** What a source must reach at least. */
const LEAST_RECALL = 0.5
const MOST_ALARMS = 0.01
/** Of harmless texts made of words that attacks use. */
const MOST_TRIGGERED = 0.05

/**
 * Attacks on the model: how many are found, by set, at the default threshold, how many harmless texts are taken for one, and times.
 * `injection` in the folder or beside it holds labelled lines `{text, label, set}`. The weights that are committed were trained on such
 * a folder: what they find in it says less than `npm run train:injection -- --held-out`, which holds out every set in turn.
 */
export function injectionFigures(directory: string | undefined): readonly Figure[] {
  const scorer = createScorer(unpackWeights(WEIGHTS), new Set(FAMILIES))
  const folder = directory && [directory, join(directory, '..')].map((path) => join(path, 'injection')).find(existsSync)
  const rows = [...ownRows(), ...(folder ? folderRows(folder) : [])]
  return [...quality(scorer, rows), ...times(scorer, rows)]
}

function ownRows(): readonly Row[] {
  const rows = (cases: Readonly<Record<string, readonly string[]>>, attack: boolean): readonly Row[] =>
    Object.entries(cases).flatMap(([set, texts]) => texts.map((text) => ({ text, attack, set: `own ${set}` })))
  return [...rows(ATTACKS, true), ...rows(HARMLESS, false)]
}

function folderRows(folder: string): readonly Row[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  return lines.flatMap((line) => {
    const row = line === '' ? undefined : (JSON.parse(line) as Partial<{ text: string; label: number; set: string }>)
    if (row?.text === undefined || row.label === undefined) return []
    return [{ text: row.text, attack: row.label === 1, set: `${row.set ?? 'unnamed'} (seen in training)` }]
  })
}

function quality(scorer: Scorer, rows: readonly Row[]): readonly Figure[] {
  const share = (some: readonly Row[]): number =>
    some.filter(({ text }) => finished(judgeText(text, scorer, THRESHOLD)).score >= THRESHOLD).length / some.length
  const of = (attack: boolean) => rows.filter((row) => row.attack === attack)
  const found = bySet(of(true)).map(
    ([set, some]): Figure => ({
      what: `injection, ${set}: recall`,
      value: share(some),
      target: LEAST_RECALL,
      better: 'more',
    }),
  )
  const alarms = bySet(of(false)).map(
    ([set, some]): Figure => ({
      ...{ what: `injection, ${set}: alarms`, value: share(some), better: 'less' },
      ...(set.startsWith('notinject') && { target: MOST_TRIGGERED }),
    }),
  )
  return [
    ...found,
    ...alarms,
    { what: 'injection: alarms', value: share(of(false)), target: MOST_ALARMS, better: 'less' },
  ]
}

function bySet(rows: readonly Row[]): readonly (readonly [string, readonly Row[]])[] {
  return [...new Set(rows.map(({ set }) => set))].sort().map((set) => [set, rows.filter((row) => row.set === set)])
}

function finished(steps: Steps<Verdict>): Verdict {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

const REPEATS = 7

/** Processor time, warm, the best of some runs. */
function times(scorer: Scorer, rows: readonly Row[]): readonly Figure[] {
  const all = rows.map(({ text }) => text).join('\n')
  const enough = all.repeat(Math.ceil(100_000 / all.length))
  const texts = Array.from({ length: 100 }, (_, index) => enough.slice(index * 1000, (index + 1) * 1000))
  for (let warm = 0; warm < 3; warm++) for (const text of texts) finished(judgeText(text, scorer, THRESHOLD))
  const judged = texts.map((text) => best(() => void finished(judgeText(text, scorer, THRESHOLD))))
  const megabyte = enough.repeat(Math.ceil(1_000_000 / enough.length)).slice(0, 1_000_000)
  return [
    {
      what: 'injection, 1 KB: p99 of CPU milliseconds',
      value: percentile(judged, 0.99),
      target: 5,
      better: 'less',
      tolerance: 5,
    },
    {
      what: 'injection, 1 MB: longest step in CPU milliseconds',
      value: longestStep(() => judgeText(megabyte, scorer, THRESHOLD)),
      ...{ target: 20, better: 'less', tolerance: 5 },
    },
  ]
}

function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS; repeat++) least = Math.min(least, cpu(run))
  return least
}

function cpu(run: () => void): number {
  const before = process.cpuUsage()
  run()
  return sinceOf(before)
}

/** Milliseconds of the processor. */
function sinceOf(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The longest of the steps, each taken at its best of two runs. */
function longestStep(begin: () => Steps<Verdict>): number {
  const run = (): readonly number[] => {
    const steps = begin()
    const taken: number[] = []
    for (let done = false; !done; ) {
      const before = process.cpuUsage()
      done = steps.next().done ?? false
      taken.push(sinceOf(before))
    }
    return taken
  }
  const again = run()
  return run().reduce((longest, taken, index) => Math.max(longest, Math.min(taken, again[index] ?? taken)), 0)
}
