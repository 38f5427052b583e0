import type { Spread } from './statistics.js'

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
  pipeline: {
    begin: '<!-- pipeline figures: written by npm run bench -->',
    end: '<!-- end of pipeline figures -->',
    document: 'performance.md',
  },
  translation: {
    begin: '<!-- translation figures: written by npm run bench -->',
    end: '<!-- end of translation figures -->',
    document: 'benchmarks.md',
  },
  ledger: {
    begin: '<!-- ledger figures: written by npm run bench -->',
    end: '<!-- end of ledger figures -->',
    document: 'benchmarks.md',
  },
  kong: {
    begin: '<!-- Kong figures: written by npm run bench -->',
    end: '<!-- end of Kong figures -->',
    document: 'benchmarks.md',
  },
} as const

/** Which of the generated parts of the documents. */
export type Figures = keyof typeof MARKERS

/** The file below `docs` that has a place for these figures. */
export function documentOf(which: Figures): string {
  return MARKERS[which].document
}

/** Replaces what stands between the two markers of one generated part. Throws when they are missing. */
export function replaceFigures(document: string, which: Figures, figures: string): string {
  const markers = MARKERS[which]
  const begin = document.indexOf(markers.begin)
  const end = document.indexOf(markers.end)
  if (begin < 0 || end < begin) throw new Error(`the document has no place for the ${which} figures`)
  return `${document.slice(0, begin + markers.begin.length)}\n\n${figures}\n\n${document.slice(end)}`
}
