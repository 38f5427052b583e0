import { PLUGINS, type PluginMeasurement, type PluginRounds, type PluginRow, type PluginSystem } from './kong-plugin.js'
import type { HopName, IdleMemory, RelayMeasurement, RelayRounds } from './kong-relay.js'
import type { CpuTime } from './process-usage.js'
import { mean, quotients, type Spread, spread } from './statistics.js'
import type { RowName } from './workload.js'

export interface KongGoal {
  readonly limit: number
  /** `µs` of Tollgate's own figure, or `x`: of the first of the ratios. */
  readonly unit: 'µs' | 'x'
  /** By the median of the rounds. */
  readonly verdict: 'met' | 'missed' | 'not measured'
}

/** One line of a table: figures by column, and ratios formed within each round by theirs. */
export interface KongLine {
  readonly what: string
  readonly unit: string
  readonly figures: Readonly<Record<string, Spread>>
  readonly ratios: Readonly<Record<string, Spread>>
  readonly goal?: KongGoal
}

/** The columns of a table, under the name of what it is about. */
export interface Columns {
  readonly name: 'plugin' | 'relay'
  readonly figures: readonly string[]
  readonly ratios: readonly string[]
}

export const PLUGIN_COLUMNS: Columns = {
  name: 'plugin',
  figures: ['baseline', 'Tollgate', 'difference'],
  ratios: ['Tollgate / baseline'],
}

export const RELAY_COLUMNS: Columns = {
  name: 'relay',
  figures: ['no proxy', 'bare proxy', 'parsing proxy', 'relay'],
  ratios: ['relay / bare', 'relay / parsing'],
}

const PLUGIN_LIMIT = 60
const RELAY_LIMIT = 1.5

/** CPU and calls of one access phase. */
export function pluginLines(rounds: PluginRounds): readonly KongLine[] {
  const line = (row: PluginRow, what: string, unit: string, figure: (m: PluginMeasurement) => number | undefined) =>
    pluginLine(`${NAMES[row]}, ${what}`, unit, rounds[row], figure)
  const cpu = (part: keyof CpuTime) => (m: PluginMeasurement) => m.cpu && m.cpu[part] / m.report.events
  const all = (row: PluginRow) => line(row, 'CPU', 'µs', cpu('total'))
  const parts = (row: PluginRow) => [
    line(row, 'user', 'µs', cpu('user')),
    line(row, 'system', 'µs', cpu('system')),
    line(row, 'PDK calls', '', ({ report }) => Number((report.calls / report.events).toFixed(2))),
  ]
  const route = all('route')
  return [
    { ...route, goal: judged(route.figures['Tollgate'], PLUGIN_LIMIT, 'µs') },
    ...parts('route'),
    all('service'),
    ...parts('service'),
    all('egress'),
    ...parts('egress'),
    all('single'),
    line('single', 'p50 of the phase', 'µs', ({ report }) => report.p50),
    line('single', 'p99 of the phase', 'µs', ({ report }) => report.p99),
  ]
}

const NAMES: Readonly<Record<PluginRow, string>> = {
  route: 'ingress on a route',
  service: 'ingress on a service',
  egress: 'egress',
  single: 'ingress on a route, 1 in flight',
}

/** CPU per request and per chunk, latency, memory. */
export function relayLines(rounds: RelayRounds, idle: IdleMemory): readonly KongLine[] {
  const line = (row: RowName, what: string, unit: string, figure: RelayFigure) =>
    relayLine(what, unit, rounds[row], figure)
  const perRequest = ({ cpu, report }: RelayMeasurement) => cpu && cpu / (report.outcomes['ok'] ?? 0)
  const perChunk = ({ cpu, report }: RelayMeasurement) => cpu && cpu / report.frames
  const p50 = ({ report }: RelayMeasurement) => report.whole.p50
  const over = (to: 'none' | 'bare', systems: readonly HopName[]): RelayFigure => {
    const base = rounds.single[to].map(p50)
    return (m, round, hop) => (systems.includes(hop) ? p50(m) - (base[round] ?? Number.NaN) : undefined)
  }
  return [
    withRatioGoal(line('json', 'JSON, CPU per request', 'µs', perRequest)),
    withRatioGoal(line('stream', 'streaming, CPU per chunk', 'µs', perChunk)),
    line('stream', 'streaming, p99 between chunks', 'ms', ({ report }) => report.gap.p99),
    line('single', '1 connection, p50', 'ms', p50),
    line('single', '1 connection, p50 added to no proxy', 'ms', over('none', ['bare', 'parsing', 'relay'])),
    line('single', '1 connection, p50 added to the bare proxy', 'ms', over('bare', ['relay'])),
    line('single', '1 connection, p99', 'ms', ({ report }) => report.whole.p99),
    memoryLine('RSS idle', (hop) => idle[hop]),
    memoryLine('RSS under load', (hop) => {
      const sizes = rounds.json[hop].flatMap(({ rssMiB }) => rssMiB ?? [])
      return sizes.length === 0 ? undefined : mean(sizes)
    }),
  ]
}

function pluginLine(
  what: string,
  unit: string,
  systems: Readonly<Record<PluginSystem, readonly PluginMeasurement[]>>,
  figure: (measurement: PluginMeasurement) => number | undefined,
): KongLine {
  const [baseline = [], tollgate = []] = PLUGINS.map((system) => systems[system].flatMap((m) => figure(m) ?? []))
  const differences = tollgate.map((value, round) => value - (baseline[round] ?? Number.NaN))
  const columns = { baseline, Tollgate: tollgate, ...(unit === '' ? {} : { difference: differences }) }
  return {
    what,
    unit,
    figures: spreads(columns),
    ratios: spreads({ 'Tollgate / baseline': quotients(tollgate, baseline) }),
  }
}

type RelayFigure = (measurement: RelayMeasurement, round: number, hop: HopName) => number | undefined

function relayLine(
  what: string,
  unit: string,
  hops: Readonly<Record<HopName, readonly RelayMeasurement[]>>,
  figure: RelayFigure,
): KongLine {
  return relayColumns(what, unit, (hop) => hops[hop].flatMap((m, round) => figure(m, round, hop) ?? []))
}

function memoryLine(what: string, size: (hop: HopName) => number | undefined): KongLine {
  return relayColumns(what, 'MiB', (hop) => [size(hop)].flatMap((mib) => mib ?? []))
}

function relayColumns(what: string, unit: string, values: (hop: HopName) => readonly number[]): KongLine {
  const [none, bare, parsing, relay] = [values('none'), values('bare'), values('parsing'), values('relay')]
  return {
    what,
    unit,
    figures: spreads({ 'no proxy': none, 'bare proxy': bare, 'parsing proxy': parsing, relay }),
    ratios: spreads({ 'relay / bare': quotients(relay, bare), 'relay / parsing': quotients(relay, parsing) }),
  }
}

/** Columns without values are left out. */
function spreads(columns: Readonly<Record<string, readonly number[]>>): Readonly<Record<string, Spread>> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, values]) => (values.length === 0 ? [] : [[name, spread(values)]])),
  )
}

function withRatioGoal(line: KongLine): KongLine {
  return { ...line, goal: judged(line.ratios['relay / bare'], RELAY_LIMIT, 'x') }
}

function judged(figure: Spread | undefined, limit: number, unit: KongGoal['unit']): KongGoal {
  if (figure === undefined) return { limit, unit, verdict: 'not measured' }
  return { limit, unit, verdict: figure.median <= limit ? 'met' : 'missed' }
}
