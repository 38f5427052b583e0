import { type Bar, barChart } from '../chart.js'
import type { Spread } from '../statistics.js'
import type { Compared, Line } from './figures.js'
import { type Row, SYSTEMS_OF } from './rows.js'
import { LABELS, type System } from './systems.js'

/** The charts of the document by file name, as SVG. Those without figures are left out. */
export function charts(lines: readonly Line[]): ReadonlyMap<string, string> {
  const drawn = new Map<string, string>()
  const draw = (
    file: string,
    head: { readonly title: string; readonly unit: string; readonly limit: number },
    row: Row,
    name: string,
    value: (compared: Compared) => Spread | undefined,
  ) => {
    const systems = lines.find((line) => line.row === row && line.name === name)?.systems ?? {}
    const bars = SYSTEMS_OF[row].flatMap((system): Bar[] => {
      const compared = systems[system]
      const found = compared && value(compared)
      return found === undefined ? [] : [{ label: LABELS[system], value: found, kind: kindOf(system) }]
    })
    if (bars.length === 0) return
    const marks = [{ at: head.limit, label: `goal ${head.limit}${head.unit}` }]
    drawn.set(file, barChart({ title: head.title, unit: head.unit, bars, marks }))
  }
  const overTwo = ({ overTwo: found }: Compared) => found
  const added = ({ added: found }: Compared) => found
  const cpu = 'over the two-level no-op of the same round'
  draw(
    'cpu-per-request.svg',
    { title: `CPU of the processor per request, ${cpu}`, unit: 'x', limit: 1.2 },
    'json',
    'processor CPU per request',
    overTwo,
  )
  draw(
    'cpu-per-chunk.svg',
    { title: `CPU of the processor per streamed chunk, ${cpu}`, unit: 'x', limit: 1.3 },
    'stream',
    'processor CPU per chunk',
    overTwo,
  )
  draw(
    'added-latency.svg',
    { title: 'Time added to bare Envoy at 1 connection, median', unit: ' ms', limit: 0.6 },
    'single',
    'p50',
    added,
  )
  return drawn
}

function kindOf(system: System): Bar['kind'] {
  return system === 'bare' || system === 'noopOne' || system === 'noopTwo' ? 'other' : 'own'
}
