import type { Measurement } from '../measure.js'
import { quotients, type Spread, spread } from '../statistics.js'
import type { Rounds } from './rounds.js'
import { MANY, ROWS, type Row } from './rows.js'
import { PLACES, SYSTEMS, type System } from './systems.js'

/** How a figure is compared: costs with the no-ops' by ratio, delays with bare Envoy's by difference, others not at all. */
export type Comparison = 'ratio' | 'difference' | 'none'

/** One figure of one row. */
export interface FigureKind {
  readonly row: Row
  readonly name: string
  readonly unit: string
  readonly comparison: Comparison
  /** Absent where the machine does not tell. `first` is the first measurement of the row in which the same process was at work. */
  of(measurement: Measurement, first: Measurement): number | undefined
}

/** A figure of one system, and what it is beside the others' of the same round. */
export interface Compared {
  readonly value: Spread
  readonly overOne?: Spread
  readonly overTwo?: Spread
  readonly added?: Spread
}

export interface Line extends Pick<FigureKind, 'row' | 'name' | 'unit' | 'comparison'> {
  readonly systems: Readonly<Partial<Record<System, Compared>>>
}

/** Bytes of a MiB, in the thousands that goals are given in. */
const KB_PER_MIB = 1048.576
const good = (m: Measurement) => m.report.outcomes['ok'] ?? 0
const per = (cpu: number | undefined, units: number) => (cpu === undefined ? undefined : cpu / units)

/** Every figure that a round gives. */
export const FIGURES: readonly FigureKind[] = [
  ratio('json', 'processor CPU per request', 'µs', (m) => per(m.processorCpu, good(m))),
  ratio('json', 'Envoy CPU per request', 'µs', (m) => per(m.envoyCpu, good(m))),
  ratio('json', 'ext_proc messages per request', '', (m) => m.messages.messages / good(m)),
  ratio('json', 'gRPC streams per request', '', (m) => m.messages.streams / good(m)),
  plain('json', 'RSS under load', 'MB', (m) => m.rssMiB && (m.rssMiB.most * KB_PER_MIB) / 1000),
  ratio('stream', 'processor CPU per chunk', 'µs', (m) => per(m.processorCpu, m.chunks)),
  ratio('stream', 'Envoy CPU per chunk', 'µs', (m) => per(m.envoyCpu, m.chunks)),
  ratio('stream', 'ext_proc messages per chunk', '', (m) => m.messages.messages / m.chunks),
  delay('stream', 'p99 between chunks', (m) => m.report.gap.p99),
  delay('single', 'p50', (m) => m.report.whole.p50),
  delay('single', 'p99', (m) => m.report.whole.p99),
  delay('rate', 'p50', (m) => m.report.whole.p50),
  delay('rate', 'p99', (m) => m.report.whole.p99),
  delay('many', 'p50 between chunks', (m) => m.report.gap.p50),
  delay('many', 'p99 between chunks', (m) => m.report.gap.p99),
  plain('many', 'memory per open stream', 'KB', (m, first) => growth(m, first, MANY)),
]

/** Compares every figure of every row round by round; figures that nobody has are left out. */
export function compare(rounds: Rounds): readonly Line[] {
  return ROWS.flatMap((row) => FIGURES.filter((figure) => figure.row === row)).flatMap((figure) => {
    const values = (system: System) => valuesOf(rounds, figure, system)
    const systems = Object.fromEntries(
      SYSTEMS.flatMap((system) => {
        const compared = comparedWith(figure.comparison, values(system), (other) =>
          // That bare Envoy adds nothing to itself says nothing.
          other === system && other === 'bare' ? [] : values(other),
        )
        return compared === undefined ? [] : [[system, compared]]
      }),
    )
    const { row, name, unit, comparison } = figure
    return Object.keys(systems).length === 0 ? [] : [{ row, name, unit, comparison, systems }]
  })
}

/** One figure of a system over another system's, round by round. */
export function ratiosOf(rounds: Rounds, figure: FigureKind, system: System, other: System): readonly number[] {
  return quotientsOf(pairsOf(valuesOf(rounds, figure, system), valuesOf(rounds, figure, other)))
}

/** A figure of a system, one for each round. */
function valuesOf(rounds: Rounds, { row, of }: FigureKind, system: System): readonly (number | undefined)[] {
  const inProcess = SYSTEMS.filter((other) => PLACES[other].stack === PLACES[system].stack)
  const starts = inProcess.flatMap((other) => rounds[row][other]?.[0] ?? [])
  const first = starts.toSorted((a, b) => (a.rssMiB?.before ?? 0) - (b.rssMiB?.before ?? 0))[0]
  return rounds[row][system]?.map((measurement) => of(measurement, first ?? measurement)) ?? []
}

function comparedWith(
  comparison: Comparison,
  own: readonly (number | undefined)[],
  values: (system: System) => readonly (number | undefined)[],
): Compared | undefined {
  const known = own.flatMap((value) => value ?? [])
  if (known.length === 0 || (comparison === 'ratio' && known.every((value) => value === 0))) return undefined
  const over = (system: System) => spreadOf(quotientsOf(pairsOf(own, values(system))))
  switch (comparison) {
    case 'ratio': {
      const [overOne, overTwo] = [over('noopOne'), over('noopTwo')]
      return { value: spread(known), ...(overOne && { overOne }), ...(overTwo && { overTwo }) }
    }
    case 'difference': {
      const added = spreadOf(pairsOf(own, values('bare')).map(([value, bare]) => value - bare))
      return { value: spread(known), ...(added && { added }) }
    }
    case 'none':
      return { value: spread(known) }
  }
}

type Pair = readonly [number, number]

/** What both have of each round; rounds that one of them lacks are left out. */
function pairsOf(own: readonly (number | undefined)[], others: readonly (number | undefined)[]): readonly Pair[] {
  return own.flatMap((value, round) => {
    const other = others[round]
    return value === undefined || other === undefined ? [] : [[value, other] as const]
  })
}

function quotientsOf(pairs: readonly Pair[]): readonly number[] {
  return quotients(
    pairs.map(([value]) => value),
    pairs.map(([, other]) => other),
  )
}

function spreadOf(values: readonly number[]): Spread | undefined {
  return values.length === 0 ? undefined : spread(values)
}

/** KB by which memory grew for each of so many; from what it was before the first round, since little is given back in between. */
function growth({ rssMiB }: Measurement, first: Measurement, many: number): number | undefined {
  return rssMiB && first.rssMiB && ((rssMiB.most - first.rssMiB.before) * KB_PER_MIB) / many
}

function ratio(row: Row, name: string, unit: string, of: FigureKind['of']): FigureKind {
  return { row, name, unit, comparison: 'ratio', of }
}

function delay(row: Row, name: string, of: FigureKind['of']): FigureKind {
  return { row, name, unit: 'ms', comparison: 'difference', of }
}

function plain(row: Row, name: string, unit: string, of: FigureKind['of']): FigureKind {
  return { row, name, unit, comparison: 'none', of }
}
