import { z } from 'zod'
import type { JsonObject } from '../../../core/json.js'
import { byShape } from '../by-shape.js'
import { text } from '../values.js'

/** Finds a file that the configuration names: what stands in it, or what is wrong. */
export type SourceFile = (
  path: string,
) =>
  | { readonly ok: true; readonly path: string; readonly text: string }
  | { readonly ok: false; readonly message: string }

/** What a guard of kind `custom` has of its own. */
export function kindMembers(sourceFile: SourceFile) {
  return {
    path: text('the path of a TypeScript file').transform((path, context) => {
      const found = sourceFile(path)
      if (found.ok) return { path: found.path, text: found.text }
      context.addIssue({ code: 'custom', message: found.message })
      return z.NEVER
    }),
    options: byShape<JsonObject>((options) => {
      if (options instanceof Map) return z.unknown().transform(() => objectOf(options))
      return z.unknown().transform((_, context) => {
        context.addIssue({ code: 'custom', message: 'must be a map of what the guard is given' })
        return z.NEVER
      })
    }).prefault(new Map()),
  }
}

/** Maps of the file as the objects of JSON. */
function plain(value: unknown): JsonObject[string] {
  if (value instanceof Map) return objectOf(value)
  if (Array.isArray(value)) return value.map((entry) => plain(entry) ?? null)
  const simple = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return simple ? value : null
}

function objectOf(map: ReadonlyMap<unknown, unknown>): JsonObject {
  return Object.fromEntries([...map].map(([name, member]) => [String(name), plain(member)]))
}
