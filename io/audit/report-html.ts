import type { AuditReport } from './report.js'
import { type ReportTable, tablesOf } from './report-tables.js'

/** One page that needs nothing else: no scripts, no links to anywhere. Names come from outside, and are escaped. */
export function* reportHtml(report: AuditReport, madeAt: string): Generator<string> {
  const { from, to } = report.span
  const span = `${isoOf(from)} to ${isoOf(to)}`
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Use of language models, ${escaped(span)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Use of language models</h1>
<p>From <time>${escaped(isoOf(from))}</time> up to <time>${escaped(isoOf(to))}</time>, made on <time>${escaped(madeAt)}</time>.</p>
`
  for (const table of tablesOf(report)) yield* section(table)
  yield '</main>\n</body>\n</html>\n'
}

function* section({ name, title, note, columns, rows }: ReportTable): Generator<string> {
  yield `<section aria-labelledby="${name}">\n<h2 id="${name}">${escaped(title)}</h2>\n<p>${escaped(note)}</p>\n`
  if (rows.length === 0) yield '<p>None.</p>\n</section>\n'
  else {
    const heads = columns.map(({ title, kind }) => `<th scope="col" class="${kind}">${escaped(title)}</th>`)
    yield `<table>\n<caption>${escaped(title)}</caption>\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n`
    for (const row of rows)
      yield `<tr>${row.map((cell, at) => cellOf(cell, columns[at]?.kind ?? 'text', at)).join('')}</tr>\n`
    yield '</tbody>\n</table>\n</section>\n'
  }
}

function cellOf(cell: string, kind: 'text' | 'number', at: number): string {
  const shown = cell === '' ? '<span class="none">none</span>' : escaped(cell)
  return at === 0 && kind === 'text' ? `<th scope="row">${shown}</th>` : `<td class="${kind}">${shown}</td>`
}

const isoOf = (time: number) => new Date(time).toISOString()

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
}

/** For text and attributes; what a browser may not show, or would let run the other way, is shown as a question mark. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem; }
main { max-width: 80rem; margin: 0 auto; }
h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { border-bottom: 1px solid #c8c8c8; padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #555; }
tbody th { font-weight: normal; }
.number { text-align: right; white-space: nowrap; }
.none { color: #595959; font-style: italic; }
@media print {
  body { margin: 0; font-size: 9pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`
