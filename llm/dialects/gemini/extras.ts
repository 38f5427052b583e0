import type { ChatRequest } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { isArray } from '../shared/arrays.js'
import { isHarmless } from '../shared/harmless.js'
import type { Drop } from './encode-parts.js'
import { NAME } from './name.js'

/** Units that one member takes. */
const EXTRA = 4

const extraUnits = () => EXTRA

/**
 * A client of this dialect gets its own members back where they stood: top-level ones, those of `generationConfig` and
 * `toolConfig`, and those of functions. What remains is dropped and reported by its path.
 */
export function* withExtras(body: JsonObject, { extras }: ChatRequest, drop: Drop): Steps<JsonObject> {
  const { dialect, fields } = extras
  const copied = new Set<readonly JsonValue[]>()
  let written = body
  const put = (path: string) => {
    const value = fields.get(path)
    if (value === undefined || value === null) return
    if (dialect === NAME) {
      const restored = restoreFunction(written, path, value, copied) ?? restore(written, path.split('.'), value)
      if (restored === undefined) drop(path)
      else written = restored
    } else if (!isHarmless(path, value)) drop(path)
  }
  yield* eachInSteps([...fields.keys()], extraUnits, put)
  return written
}

/** Undefined where the path leads into a list, whose entries may stand elsewhere now. */
function restore(into: JsonObject, path: readonly string[], value: JsonValue): JsonObject | undefined {
  const [name, ...rest] = path
  if (name === undefined || name.includes('[')) return undefined
  if (rest.length === 0) return { ...into, [name]: value }
  const inner = into[name] ?? {}
  const restored = isObject(inner) ? restore(inner, rest, value) : undefined
  return restored === undefined ? undefined : { ...into, [name]: restored }
}

/** Functions are noted by their place among all of them, and written as one list; `copied` is that list once it may be changed in place. */
function restoreFunction(
  body: JsonObject,
  path: string,
  value: JsonValue,
  copied: Set<readonly JsonValue[]>,
): JsonObject | undefined {
  const [, place, name] = /^tools\[\d+\]\.functionDeclarations\[(\d+)\]\.([A-Za-z]+)$/.exec(path) ?? []
  if (place === undefined || name === undefined || !isArray(body['tools'])) return undefined
  const [first, ...others] = body['tools']
  const functions = isObject(first) ? first['functionDeclarations'] : undefined
  const declared = isArray(functions) ? functions[Number(place)] : undefined
  if (!isArray(functions) || !isObject(declared)) return undefined
  const changed = { ...declared, [name]: value }
  if (copied.has(functions)) {
    const list = functions as JsonValue[]
    list[Number(place)] = changed
    return body
  }
  const list = functions.with(Number(place), changed)
  copied.add(list)
  return { ...body, tools: [{ functionDeclarations: list }, ...others] }
}
