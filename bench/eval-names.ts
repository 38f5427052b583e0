import { readFileSync } from 'node:fs'
import { createDetector, type Detector } from '../policies/pii/detect/detector.js'
import { nameModelFrom } from '../policies/pii/names/load.js'
import { isKept } from '../training/names/split.js'
import { NAME_CASES } from './eval-names-cases.js'
import type { Figure } from './eval-pii.js'
import { count, countStretches, f1, f2, overMasked, type Span } from './eval-pii-score.js'
import { parseCase, type Row, type RowSet, readFolder } from './eval-rows.js'
import { longestStep, timesOf } from './eval-times.js'
import { percentile } from './statistics.js'

const NAMES = ['person', 'location', 'organization', 'postal_address']
const OTHER_WORDS = ['date_time', 'age', 'nationality']

/** What the labels of the data call our entities, where that is not their name in capitals. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ person: 'PERSON', location: 'LOCATION', postal_address: 'LOCATION', organization: 'ORGANIZATION' },
  ...{ date_time: 'DATE_TIME', age: 'AGE', nationality: 'NRP' },
}

const OWN = 'own cases'
const PERSON_TARGETS: Readonly<Record<string, number>> = {
  synth_v2: 0.75,
  generated_large: 0.75,
  lifebench: 0.9,
  [OWN]: 0.9,
}
const STRETCH_TARGETS: Readonly<Record<string, number>> = { synth_v2: 0.7 }
/** Of the texts of this set dates are not labelled. */
const WITHOUT_DATES = 'lifebench'

/**
 * How well names are found: on the project's own cases, or in DIR (see `main` of eval-pii.ts) on the texts that nothing was learned
 * from, as training/names/split.ts tells them apart.
 */
export function nameFigures(directory: string | undefined): readonly Figure[] {
  const names = nameModelFrom((file) => readFileSync(file, 'utf8'))
  const detector = createDetector({ entities: NAMES, names })
  const everything = createDetector({ alsoEntities: [...NAMES, ...OTHER_WORDS], names })
  const { labelled, negatives } = directory === undefined ? ownSets() : readFolder(directory)
  return [
    ...labelled.map(keptOf).flatMap((set) => quality(detector, everything, set)),
    ...negatives.map(keptOf).map((set) => falseNames(detector, set)),
    ...times(detector, labelled),
  ]
}

function ownSets(): ReturnType<typeof readFolder> {
  const rows = NAME_CASES.map(parseCase)
  const quiet = rows.filter(({ gold }) => gold.length === 0)
  return { labelled: [{ name: OWN, rows }], negatives: [{ name: `${OWN} without names`, rows: quiet }] }
}

function keptOf({ name, rows }: RowSet): RowSet {
  return { name, rows: rows.filter(({ id, template }) => id === '' || isKept({ id, template, set: name })) }
}

function scored(detector: Detector, rows: readonly Row[]) {
  return rows.map(({ text, gold }) => {
    const found: readonly Span[] = detector
      .find(text)
      .map(({ entity, start, end }) => ({ start, end, type: TYPES[entity] ?? entity.toUpperCase() }))
    return { text, gold, found }
  })
}

function quality(detector: Detector, everything: Detector, { name, rows }: RowSet): readonly Figure[] {
  const named = scored(detector, rows)
  const of = (type: string): number => f1(count(named, new Set([type])))
  const dated = scored(everything, rows).map((row) =>
    name === WITHOUT_DATES ? { ...row, found: row.found.filter(({ type }) => type !== 'DATE_TIME') } : row,
  )
  const person = PERSON_TARGETS[name]
  const stretches = STRETCH_TARGETS[name]
  return [
    { what: `names, ${name}: PERSON F1`, value: of('PERSON'), better: 'more', ...(person && { target: person }) },
    { what: `names, ${name}: LOCATION F1`, value: of('LOCATION'), better: 'more' },
    { what: `names, ${name}: ORGANIZATION F1`, value: of('ORGANIZATION'), better: 'more' },
    {
      what: `everything, ${name}: F2 of stretches`,
      value: f2(countStretches(dated)),
      better: 'more',
      ...(stretches && { target: stretches }),
    },
  ]
}

function falseNames(detector: Detector, { name, rows }: RowSet): Figure {
  return {
    what: `names, ${name}: share masked`,
    value: overMasked(scored(detector, rows)),
    target: name.startsWith(OWN) ? 0.02 : 0.002,
    better: 'less',
  }
}

function times(detector: Detector, sets: readonly RowSet[]): readonly Figure[] {
  const all = sets.flatMap(({ rows }) => rows.map(({ text }) => text)).join('\n')
  const time = { better: 'less', tolerance: 5 } as const
  return [
    {
      what: 'names, 10 KB: p99 of CPU milliseconds',
      value: percentile(timesOf(detector, all, 10_000), 0.99),
      target: 8,
      ...time,
    },
    { what: 'names, 1 MB: longest step in CPU milliseconds', value: longestStep(detector, all), target: 20, ...time },
  ]
}
