import type { Measurement } from './measure.js'
import { mean, quotients, type Spread, spread } from './statistics.js'

/** The three systems side by side, in the order of the table. */
export const SYSTEMS = ['bare', 'noop', 'tollgate'] as const
export type System = (typeof SYSTEMS)[number]

/** The jobs that each round runs on each system. */
export const ROWS = ['json', 'stream', 'single'] as const
export type RowName = (typeof ROWS)[number]

/** Measurements per row and system, one per round. */
export type Rounds = Readonly<Record<RowName, Readonly<Record<System, readonly Measurement[]>>>>

export interface Goal {
  readonly name: string
  readonly limit: number
  /** Tollgate's figure over the no-op's, per round; absent where CPU time cannot be read. */
  readonly ratio?: Spread
  readonly verdict: 'met' | 'missed' | 'not measured'
}

/** One line of the table; figures that do not exist for a system are absent. */
export interface Line {
  readonly what: string
  readonly unit: string
  readonly figures: Readonly<Partial<Record<System, Spread>>>
  /** Tollgate over no-op, round by round. */
  readonly ratio?: Spread
  readonly goal?: Goal
}

/** The figures of a run: CPU per request and per chunk, messages, latency, memory. */
export function compare(rounds: Rounds, idle: Readonly<Partial<Record<System, number>>>): readonly Line[] {
  const perRequest = (m: Measurement) => m.report.outcomes['ok'] ?? 0
  const perChunk = (m: Measurement) => m.report.frames
  const cpu = (part: 'processorCpu' | 'envoyCpu', units: (m: Measurement) => number) => (m: Measurement) => {
    const micros = m[part]
    return micros === undefined ? undefined : micros / units(m)
  }
  const bareP50 = (round: number) => rounds.single.bare[round]?.report.whole.p50 ?? Number.NaN
  return [
    withGoal(line('JSON, processor CPU per request', 'µs', rounds.json, cpu('processorCpu', perRequest)), 2.0),
    line('JSON, Envoy CPU per request', 'µs', rounds.json, cpu('envoyCpu', perRequest)),
    line('JSON, ext_proc messages per request', '', rounds.json, (m) => m.messages.messages / perRequest(m)),
    line('JSON, gRPC streams per request', '', rounds.json, (m) => m.messages.streams / perRequest(m)),
    withGoal(line('streaming, processor CPU per chunk', 'µs', rounds.stream, cpu('processorCpu', perChunk)), 1.6),
    line('streaming, Envoy CPU per chunk', 'µs', rounds.stream, cpu('envoyCpu', perChunk)),
    line('streaming, ext_proc messages per chunk', '', rounds.stream, (m) => m.messages.messages / perChunk(m)),
    line('streaming, p99 between chunks', 'ms', rounds.stream, (m) => m.report.gap.p99),
    line('1 connection, p50', 'ms', rounds.single, (m) => m.report.whole.p50),
    line(
      '1 connection, p50 added to bare Envoy',
      'ms',
      rounds.single,
      (m, round) => m.report.whole.p50 - bareP50(round),
    ),
    line('1 connection, p99', 'ms', rounds.single, (m) => m.report.whole.p99),
    memoryLine('RSS idle', (system) => idle[system]),
    memoryLine('RSS under load', (system) => {
      const sizes = rounds.json[system].flatMap((m) => m.rssMiB ?? [])
      return sizes.length === 0 ? undefined : mean(sizes)
    }),
  ]
}

/** The goals among the lines of a table. */
export function goals(lines: readonly Line[]): readonly Goal[] {
  return lines.flatMap(({ goal }) => goal ?? [])
}

function line(
  what: string,
  unit: string,
  systems: Readonly<Record<System, readonly Measurement[]>>,
  figure: (measurement: Measurement, round: number) => number | undefined,
): Line {
  const values = (system: System) => systems[system].flatMap((m, round) => figure(m, round) ?? [])
  const figures = Object.fromEntries(
    SYSTEMS.flatMap((system) => {
      const found = values(system)
      return found.length === 0 || found.every((value) => value === 0) ? [] : [[system, spread(found)]]
    }),
  )
  const ratios = quotients(values('tollgate'), values('noop'))
  return { what, unit, figures, ...(ratios.length === 0 ? {} : { ratio: spread(ratios) }) }
}

function withGoal(measured: Line, limit: number): Line {
  const { what, ratio } = measured
  if (ratio === undefined) return { ...measured, goal: { name: what, limit, verdict: 'not measured' } }
  const verdict = ratio.median <= limit ? 'met' : 'missed'
  return { ...measured, goal: { name: what, limit, ratio, verdict } }
}

function memoryLine(what: string, size: (system: System) => number | undefined): Line {
  const figures = Object.fromEntries(
    SYSTEMS.flatMap((system) => {
      const mib = size(system)
      return mib === undefined ? [] : [[system, spread([mib])]]
    }),
  )
  const ratios = quotients(
    [size('tollgate')].flatMap((mib) => mib ?? []),
    [size('noop')].flatMap((mib) => mib ?? []),
  )
  return { what, unit: 'MiB', figures, ...(ratios.length === 0 ? {} : { ratio: spread(ratios) }) }
}
