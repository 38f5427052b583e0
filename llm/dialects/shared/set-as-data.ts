import type { JsonValue } from '../../../core/json.js'

const DATA = { configurable: true, enumerable: true, writable: true }

/** Sets a member in place, as data whatever its name is: plain assignment to `__proto__` would make it the object's prototype. */
export function setAsData(
  object: Record<string, JsonValue | undefined>,
  name: string,
  value: JsonValue | undefined,
): void {
  if (name === '__proto__') Object.defineProperty(object, name, { ...DATA, value })
  else object[name] = value
}
