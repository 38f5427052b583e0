import { createDetector, type Detector } from '../policies/pii/detect/detector.js'
import { injectionFigures } from './eval-injection.js'
import { nameFigures } from './eval-names.js'
import { CASES } from './eval-pii-cases.js'
import { count, f1, recall, type Span } from './eval-pii-score.js'
import { parseCase, type Row, readFolder } from './eval-rows.js'
import { secretFigures } from './eval-secrets.js'
import { longestStep, timesOf } from './eval-times.js'
import { percentile } from './statistics.js'

/** What the scores of published data sets call our entities. */
const TYPES: Readonly<Record<string, string>> = {
  credit_card: 'CREDIT_CARD',
  phone: 'PHONE_NUMBER',
  email: 'EMAIL_ADDRESS',
  iban: 'IBAN_CODE',
  us_ssn: 'US_SSN',
  ip_address: 'IP_ADDRESS',
  url: 'URL',
  driver_license: 'US_DRIVER_LICENSE',
}
const STRUCTURED: ReadonlySet<string> = new Set(Object.values(TYPES))

const OWN = 'own cases'

export interface Figure {
  readonly what: string
  readonly value: number
  /** Absent where nothing was asked for. */
  readonly target?: number
  /** Whether more is better or less. */
  readonly better: 'more' | 'less'
  /** A time: another machine may take so many times the target. */
  readonly tolerance?: number
}

/**
 * `npm run eval`: how well personal data, secrets, names and attacks on the model are found. `--data DIR` names a folder of labelled
 * JSON lines (`{id, text, spans: [{start, end, type}], template}`, offsets in code points; `negatives/` in it holds texts with nothing
 * to find); without it the project's own cases are taken. In DIR or beside it `secrets/vectors.jsonl` (`{text, secret, values, rule}`)
 * is for secrets, `injection` for attacks. Prints a table; returns 1 when a target is missed, a time by more than its tolerance.
 */
export function main(args: readonly string[]): number {
  const at = args.indexOf('--data')
  const directory = at < 0 ? undefined : args[at + 1]
  const detector = createDetector()
  const secrets = createDetector({ entities: [], secrets: true })
  const everything = createDetector({ secrets: true })
  const figures = [
    ...(directory === undefined ? ownFigures(detector, everything) : folderFigures(detector, everything, directory)),
    ...secretFigures(secrets, directory),
    ...nameFigures(directory),
    ...injectionFigures(directory),
  ]
  for (const figure of figures) console.log(line(figure))
  return figures.every(reached) ? 0 : 1
}

function reached({ value, target, better, tolerance = 1 }: Figure): boolean {
  if (target === undefined || Number.isNaN(value)) return true
  return better === 'more' ? value >= target : value <= target * tolerance
}

function line(figure: Figure): string {
  const sign = figure.better === 'more' ? '>=' : '<='
  const state = reached(figure) ? 'ok' : 'MISSED'
  const wanted = figure.target === undefined ? '' : `${sign} ${figure.target}  ${state}`
  return `${figure.what.padEnd(44)} ${figure.value.toFixed(3).padStart(9)}  ${wanted}`
}

function ownFigures(detector: Detector, everything: Detector): readonly Figure[] {
  const rows = CASES.map(parseCase)
  const quiet = rows.filter(({ gold }) => gold.length === 0)
  return [...quality(detector, OWN, rows), falseAlarms(detector, OWN, quiet), ...times(everything, rows)]
}

function folderFigures(detector: Detector, everything: Detector, directory: string): readonly Figure[] {
  const { labelled, negatives } = readFolder(directory)
  return [
    ...labelled.flatMap(({ name, rows }) => quality(detector, name, rows)),
    ...negatives.map(({ name, rows }) => falseAlarms(detector, name, rows)),
    ...times(
      everything,
      labelled.flatMap(({ rows }) => rows),
    ),
  ]
}

function found(detector: Detector, text: string): readonly Span[] {
  return detector.find(text).map(({ entity, start, end }) => ({ start, end, type: TYPES[entity] ?? entity }))
}

/** The targets by set; other sets are told without. */
const F1_TARGETS: Readonly<Record<string, number>> = { [OWN]: 0.97, synth_v2: 0.97, generated_large: 0.98 }

function quality(detector: Detector, name: string, rows: readonly Row[]): readonly Figure[] {
  const target = F1_TARGETS[name]
  const scored = rows.map(({ text, gold }) => ({ gold, found: found(detector, text) }))
  const of = (...types: readonly string[]) => count(scored, new Set(types))
  return [
    {
      what: `${name}: structured micro-F1`,
      value: f1(count(scored, STRUCTURED)),
      better: 'more',
      ...(target && { target }),
    },
    { what: `${name}: card recall`, value: recall(of('CREDIT_CARD')), better: 'more', ...(target && { target: 0.99 }) },
    { what: `${name}: phone F1`, value: f1(of('PHONE_NUMBER')), better: 'more', ...(target && { target: 0.85 }) },
  ]
}

function falseAlarms(detector: Detector, name: string, rows: readonly Row[]): Figure {
  const size = rows.reduce((sum, { text }) => sum + text.length, 0)
  const alarms = rows.reduce((sum, { text }) => sum + detector.find(text).length, 0)
  return { what: `${name}: false alarms per 100 KB`, value: (alarms * 100_000) / size, target: 5, better: 'less' }
}

/** As much text without anything personal as stands around each of the texts. */
const PROSE =
  'The committee agreed on Tuesday that both reports should be merged before the next meeting, and that the summary must name ' +
  'what was left out and why. Nobody had read the appendix, so that its tables will be checked again by two people. '

/** Processor time, warm; of texts put together to the size, with prose between them. */
function times(detector: Detector, rows: readonly Row[]): readonly Figure[] {
  const all = rows.map(({ text }) => `${text}\n${PROSE}`).join('\n')
  const time = { better: 'less', tolerance: 5 } as const
  return [
    {
      what: '10 KB, with secrets: p99 of CPU milliseconds',
      value: percentile(timesOf(detector, all, 10_000), 0.99),
      target: 2,
      ...time,
    },
    {
      what: '2 KB, with secrets: median of CPU milliseconds',
      value: percentile(timesOf(detector, all, 2_000), 0.5),
      target: 0.05,
      ...time,
    },
    {
      what: '1 MB, with secrets: longest step in CPU milliseconds',
      value: longestStep(detector, all),
      target: 20,
      ...time,
    },
  ]
}
