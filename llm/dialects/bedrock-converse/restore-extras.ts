import type { Extras } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { isHarmless } from '../shared/harmless.js'
import { DIALECT, type Drop } from './words.js'

/** Objects that take members of the client's own beside ours. */
const OPEN = new Set(['additionalModelRequestFields', 'inferenceConfig', 'outputConfig', 'serviceTier'])

/**
 * A client of this dialect gets its own members back where they stood, at the top and in the objects there. Of any other
 * client only `guardrailConfig` is taken, a name that no other API has: it is how gateways let clients ask for a guardrail.
 * What remains is dropped and reported by its path.
 */
export function* withExtras(body: JsonObject, { dialect, fields }: Extras, drop: Drop): Steps<JsonObject> {
  const members = new Map<string, JsonValue | undefined>(Object.entries(body))
  const put = (path: string) => {
    const value = fields.get(path)
    if (value === undefined || value === null) return
    if (dialect !== DIALECT) {
      if (path === 'guardrailConfig' && isGuardrail(value)) members.set(path, value)
      else if (!isHarmless(path, value)) drop(path)
    } else if (!restore(members, path, value)) drop(path)
  }
  yield* eachInSteps([...fields.keys()], () => EXTRA, put)
  return Object.fromEntries(members)
}

/** Units that one member takes. */
const EXTRA = 4

const isGuardrail = (value: JsonValue): boolean =>
  isObject(value) && typeof value['guardrailIdentifier'] === 'string' && typeof value['guardrailVersion'] === 'string'

function restore(members: Map<string, JsonValue | undefined>, path: string, value: JsonValue): boolean {
  const [name = '', ...inner] = path.split('.')
  const parent = members.get(name)
  if (inner.length === 0 && /^\w+$/.test(name)) {
    // The paths that the client asks for come before ours.
    if (Array.isArray(value) && Array.isArray(parent)) members.set(name, [...new Set([...value, ...parent])])
    else if (parent === undefined) members.set(name, value)
    return true
  }
  if (!OPEN.has(name) || !(parent === undefined || isObject(parent))) return false
  members.set(name, setAt(parent ?? {}, inner, value))
  return true
}

/** The object with `value` at the path, unless something stands there already. */
function setAt(object: JsonObject, [name = '', ...inner]: readonly string[], value: JsonValue): JsonObject {
  const member = Object.hasOwn(object, name) ? object[name] : undefined
  if (inner.length === 0) return member === undefined ? { ...object, [name]: value } : object
  if (member !== undefined && !isObject(member)) return object
  return { ...object, [name]: setAt(member ?? {}, inner, value) }
}
