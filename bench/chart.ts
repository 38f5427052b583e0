import type { Spread } from './statistics.js'

/** One bar, with a line from its lowest to its highest value. */
export interface Bar {
  readonly label: string
  readonly value: Spread
  /** `own` is what the chart is about, `other` what it is compared with. */
  readonly kind: 'own' | 'other'
}

export interface BarChart {
  readonly title: string
  /** Of the values, as in `x` or ` ms`; it follows them without a space. */
  readonly unit: string
  readonly bars: readonly Bar[]
  /** Where lines are drawn over all bars. */
  readonly marks: readonly { readonly at: number; readonly label: string }[]
}

const WIDTH = 760
const LEFT = 290
const RIGHT = 90
const ROW = 30
const TOP = 64
/** Readable on white and on black alike. */
const COLOURS = { text: '#7d8590', own: '#2f81f7', other: '#8b949e', mark: '#d29922', spread: '#57606a' } as const

/** A chart of horizontal bars as an SVG document, on no background of its own. Empty without bars. */
export function barChart({ title, unit, bars, marks }: BarChart): string {
  const most = Math.max(...bars.map(({ value }) => value.high), ...marks.map(({ at }) => at), 0)
  const x = (value: number) => LEFT + (most === 0 ? 0 : (Math.max(0, value) / most) * (WIDTH - LEFT - RIGHT))
  const height = TOP + bars.length * ROW + 14
  const rows = bars.map(({ label, value, kind }, index) => {
    const y = TOP + index * ROW
    const middle = y + ROW / 2
    return [
      text(LEFT - 10, middle + 4, label, 'end'),
      `<rect x="${LEFT}" y="${y + 6}" width="${px(x(value.median) - LEFT)}" height="${ROW - 12}" rx="2" fill="${COLOURS[kind]}"/>`,
      `<path d="M${px(x(value.low))} ${middle}H${px(x(value.high))}" stroke="${COLOURS.spread}" stroke-width="2"/>`,
      text(x(value.high) + 8, middle + 4, `${value.median.toFixed(2)}${unit}`, 'start'),
    ].join('')
  })
  const lines = marks.map(({ at, label }) => {
    const line = `<path d="M${px(x(at))} ${TOP - 4}V${height - 10}" stroke="${COLOURS.mark}" stroke-dasharray="4 3"/>`
    return `${line}${text(x(at), TOP - 10, label, 'middle')}`
  })
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="${COLOURS.text}">`
  const name = `<title>${escaped(title)}</title><text x="10" y="22" font-size="15" font-weight="600">${escaped(title)}</text>`
  return [head, name, ...rows, ...lines, '</svg>', ''].join('\n')
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escaped(words)}</text>`
}

function px(value: number): string {
  return `${Number(value.toFixed(1))}`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
