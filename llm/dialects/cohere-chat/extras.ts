import type { Extras } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import { setAsData } from '../shared/set-as-data.js'
import { NAME } from './name.js'
import type { Drop } from './words.js'

/** Members of other dialects that change nothing about the answer. */
const HARMLESS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  store: (value) => value === false,
  stream_options: () => true,
  modalities: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text',
}

/** Members that no other API has: it is how clients of other dialects ask for what only Cohere does. */
const OURS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  safety_mode: (value) => value === 'CONTEXTUAL' || value === 'STRICT' || value === 'OFF',
  citation_options: isObject,
}

/** Units that a member takes. */
const EXTRA = 2

const extraUnits = () => EXTRA

/** The members that go back into the body as they came, in steps; what remains is dropped and reported. */
export function* extraMembers({ dialect, fields }: Extras, drop: Drop): Steps<JsonObject> {
  const kept: Record<string, JsonValue> = {}
  const add = (name: string) => {
    const value = fields.get(name)
    if (value === undefined || value === null) return
    if (dialect === NAME || holds(OURS, name, value)) setAsData(kept, name, value)
    else if (!holds(HARMLESS, name, value)) drop(name)
  }
  yield* eachInSteps([...fields.keys()], extraUnits, add)
  return kept
}

function holds(rules: typeof HARMLESS, name: string, value: JsonValue): boolean {
  return Object.hasOwn(rules, name) && rules[name]?.(value) === true
}
