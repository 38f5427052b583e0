import { csvLine } from '../csv.js'
import type { ReportTable } from './report-tables.js'

/**
 * All tables as one CSV (RFC 4180), line by line: the table's name in the first column, then every column that any of them has, empty
 * where a table has it not.
 */
export function* reportCsv(tables: readonly ReportTable[]): Generator<string> {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))]
  yield csvLine(['section', ...names])
  for (const { name, columns, rows } of tables) {
    const places = names.map((column) => columns.findIndex((own) => own.name === column))
    for (const row of rows) yield csvLine([name, ...places.map((place) => row[place] ?? '')])
  }
}
