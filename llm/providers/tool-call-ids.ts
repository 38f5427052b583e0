import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import { type Adjust, AS_IT_IS } from './adjustments.js'

const LENGTH = 9
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Gives every tool call of the history an id of nine letters and digits. Ids of that form stay; any other is hashed, so that
 * a call has the same id in every turn. No two calls get one id, and a result keeps the id of its call.
 */
export const nineCharacterIds: Adjust = ({ messages }) => {
  if (!Array.isArray(messages)) return AS_IT_IS
  const given = new Set((messages as readonly JsonValue[]).flatMap(idsOf))
  const taken = new Set([...given].filter(isFine))
  const short = new Map<string, string>()
  for (const id of given) {
    if (isFine(id)) continue
    let attempt = 0
    let made = hashed(id, attempt)
    while (taken.has(made)) made = hashed(id, ++attempt)
    taken.add(made)
    short.set(id, made)
  }
  if (short.size === 0) return AS_IT_IS
  const changed = (messages as readonly JsonValue[]).map((message) => withIds(message, (id) => short.get(id) ?? id))
  return { members: { messages: changed }, dropped: [] }
}

const isFine = (id: string) => /^[a-zA-Z0-9]{9}$/.test(id)

function idsOf(message: JsonValue): readonly string[] {
  if (!isObject(message)) return []
  const calls: readonly JsonValue[] = Array.isArray(message.tool_calls) ? message.tool_calls : []
  const ids = [...calls.map((call) => (isObject(call) ? call.id : undefined)), message.tool_call_id]
  return ids.filter((id) => typeof id === 'string')
}

function withIds(message: JsonValue, idFor: (id: string) => string): JsonValue {
  if (!isObject(message)) return message
  const { tool_calls: calls, tool_call_id: answered } = message
  const renamed: Record<string, JsonValue> = {}
  if (typeof answered === 'string') renamed.tool_call_id = idFor(answered)
  if (Array.isArray(calls)) renamed.tool_calls = calls.map((call: JsonValue) => withId(call, idFor))
  return { ...message, ...renamed }
}

function withId(call: JsonValue, idFor: (id: string) => string): JsonValue {
  return isObject(call) && typeof call.id === 'string' ? ({ ...call, id: idFor(call.id) } satisfies JsonObject) : call
}

/** Nine digits of base 62 from two 32-bit FNV-1a hashes. */
function hashed(id: string, attempt: number): string {
  let rest = BigInt(fnv1a(id, attempt)) * 0x1_0000_0000n + BigInt(fnv1a(id, ~attempt))
  let text = ''
  while (text.length < LENGTH) {
    text += DIGITS[Number(rest % 62n)]
    rest /= 62n
  }
  return text
}

function fnv1a(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}
