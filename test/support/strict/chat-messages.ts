import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { ChatRules } from './chat-rules.js'
import { objectsIn } from './objects-in.js'
import { Violation } from './violation.js'

/** Checks each message, that calls and results belong together, and the order of roles. Throws a `Violation`. */
export function checkMessages(messages: readonly JsonObject[], rules: ChatRules): void {
  for (const [index, message] of messages.entries()) checkMessage(message, index, rules)
  checkPairs(messages)
  checkOrder(messages, rules)
}

/** The vendor's words for a member that it does not take. */
export const refusal = (rules: ChatRules, path: string) =>
  rules.unknown?.(path) ?? new Violation(`Unsupported: ${path}`)

function checkMessage(message: JsonObject, index: number, rules: ChatRules): void {
  const { role, content } = message
  if (typeof role !== 'string' || !rules.roles.includes(role)) throw rules.wrongRole(String(role), index)
  for (const name of rules.refusedInMessages?.[role] ?? []) {
    if (message[name] !== undefined) throw refusal(rules, `messages[${index}].${name}`)
  }
  const known = rules.messageMembers?.[role]
  const unknown = known && Object.keys(message).find((name) => !known.includes(name))
  if (unknown !== undefined) throw refusal(rules, `messages[${index}].${unknown}`)
  const calls = objectsIn(message['tool_calls'])
  if (message['tool_calls'] !== undefined && calls.length === 0) {
    throw new Violation(
      `Invalid 'messages[${index}].tool_calls': empty array. Expected an array with minimum length 1.`,
    )
  }
  const empty = content === undefined || content === null || (Array.isArray(content) && content.length === 0)
  if (empty && (role !== 'assistant' || (calls.length === 0 && message['refusal'] === undefined))) {
    throw new Violation(`Invalid value for 'content': expected a string, got null.`, {
      param: `messages.[${index}].content`,
    })
  }
  for (const part of objectsIn(content)) checkPart(part, role, rules)
  for (const call of calls) checkCall(call, index, rules)
  if (role === 'tool') checkId(message['tool_call_id'], rules)
}

/** What content may hold, by role. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
}

function checkPart(part: JsonObject, role: string, rules: ChatRules): void {
  const type = String(part['type'])
  const known = (PARTS[role] ?? ['text']).filter((name) => name !== 'image_url' || rules.images !== 'none')
  if (!known.includes(type)) {
    const where = 'Failed to deserialize the JSON body into the target type'
    throw new Violation(
      `${where}: unknown variant \`${type}\`, expected ${known.map((name) => `\`${name}\``).join(', ')}`,
    )
  }
  if (type === 'text' && typeof part['text'] !== 'string') throw new Violation("Missing required parameter: 'text'.")
  if (type !== 'image_url') return
  const image = part['image_url']
  const url = isObject(image) ? image['url'] : undefined
  if (typeof url !== 'string')
    throw new Violation('Invalid type for image_url: expected an object, but got something else.')
  const data = /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(url)
  if (!data && (rules.images === 'data only' || !/^https?:/.test(url))) throw new Violation('invalid image input')
}

function checkCall(call: JsonObject, index: number, rules: ChatRules): void {
  const { id, type } = call
  const named = call['function']
  if (type !== 'function' && type !== undefined) throw new Violation(`Invalid value: '${type}'.`)
  checkId(id, rules)
  if (!isObject(named) || typeof named['name'] !== 'string' || typeof named['arguments'] !== 'string') {
    throw new Violation(`Missing required parameter: 'messages[${index}].tool_calls[0].function'.`)
  }
  JSON.parse(named['arguments'])
}

function checkId(id: JsonValue | undefined, { callIds }: ChatRules): void {
  if (typeof id !== 'string' || id === '') throw new Violation("Missing required parameter: 'tool_call_id'.")
  if (callIds && !callIds.pattern.test(id)) throw callIds.violation(id)
}

/** Every call has its result at once, and no result comes without its call. */
function checkPairs(messages: readonly JsonObject[]): void {
  let open: readonly string[] = []
  const demand = () => {
    if (open.length === 0) return
    const rule =
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
    throw new Violation(`${rule} The following tool_call_ids did not have response messages: ${open.join(', ')}`)
  }
  for (const message of messages) {
    if (message['role'] === 'tool') {
      const id = String(message['tool_call_id'])
      if (!open.includes(id)) {
        throw new Violation("messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.")
      }
      open = open.filter((each) => each !== id)
    } else {
      demand()
      const ids = objectsIn(message['tool_calls']).map(({ id }) => String(id))
      if (new Set(ids).size < ids.length) throw new Violation(`Duplicate value for 'tool_call_id' of '${ids[0]}'`)
      open = ids
    }
  }
  demand()
}

function checkOrder(messages: readonly JsonObject[], { order }: ChatRules): void {
  const roles = messages.map(({ role }) => String(role))
  const last = roles.at(-1)
  if (last !== 'user' && last !== 'tool' && order !== undefined) {
    throw new Violation(`Expected last role User or Tool (or Assistant with prefix True) for serving but got ${last}`)
  }
  for (const [index, role] of roles.entries()) {
    const before = roles[index - 1]
    if (order === 'no-user-after-tool' && role === 'user' && before === 'tool') {
      throw new Violation("Unexpected role 'user' after role 'tool'", { code: '3230' })
    }
    if (order !== 'alternating' || before === undefined) continue
    const turn = (name: string) => (name === 'assistant' ? 'model' : name === 'system' ? 'system' : 'user')
    const parallel = role === 'tool' && before === 'tool'
    if ((turn(role) === turn(before) && role !== 'system' && !parallel) || (role === 'system' && before !== 'system')) {
      const rule =
        'After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s).'
      throw new Violation(rule)
    }
  }
}
