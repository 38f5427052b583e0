import type { Spread } from '../statistics.js'
import type { Compared, Line } from './figures.js'
import type { Row } from './rows.js'
import type { StackName, System } from './systems.js'

/** What was aimed at and what came of it; the median of the rounds is judged. */
export interface Goal {
  readonly name: string
  readonly limit: number
  /** `x` is a ratio, and holds on other machines; the others hold for the machine of the run. */
  readonly unit: 'x' | 'ms' | 'MB' | 'KB'
  readonly measured?: Spread
  readonly verdict: 'met' | 'missed' | 'not measured'
}

interface Aim extends Pick<Goal, 'name' | 'limit' | 'unit'> {
  readonly row: Row
  readonly figure: string
  readonly system: System
  readonly by: keyof Compared
}

const AIMS: readonly Aim[] = [
  {
    ...{ name: 'full pipeline, CPU per request over the two-level no-op', limit: 1.2, unit: 'x' },
    ...{ row: 'json', figure: 'processor CPU per request', system: 'full', by: 'overTwo' },
  },
  {
    ...{ name: 'pass-through, CPU per request over the two-level no-op', limit: 0.75, unit: 'x' },
    ...{ row: 'json', figure: 'processor CPU per request', system: 'pass', by: 'overTwo' },
  },
  {
    ...{ name: 'streams restoring personal data, CPU per chunk over the two-level no-op', limit: 1.3, unit: 'x' },
    ...{ row: 'stream', figure: 'processor CPU per chunk', system: 'restore', by: 'overTwo' },
  },
  {
    ...{ name: 'full pipeline at 1 connection, p50 added to bare Envoy', limit: 0.6, unit: 'ms' },
    ...{ row: 'single', figure: 'p50', system: 'full', by: 'added' },
  },
  {
    ...{ name: 'full pipeline at 300 requests/s, p99', limit: 3, unit: 'ms' },
    ...{ row: 'rate', figure: 'p99', system: 'full', by: 'value' },
  },
  {
    ...{ name: '2,000 streams putting values back, p99 between chunks added to bare Envoy', limit: 5, unit: 'ms' },
    ...{ row: 'many', figure: 'p99 between chunks', system: 'full', by: 'added' },
  },
  {
    ...{ name: 'resident memory per open stream of a process at work, restoring personal data', limit: 30, unit: 'KB' },
    ...{ row: 'many', figure: 'memory per open stream', system: 'restore', by: 'value' },
  },
]

/** What is measured of processes rather than in rounds. */
export interface Memory {
  /** Resident before the first request, in MB. */
  readonly idle: Readonly<Partial<Record<StackName, number>>>
  /** Kept alive by one open stream, in KB. */
  readonly alive: Readonly<Partial<Record<System, number>>>
}

/** Every goal with its verdict. What could not be read is not measured rather than met. */
export function goals(lines: readonly Line[], { idle, alive }: Memory): readonly Goal[] {
  const aimed = AIMS.map(({ name, limit, unit, ...aim }) => {
    const line = lines.find(({ row, name: figure }) => row === aim.row && figure === aim.figure)
    return judged({ name, limit, unit }, line?.systems[aim.system]?.[aim.by])
  })
  const once = (name: string, limit: number, unit: Goal['unit'], found: number | undefined) =>
    judged({ name, limit, unit }, found === undefined ? undefined : { median: found, low: found, high: found })
  return [
    ...aimed,
    once('memory that an open stream keeps alive, restoring personal data', 30, 'KB', alive.restore),
    once('RSS idle, pass-through', 110, 'MB', idle.pass),
    once('RSS idle, full pipeline', 110, 'MB', idle.full),
  ]
}

function judged(aim: Pick<Goal, 'name' | 'limit' | 'unit'>, measured: Spread | undefined): Goal {
  if (measured === undefined || Number.isNaN(measured.median)) return { ...aim, verdict: 'not measured' }
  return { ...aim, measured, verdict: measured.median <= aim.limit ? 'met' : 'missed' }
}

/** A limit or a measured value with its unit. */
export function goalText(value: number, unit: Goal['unit']): string {
  const digits = unit === 'x' ? 2 : value >= 100 ? 0 : value >= 10 ? 1 : 2
  return unit === 'x' ? `${value.toFixed(digits)}x` : `${value.toFixed(digits)} ${unit}`
}
