/**
 * What a spreadsheet takes for the beginning of a formula: these characters and their full-width forms, also after white
 * space or control characters that it may leave out; and those which it splits a cell at.
 */
const FORMULA = /^(?:[\s\p{C}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u

const NUMBER = /^-?\d+(?:\.\d+)?$/u

const QUOTED = /[",\r\n]/u

/**
 * One line of CSV as RFC 4180 says, with its CRLF: fields with commas, quotes or line breaks are quoted, quotes
 * doubled. A value that a spreadsheet would take for a formula gets an apostrophe before it (the names in a report
 * come from outside); a plain number, also a negative one, stays as it is.
 */
export function csvLine(values: readonly string[]): string {
  return `${values.map(field).join(',')}\r\n`
}

function field(value: string): string {
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value
  return QUOTED.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
