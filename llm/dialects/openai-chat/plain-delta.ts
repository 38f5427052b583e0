import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { PlainDelta } from '../../../core/plain-deltas.js'
import { isArray } from '../shared/arrays.js'

/** Random characters behind the rest of a chunk, against those who guess texts from the sizes of packets. */
const NOISE = 'obfuscation'

const IN_CHUNK = new Set([
  'id',
  'object',
  'created',
  'model',
  'service_tier',
  'system_fingerprint',
  'provider',
  'choices',
  NOISE,
])
const IN_CHOICE = new Set(['index', 'delta', 'content_filter_results'])
const IN_DELTA = new Set(['content', 'role'])

/** Of a `chat.completion.chunk`: one choice whose delta has nothing but `content`. Other members must be null, as `usage` mostly is. */
export function plainDelta(chunk: JsonValue): PlainDelta | undefined {
  if (!isObject(chunk) || !hasOnly(chunk, IN_CHUNK) || !isArray(chunk.choices) || chunk.choices.length !== 1)
    return undefined
  const [choice] = chunk.choices
  if (!isObject(choice) || !hasOnly(choice, IN_CHOICE)) return undefined
  const { delta } = choice
  if (!isObject(delta) || !hasOnly(delta, IN_DELTA) || typeof delta.content !== 'string') return undefined
  const noise = chunk[NOISE]
  if (noise === undefined) return { text: delta.content }
  return typeof noise === 'string' ? { text: delta.content, noise: { name: NOISE, value: noise } } : undefined
}

function hasOnly(object: JsonObject, names: ReadonlySet<string>): boolean {
  return Object.entries(object).every(([name, value]) => value === null || names.has(name))
}
