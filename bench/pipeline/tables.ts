import type { Spread } from '../statistics.js'
import { alignedTable, figure, ratioText } from '../table.js'
import type { Compared, Line } from './figures.js'
import { type Goal, goalText, type Memory } from './goals.js'
import { ROWS, type Row, SYSTEMS_OF } from './rows.js'
import { LABELS, PLACES, STACKS, SYSTEMS, type System } from './systems.js'

const TITLES: Readonly<Record<Row, string>> = {
  json: 'Whole answers: prompts of 2 KB at 16 connections',
  stream: 'Streams: 32 at once, one chunk per 10 ms each',
  single: 'One connection, one request after another',
  rate: '300 requests per second, whether or not earlier ones are answered',
  many: '2,000 streams at once, one chunk per second each',
}

/** Everything that is generated in the document: goals, then a table for each row, then memory. */
export function report(lines: readonly Line[], goals: readonly Goal[], { idle, alive }: Memory): string {
  const tables = ROWS.flatMap((row) => {
    const table = rowTable(row, lines)
    return table === undefined ? [] : [`### ${TITLES[row]}\n\n${table}`]
  })
  const memory = [
    ...['### Memory that an open stream keeps alive', aliveTable(alive)],
    ...['### Memory before the first request', idleTable(idle)],
  ]
  return ['### Goals', goalsTable(goals), ...tables, ...memory].join('\n\n')
}

/** Goals with what was measured and the verdict. */
function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ name, limit, unit, measured, verdict }) => [
    name,
    measured === undefined ? '-' : withExtremes(measured, unit),
    `≤ ${goalText(limit, unit)}`,
    verdict,
  ])
  return alignedTable(['goal', 'measured (low to high)', 'limit', 'verdict'], rows)
}

/** The figures of one row, a line for each system. */
function rowTable(row: Row, lines: readonly Line[]): string | undefined {
  const own = lines.filter((line) => line.row === row)
  if (own.length === 0) return undefined
  const columns = own.flatMap(columnsOf)
  const measured = SYSTEMS_OF[row].filter((system) => own.some(({ systems }) => systems[system] !== undefined))
  const rows = measured.map((system) => [LABELS[system], ...columns.map(({ cell }) => cell(system))])
  return alignedTable(['', ...columns.map(({ head }) => head)], rows)
}

interface Column {
  readonly head: string
  cell(system: System): string
}

function columnsOf({ name, unit, comparison, systems }: Line): readonly Column[] {
  const column = (head: string, text: (compared: Compared) => string | undefined): Column => ({
    head,
    cell: (system) => {
      const compared = systems[system]
      return (compared && text(compared)) ?? '-'
    },
  })
  const value = column(name, (compared) => figure(compared.value, unit))
  const one = column('/ one level', ({ overOne }) => overOne && `${overOne.median.toFixed(2)}x`)
  // Of what is counted, not measured, the numbers themselves say enough.
  if (unit === '') return [value]
  switch (comparison) {
    case 'ratio':
      return [
        value,
        ...(name.startsWith('processor') ? [one] : []),
        column('/ two levels (low to high)', ({ overTwo }) => overTwo && ratioText(overTwo)),
      ]
    case 'difference':
      return [value, column('added to bare (low to high)', ({ added }) => added && withExtremes(added, 'ms'))]
    case 'none':
      return [value]
  }
}

function withExtremes({ median, low, high }: Spread, unit: Goal['unit']): string {
  if (low === high) return goalText(median, unit)
  return `${goalText(median, unit)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}

function aliveTable(alive: Memory['alive']): string {
  const rows = SYSTEMS.flatMap((system) => {
    const kb = alive[system]
    return kb === undefined ? [] : [[LABELS[system], `${kb.toFixed(1)} KB`]]
  })
  return alignedTable(['', 'heap and buffers after a full collection'], rows)
}

function idleTable(idle: Memory['idle']): string {
  const rows = STACKS.flatMap((stack) => {
    const mb = idle[stack]
    const system = Object.entries(PLACES).find(([, place]) => place.stack === stack)?.[0] as System | undefined
    return mb === undefined || system === undefined ? [] : [[LABELS[system], `${mb.toFixed(1)} MB`]]
  })
  return alignedTable(['', 'RSS'], rows)
}
