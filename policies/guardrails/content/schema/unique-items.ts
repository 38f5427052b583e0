import { isObject, type JsonValue } from '../../../../core/json.js'
import type { Work } from './work.js'

/** Whether no two items are equal (JSON Schema validation, 6.4.3), in time linear in their size. */
export function areUnique(items: readonly JsonValue[], work: Work): boolean {
  const seen = new Set<string>()
  for (const item of items) {
    const written = canonical(item, work)
    if (seen.has(written)) return false
    seen.add(written)
  }
  return true
}

/** The same for equal values: members in the order of their names. */
function canonical(value: JsonValue, work: Work): string {
  work.spend(1)
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonical(item, work)).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null, work)}`)
  return `{${members.join()}}`
}
