import { isObject, type JsonObject, type JsonValue } from '../../core/json.js'
import type { Adjustment, Provider } from '../../core/provider.js'

/** One way in which a provider differs from OpenAI's Chat Completions. */
export type Adjust = NonNullable<Provider['adjust']>

/** The adjustment of a body that is fine as it is. */
export const AS_IT_IS: Adjustment = { members: {}, dropped: [] }

/** Several adjustments one after the other: each sees the body as those before it leave it. */
export function inTurn(...steps: readonly Adjust[]): Adjust {
  return (body, target) => {
    let current = body
    let all: Adjustment = AS_IT_IS
    for (const step of steps) {
      const { members, dropped, emulated } = step(current, target)
      if (Object.keys(members).length > 0) current = { ...current, ...members }
      all = {
        members: { ...all.members, ...members },
        dropped: [...new Set([...all.dropped, ...dropped])],
        ...(emulated || all.emulated ? { emulated: [...(all.emulated ?? []), ...(emulated ?? [])] } : {}),
      }
    }
    return all
  }
}

/** An adjustment for some models only. */
export function forModels(pattern: RegExp, adjust: Adjust): Adjust {
  return (body, target) => (pattern.test(target.model) ? adjust(body, target) : AS_IT_IS)
}

/** What OpenAI takes a member for that is absent. To leave such a value out changes nothing. */
const DEFAULTS: Readonly<Record<string, JsonValue>> = {
  frequency_penalty: 0,
  logprobs: false,
  n: 1,
  parallel_tool_calls: true,
  presence_penalty: 0,
  service_tier: 'auto',
  store: false,
  tool_choice: 'auto',
  top_logprobs: 0,
}

/** Takes members away that the provider does not know, and reports those that said something. One choice is known to all. */
export function without(...names: readonly string[]): Adjust {
  return (body) => {
    const present = names.filter((name) => body[name] !== undefined && !(name === 'n' && body[name] === 1))
    if (present.length === 0) return AS_IT_IS
    return {
      members: Object.fromEntries(present.map((name) => [name, undefined])),
      dropped: present.filter((name) => !saysNothing(name, body[name])),
    }
  }
}

function saysNothing(name: string, value: JsonValue | undefined): boolean {
  if (value === null || (Object.hasOwn(DEFAULTS, name) && DEFAULTS[name] === value)) return true
  return isObject(value) && Object.keys(value).length === 0
}

/** Gives a member the name that the provider has for it, in place of what stood there; null counts as absent. */
export function renamed(from: string, to: string): Adjust {
  return ({ [from]: value }) => {
    if (value === undefined) return AS_IT_IS
    return { members: value === null ? { [from]: undefined } : { [from]: undefined, [to]: value }, dropped: [] }
  }
}

/** For servers that know the cap of an answer by its older name. */
export const oldMaxTokens = renamed('max_completion_tokens', 'max_tokens')

/** Takes `stream_options` away; for providers that report usage on every stream, and refuse to be asked for it. */
export const withoutStreamOptions: Adjust = ({ stream_options: options }) => {
  if (options === undefined) return AS_IT_IS
  const others = isObject(options) ? Object.keys(options).filter((name) => name !== 'include_usage') : []
  return { members: { stream_options: undefined }, dropped: others.map((name) => `stream_options.${name}`) }
}

/** Puts the provider's nearest word in place of those that it does not have for `reasoning_effort`. */
export function effortWords(words: Readonly<Record<string, string>>): Adjust {
  return ({ reasoning_effort: effort }) => {
    const word = typeof effort === 'string' && Object.hasOwn(words, effort) ? words[effort] : undefined
    return word === undefined ? AS_IT_IS : { members: { reasoning_effort: word }, dropped: [] }
  }
}

/** Rewrites messages one by one; `drop` reports what a message loses, by its path. The same object back means no change. */
export function eachMessage(change: (message: JsonObject, drop: (path: string) => void) => JsonObject): Adjust {
  return ({ messages }) => {
    if (!Array.isArray(messages)) return AS_IT_IS
    const dropped = new Set<string>()
    const changed = messages.map((message: JsonValue) =>
      isObject(message) ? change(message, (path) => dropped.add(path)) : message,
    )
    if (changed.every((message, index) => message === messages[index])) return AS_IT_IS
    return { members: { messages: changed }, dropped: [...dropped] }
  }
}

/** `developer` messages as `system` messages, which is what they were called before and mean to all but OpenAI's models. */
export const systemForDeveloper = eachMessage((message) =>
  message.role === 'developer' ? { ...message, role: 'system' } : message,
)

/** Takes members of messages with these roles away, and reports those that said something as `messages[].NAME`. */
export function withoutInMessages(roles: readonly string[], names: readonly string[]): Adjust {
  return eachMessage((message, drop) => {
    if (!roles.includes(String(message.role))) return message
    const present = names.filter((name) => message[name] !== undefined)
    if (present.length === 0) return message
    for (const name of present) {
      const value = message[name]
      if (value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) drop(`messages[].${name}`)
    }
    return Object.fromEntries(Object.entries(message).filter(([name]) => !present.includes(name)))
  })
}

/** Where servers of this protocol, and we ourselves, put what a model thought. */
const THOUGHTS = ['reasoning_content', 'reasoning', 'reasoning_details', 'thinking_blocks']

/** Takes the thoughts of earlier turns away, for servers that refuse messages with members that they do not know. */
export function withoutThoughts({ but }: { readonly but?: string } = {}): Adjust {
  const names = THOUGHTS.filter((name) => name !== but)
  const remove = withoutInMessages(['assistant'], names)
  const thinks = (message: JsonValue) => isObject(message) && names.some((name) => message[name] !== undefined)
  return (body, target) =>
    Array.isArray(body.messages) && body.messages.some(thinks) ? remove(body, target) : AS_IT_IS
}

/**
 * A JSON schema as a part of the prompt, for servers that know `json_object` only, which wants the word JSON there anyway
 * (https://platform.openai.com/docs/guides/structured-outputs#json-mode).
 */
export const schemaInPrompt: Adjust = ({ response_format: format, messages }) => {
  if (!isObject(format) || format.type !== 'json_schema' || !Array.isArray(messages)) return AS_IT_IS
  const schema = isObject(format.json_schema) ? format.json_schema.schema : undefined
  const content = `Answer with one JSON object that is valid against this JSON Schema: ${JSON.stringify(schema ?? {})}`
  return {
    members: { response_format: { type: 'json_object' }, messages: [{ role: 'system', content }, ...messages] },
    dropped: [],
    emulated: ['response_format'],
  }
}
