import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** The ids of calls that this API takes. */
const ACCEPTED = /^[a-zA-Z0-9_-]+$/

/**
 * The messages with the ids of other providers' calls in a form that this API takes, in the calls and in their results; undefined where
 * all are. An id becomes the same one in every turn, and no two become one.
 */
export function withAcceptedIds(messages: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (!Array.isArray(messages)) return undefined
  const ids = new Set(messages.flatMap(blocksOf).flatMap((block) => idOf(block)?.id ?? []))
  const foreign = [...ids].filter((id) => !ACCEPTED.test(id))
  if (foreign.length === 0) return undefined
  const accepted = new Map<string, string>()
  for (const id of foreign) {
    const base = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call'
    let made = base
    for (let number = 2; ids.has(made); number++) made = `${base}_${number}`
    ids.add(made)
    accepted.set(id, made)
  }
  return messages.map((message: JsonValue) => withIds(message, accepted))
}

/** Where a block says which call it is or belongs to. */
function idOf(block: JsonValue): { readonly name: 'id' | 'tool_use_id'; readonly id: string } | undefined {
  if (!isObject(block)) return undefined
  const name = block['type'] === 'tool_use' ? 'id' : block['type'] === 'tool_result' ? 'tool_use_id' : undefined
  const id = name && block[name]
  return name && typeof id === 'string' ? { name, id } : undefined
}

function withIds(message: JsonValue, accepted: ReadonlyMap<string, string>): JsonValue {
  const blocks = blocksOf(message)
  const changed = blocks.map((block) => {
    const said = idOf(block)
    const id = said && accepted.get(said.id)
    return said && id !== undefined ? { ...(block as JsonObject), [said.name]: id } : block
  })
  return changed.some((block, i) => block !== blocks[i]) ? { ...(message as JsonObject), content: changed } : message
}

function blocksOf(message: JsonValue): readonly JsonValue[] {
  const content = isObject(message) ? message['content'] : undefined
  return Array.isArray(content) ? content : []
}
