/** The value at a path of member names and list positions, undefined where there is none: `jsonAt(body, 'messages', 0)`. */
export function jsonAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Reflect.get(found, step)
  }
  return found
}
