/** Lines of cells, in columns that are as wide as they must be, the first line for their names. */
export function table(lines: readonly (readonly string[])[]): string {
  const shown = lines.map((line) => line.map(printable))
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((line) => line[column]?.length ?? 0)))
  const text = (line: readonly string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  return shown.map((line) => text(line).trimEnd()).join('\n')
}

/** Names come from outside: nothing in them may steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
