import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { objectsIn } from './objects-in.js'
import { imageIn, type KnownCall, type Understood } from './understood.js'
import { Violation } from './violation.js'

/** https://docs.cohere.com/reference/chat */
const MEMBERS: readonly string[] = [
  ...['model', 'messages', 'stream', 'tools', 'strict_tools', 'documents', 'citation_options', 'response_format'],
  ...['safety_mode', 'max_tokens', 'stop_sequences', 'temperature', 'seed', 'frequency_penalty', 'presence_penalty'],
  ...['k', 'p', 'logprobs', 'tool_choice', 'thinking', 'priority', 'raw_prompting'],
]

const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'tool_plan', 'citations'],
  tool: ['role', 'content', 'tool_call_id'],
}

/** Cohere's words: https://github.com/agno-agi/agno/issues/3503 */
const unknown = (name: string) =>
  new Violation(
    `unknown field: parameter '${name}' is not a valid field. For proper usage, please refer to https://docs.cohere.com/reference/chat`,
    { status: 422 },
  )

/** Reads a v2 chat request as Cohere would. Throws a `Violation`. */
export function checkCohere(body: JsonObject): Understood {
  checkNames(body, MEMBERS)
  if (typeof body['model'] !== 'string') throw new Violation('invalid request: model is required')
  const messages = objectsIn(body['messages'])
  if (messages.length === 0)
    throw new Violation('invalid request: all elements in messages must have a role and content')
  for (const message of messages) checkMessage(message)
  checkPairs(messages)
  const tools = checkTools(body['tools'])
  const choice = body['tool_choice']
  if (choice !== undefined && choice !== 'REQUIRED' && choice !== 'NONE') {
    throw new Violation('invalid request: tool_choice must be one of REQUIRED, NONE')
  }
  const calls = callsOf(messages)
  const last = messages.findLast(({ role }) => role === 'user')
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
  return {
    tools,
    stream: body['stream'] === true,
    system: messages
      .filter(({ role }) => role === 'system')
      .map(textOf)
      .join('\n'),
    text: last ? textOf(last) : '',
    images: objectsIn(last?.['content']).flatMap(imagesIn),
    results: turn
      .filter(({ role }) => role === 'tool')
      .map((message) => ({
        args: calls.find(({ id }) => id === message['tool_call_id'])?.args ?? {},
        text: textOf(message),
      })),
    json: checkFormat(body['response_format'], tools),
    stop: Array.isArray(body['stop_sequences']) ? body['stop_sequences'].map(String) : [],
  }
}

function checkNames(object: JsonObject, known: readonly string[]): void {
  const stray = Object.keys(object).find((name) => !known.includes(name))
  if (stray !== undefined) throw unknown(stray)
}

function checkMessage(message: JsonObject): void {
  const { role, content } = message
  const known = MESSAGES[String(role)]
  if (!known) throw new Violation(`invalid request: invalid role '${role}'`)
  checkNames(message, known)
  const calls = objectsIn(message['tool_calls'])
  if ((content === undefined || content === '' || content === null) && calls.length === 0) {
    throw new Violation('invalid request: message must have non-empty content or tool calls')
  }
  for (const call of calls) {
    checkNames(call, ['id', 'type', 'function'])
    const named = call['function']
    if (!isObject(named) || typeof named['arguments'] !== 'string')
      throw new Violation('invalid request: tool call without arguments')
  }
  for (const part of objectsIn(content)) {
    const type = String(part['type'])
    const allowed = { user: ['text', 'image_url'], assistant: ['text', 'thinking'], tool: ['text', 'document'] }[
      String(role)
    ]
    if (!(allowed ?? ['text']).includes(type))
      throw new Violation(`invalid request: content type '${type}' in a ${role} message`)
  }
}

function checkPairs(messages: readonly JsonObject[]): void {
  let open: readonly string[] = []
  for (const message of messages) {
    if (message['role'] === 'tool') {
      const id = String(message['tool_call_id'])
      if (!open.includes(id))
        throw new Violation(`invalid request: tool call id ${id} not found in previous tool calls`)
      open = open.filter((each) => each !== id)
      continue
    }
    if (open.length > 0) throw new Violation(`invalid request: missing tool results for tool calls ${open.join(', ')}`)
    open = objectsIn(message['tool_calls']).map(({ id }) => String(id))
  }
  if (open.length > 0) throw new Violation(`invalid request: missing tool results for tool calls ${open.join(', ')}`)
}

function checkTools(value: JsonValue | undefined): readonly string[] {
  return objectsIn(value).map((tool) => {
    checkNames(tool, ['type', 'function'])
    const named = tool['function']
    if (!isObject(named)) throw new Violation('invalid request: tool without a function')
    // https://github.com/OpenRouterTeam/openrouter-examples/issues/71
    checkNames(named, ['name', 'description', 'parameters'])
    if (!isObject(named['parameters'])) throw new Violation('invalid request: function without parameters')
    return String(named['name'])
  })
}

function checkFormat(format: JsonValue | undefined, tools: readonly string[]): boolean {
  if (!isObject(format)) return false
  checkNames(format, ['type', 'json_schema', 'schema'])
  if (format['type'] === 'text') return false
  if (format['type'] !== 'json_object')
    throw new Violation('invalid request: response_format type must be text or json_object')
  // https://docs.cohere.com/docs/structured-outputs
  if (tools.length > 0) throw new Violation('invalid request: cannot specify response_format json_object with tools')
  return true
}

const callsOf = (messages: readonly JsonObject[]): readonly KnownCall[] =>
  messages
    .flatMap((message) => objectsIn(message['tool_calls']))
    .map(({ id, function: named }) => ({
      id: String(id),
      args: isObject(named) ? JSON.parse(String(named['arguments'])) : {},
    }))

function imagesIn(part: JsonObject): Understood['images'] {
  const url = isObject(part['image_url']) ? String(part['image_url']['url']) : ''
  const [, mediaType, data] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? []
  return mediaType === undefined || data === undefined ? [] : [imageIn(mediaType, data)]
}

function textOf({ content }: JsonObject): string {
  if (typeof content === 'string') return content
  return objectsIn(content)
    .map((part) => {
      const data = isObject(part['document']) ? part['document']['data'] : undefined
      return String(part['text'] ?? (isObject(data) ? Object.values(data).join(' ') : (data ?? '')))
    })
    .join('')
}
