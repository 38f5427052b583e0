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
  return alignedTable(HEAD, rows)
}

/** A Markdown table whose columns are aligned in the source, too. */
export function alignedTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]?.length ?? 0)))
  const text = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [text(head), rule, ...rows.map(text)].join('\n')
}

/** A ratio with its extremes, where they differ. */
export function ratioText({ median, low, high }: Spread): string {
  return low === high ? `${median.toFixed(2)}x` : `${median.toFixed(2)}x (${low.toFixed(2)} to ${high.toFixed(2)})`
}

/** A median with its unit. */
export function figure(value: Spread | undefined, unit: string): string {
  if (value === undefined) return '-'
  const size = Math.abs(value.median)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
  return `${value.median.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`
}

const MARKERS = {
  envoy: { begin: '<!-- figures: written by npm run bench -->', end: '<!-- end of figures -->' },
  translation: {
    begin: '<!-- translation figures: written by npm run bench -->',
    end: '<!-- end of translation figures -->',
  },
  ledger: { begin: '<!-- ledger figures: written by npm run bench -->', end: '<!-- end of ledger figures -->' },
  kong: { begin: '<!-- Kong figures: written by npm run bench -->', end: '<!-- end of Kong figures -->' },
} as const

/** Which of a document's tables. */
export type Figures = keyof typeof MARKERS

/** Replaces what stands between the two markers of one of a document's tables. Throws when they are missing. */
export function replaceFigures(document: string, which: Figures, figures: string): string {
  const markers = MARKERS[which]
  const begin = document.indexOf(markers.begin)
  const end = document.indexOf(markers.end)
  if (begin < 0 || end < begin) throw new Error(`the document has no place for the ${which} figures`)
  return `${document.slice(0, begin + markers.begin.length)}\n\n${figures}\n\n${document.slice(end)}`
}
