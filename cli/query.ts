/** The query of a URL, with its question mark, of those values that there are; empty without any. */
export function queryOf(values: readonly (readonly [name: string, value: string | undefined])[]): string {
  const given = values.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
