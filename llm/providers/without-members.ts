import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Adjustment } from '../../core/provider.js'

/**
 * Takes members out of a body in Google's JSON, whose names may be in camelCase or snake_case. Paths lead through objects:
 * `toolConfig.includeServerSideToolInvocations`; those that are there are reported as dropped.
 */
export function withoutMembers(body: JsonObject, paths: readonly string[]): Adjustment {
  const dropped: string[] = []
  let changed: Record<string, JsonValue | undefined> = {}
  for (const path of paths) {
    const names = path.split('.')
    const now = { ...body, ...changed }
    const left = without(now, names)
    if (left === now) continue
    dropped.push(path)
    changed = { ...changed, ...changes(now, left) }
  }
  return { members: changed, dropped }
}

function changes(before: JsonObject, after: JsonObject): Record<string, JsonValue | undefined> {
  return Object.fromEntries(
    Object.keys(before)
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, after[name]]),
  )
}

/** The same object where there is nothing to take out. */
function without(value: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject {
  let left = value
  for (const spelled of spellings(name)) {
    const member = left[spelled]
    if (member === undefined) continue
    if (rest.length === 0) {
      const { [spelled]: _gone, ...others } = left
      left = others
    } else if (isObject(member)) {
      const inner = without(member, rest)
      if (inner !== member) left = { ...left, [spelled]: inner }
    }
  }
  return left
}

/** A member's name as Google's clients may write it. */
export function spellings(name: string): readonly string[] {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return snake === name ? [name] : [name, snake]
}
