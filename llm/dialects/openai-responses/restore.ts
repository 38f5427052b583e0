import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { restoreAt } from '../shared/restore-at.js'
import type { Drop } from './encode-content.js'

/**
 * Puts members back where a client of this dialect had them: at the top (`truncation`), in an object there
 * (`text.verbosity`), in a tool (`tools[0].defer_loading`), in an item (`input[0].content[0].extra`). What has no place any more
 * is dropped by its path.
 */
export function restore(body: JsonObject, members: JsonObject, drop: Drop): JsonObject {
  let restored = body
  for (const [path, value] of Object.entries(members)) {
    if (value === undefined || value === null) continue
    const next = withMember(restored, path, value)
    if (next === undefined) drop(path)
    else restored = next
  }
  return restored
}

function withMember(body: JsonObject, path: string, value: JsonValue): JsonObject | undefined {
  if (/^(input\[|text\.format\.|tool_choice\.)/.test(path)) {
    const restored = restoreAt(body, path, value, 'input_text', new Set())
    return isObject(restored) ? restored : undefined
  }
  const [, index, ofTool] = /^tools\[(\d+)\]\.(.+)$/.exec(path) ?? []
  if (ofTool !== undefined) return withToolMember(body, Number(index), ofTool, value)
  const [, parent, member] = /^(text|reasoning)\.(.+)$/.exec(path) ?? []
  if (parent === undefined || member === undefined) return set(body, path, value)
  const holder = body[parent]
  return set(body, parent, set(isObject(holder) ? holder : {}, member, value))
}

function withToolMember(body: JsonObject, index: number, member: string, value: JsonValue): JsonObject | undefined {
  const { tools } = body
  const tool: unknown = Array.isArray(tools) ? tools[index] : undefined
  if (!Array.isArray(tools) || !isObject(tool)) return undefined
  return { ...body, tools: tools.with(index, set(tool, member, value)) }
}

/** The object with one member more. Entries keep a member called `__proto__` as data. */
function set(object: JsonObject, name: string, value: JsonValue): JsonObject {
  return Object.fromEntries([...Object.entries(object), [name, value]])
}
