import type { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'

const STATE = {
  previous_response_id: "must not be given: answers are not kept here; send the earlier items in 'input'",
  conversation: "must not be given: conversations are not kept here; send the earlier items in 'input'",
  prompt: "must not be given: stored prompts cannot be read here; send their text in 'instructions' and 'input'",
} as const

/** Why an `item_reference` is refused. */
export const REFERENCE = 'refers to an item of an earlier answer; answers are not kept here, send the item itself'

/**
 * The refusal of a request that refers to what its provider keeps: an earlier answer, a conversation, a stored prompt. Elsewhere
 * nobody knows these, and no answer must be made from half a conversation. Undefined where all is there.
 */
export function stateIn(body: JsonObject): GatewayError | undefined {
  for (const [name, why] of Object.entries(STATE)) if (isGiven(body[name])) return malformed(name, why)
  const { input } = body
  const reference = isArray(input) ? input.findIndex(isReference) : -1
  return reference === -1 ? undefined : malformed(`input[${reference}]`, REFERENCE)
}

/** The request without what it refers to: all of it that can be read here. Its input may be somewhere else entirely. */
export function withoutState(body: JsonObject): JsonObject {
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !Object.hasOwn(STATE, name)))
  const { input } = rest
  if (!isArray(input)) return isGiven(input) ? rest : { ...rest, input: '' }
  const items = input.filter((item) => !isReference(item))
  return { ...rest, input: items.length === 0 ? '' : items }
}

const isGiven = (value: JsonValue | undefined) => value !== undefined && value !== null

const isReference = (item: JsonValue) => isObject(item) && item.type === 'item_reference'
