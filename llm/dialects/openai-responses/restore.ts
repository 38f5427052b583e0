import type { Extras } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { isArray } from '../shared/arrays.js'
import { restoreAt } from '../shared/restore-at.js'
import type { Drop } from './encode-content.js'

/**
 * Puts members back where a client of this dialect had them: at the top (`truncation`), in an object there
 * (`text.verbosity`), in a tool (`tools[0].defer_loading`), in an item (`input[0].content[0].extra`). What has no place any more
 * is dropped by its path.
 */
export function* restore(body: JsonObject, members: Extras['fields'], drop: Drop): Steps<JsonObject> {
  const copied = new Set<readonly JsonValue[]>()
  let restored = body
  const put = (path: string) => {
    const value = members.get(path)
    if (value === undefined || value === null) return
    const next = withMember(restored, path, value, copied)
    if (next === undefined) drop(path)
    else restored = next
  }
  yield* eachInSteps([...members.keys()], () => MEMBER, put)
  return restored
}

/** Units that putting a member back takes. */
const MEMBER = 16

function withMember(
  body: JsonObject,
  path: string,
  value: JsonValue,
  copied: Set<readonly JsonValue[]>,
): JsonObject | undefined {
  if (/^(input\[|text\.format\.|tool_choice\.)/.test(path)) {
    const restored = restoreAt(body, path, value, 'input_text', copied)
    return isObject(restored) ? restored : undefined
  }
  const [, index, ofTool] = /^tools\[(\d+)\]\.(.+)$/.exec(path) ?? []
  if (ofTool !== undefined) return withToolMember(body, Number(index), ofTool, value, copied)
  const [, parent, member] = /^(text|reasoning)\.(.+)$/.exec(path) ?? []
  if (parent === undefined || member === undefined) return set(body, path, value)
  const holder = body[parent]
  return set(body, parent, set(isObject(holder) ? holder : {}, member, value))
}

function withToolMember(
  body: JsonObject,
  index: number,
  member: string,
  value: JsonValue,
  copied: Set<readonly JsonValue[]>,
): JsonObject | undefined {
  const { tools } = body
  const tool = isArray(tools) ? tools[index] : undefined
  if (!isArray(tools) || !isObject(tool)) return undefined
  const list = copied.has(tools) ? (tools as JsonValue[]) : [...tools]
  copied.add(list)
  list[index] = set(tool, member, value)
  return list === tools ? body : { ...body, tools: list }
}

/** The object with one member more. Entries keep a member called `__proto__` as data. */
function set(object: JsonObject, name: string, value: JsonValue): JsonObject {
  return Object.fromEntries([...Object.entries(object), [name, value]])
}
