import { type Line, SYSTEMS } from './comparison.js'
import type { Spread } from './statistics.js'

const HEAD = ['', 'bare Envoy', 'no-op', 'Tollgate', 'Tollgate / no-op (low to high)', 'goal']

/** The figures as a Markdown table: medians, and the ratio with its extremes over all rounds. */
export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.what,
    ...SYSTEMS.map((system) => figure(line.figures[system], line.unit)),
    line.ratio === undefined ? '' : ratioText(line.ratio),
    line.goal === undefined ? '' : `≤ ${line.goal.limit.toFixed(1)}x: ${line.goal.verdict}`,
  ])
  const all = [HEAD, ...rows]
  const widths = HEAD.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]?.length ?? 0)))
  const text = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [text(HEAD), rule, ...rows.map(text)].join('\n')
}

function ratioText({ median, low, high }: Spread): string {
  return low === high ? `${median.toFixed(2)}x` : `${median.toFixed(2)}x (${low.toFixed(2)} to ${high.toFixed(2)})`
}

function figure(value: Spread | undefined, unit: string): string {
  if (value === undefined) return '-'
  const digits = value.median >= 100 ? 0 : value.median >= 10 ? 1 : 2
  return `${value.median.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`
}

const BEGIN = '<!-- figures: written by npm run bench -->'
const END = '<!-- end of figures -->'

/** Replaces what stands between a document's two figure markers. Throws when they are missing. */
export function replaceFigures(document: string, figures: string): string {
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin < 0 || end < begin) throw new Error('the document has no place for figures')
  return `${document.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${document.slice(end)}`
}
