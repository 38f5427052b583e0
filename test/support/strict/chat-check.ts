import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { checkMessages, refusal } from './chat-messages.js'
import type { ChatRules } from './chat-rules.js'
import { objectsIn } from './objects-in.js'
import { imageIn, type KnownCall, type Understood } from './understood.js'
import { Violation } from './violation.js'

/** Reads a Chat Completions request by a vendor's rules. Throws a `Violation`. */
export function checkChat(body: JsonObject, rules: ChatRules): Understood {
  checkMembers(body, rules)
  const messages = objectsIn(body['messages'])
  if (messages.length === 0) throw new Violation("Missing required parameter: 'messages'.", { param: 'messages' })
  const stream = body['stream'] === true
  if (body['stream_options'] !== undefined && !stream) {
    throw new Violation("The 'stream_options' parameter is only allowed when 'stream' is enabled.", {
      param: 'stream_options',
    })
  }
  checkMessages(messages, rules)
  const tools = checkTools(body)
  const json = checkFormat(body['response_format'], rules)
  rules.also?.(body)
  const last = messages.findLast(({ role }) => role === 'user')
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
  const calls = callsOf(messages)
  return {
    ...{ stream, tools, json },
    system: textOf(messages.filter(({ role }) => role === 'system' || role === 'developer')),
    text: textOf(last ? [last] : []),
    images: last ? objectsIn(last['content']).flatMap(imagesIn) : [],
    results: turn
      .filter(({ role }) => role === 'tool')
      .map((message) => ({
        args: calls.find(({ id }) => id === message['tool_call_id'])?.args ?? {},
        text: textOf([message]),
      })),
    forced: forcedTool(body['tool_choice']),
    stop: [body['stop'] ?? []].flat().map(String),
  }
}

function checkMembers(body: JsonObject, rules: ChatRules): void {
  if (rules.model === 'body' && (typeof body['model'] !== 'string' || body['model'] === '')) {
    throw new Violation('you must provide a model parameter', { param: 'model' })
  }
  for (const name of Object.keys(body)) {
    const known = rules.members?.includes(name) ?? true
    if (!known || rules.refused?.includes(name)) throw refusal(rules, name)
  }
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    const cap = body[name]
    if (cap !== undefined && cap !== null && !(Number.isInteger(cap) && Number(cap) > 0)) {
      throw new Violation(`Invalid '${name}': integer below minimum value.`, { param: name })
    }
  }
  if (Array.isArray(body['stop']) && (body['stop'].length > 4 || body['stop'].length === 0)) {
    throw new Violation("Invalid 'stop': array too long. Expected an array with maximum length 4.", { param: 'stop' })
  }
}

function checkTools(body: JsonObject): readonly string[] {
  const tools = objectsIn(body['tools'])
  if (Array.isArray(body['tools']) && tools.length === 0) {
    throw new Violation("Invalid 'tools': empty array. Expected an array with minimum length 1.", { param: 'tools' })
  }
  for (const name of ['tool_choice', 'parallel_tool_calls']) {
    if (tools.length === 0 && body[name] !== undefined) {
      throw new Violation(`Invalid value for '${name}': '${name}' is only allowed when 'tools' are specified.`, {
        param: name,
      })
    }
  }
  return tools.map((tool, index) => {
    const named = tool['function']
    const name = isObject(named) ? named['name'] : undefined
    if (tool['type'] !== 'function' || !isObject(named) || typeof name !== 'string') {
      throw new Violation(`Missing required parameter: 'tools[${index}].function'.`)
    }
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      throw new Violation(`Invalid 'tools[${index}].function.name': string does not match pattern.`)
    }
    const { parameters } = named
    if (parameters !== undefined && (!isObject(parameters) || parameters['type'] !== 'object')) {
      throw new Violation(`Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"'.`)
    }
    return name
  })
}

function forcedTool(choice: JsonValue | undefined): string | undefined {
  if (choice === undefined || choice === 'auto' || choice === 'none' || choice === 'required') return undefined
  const named = isObject(choice) ? choice['function'] : undefined
  if (choice === 'any') return undefined
  if (!isObject(named) || typeof named['name'] !== 'string') throw new Violation("Invalid value for 'tool_choice'.")
  return named['name']
}

function checkFormat(format: JsonValue | undefined, rules: ChatRules): boolean {
  if (format === undefined || format === null) return false
  const type = isObject(format) ? String(format['type']) : ''
  if (!rules.formats.includes(type)) throw new Violation('This response_format type is unavailable now')
  if (type !== 'json_schema') return type === 'json_object'
  const schema = isObject(format) ? format['json_schema'] : undefined
  if (!isObject(schema) || !isObject(schema['schema']))
    throw new Violation("Missing required parameter: 'response_format.json_schema'.")
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(String(schema['name'] ?? ''))) {
    throw new Violation("Missing required parameter: 'response_format.json_schema.name'.")
  }
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
  const image = part['image_url']
  const url = isObject(image) ? String(image['url']) : ''
  const [, mediaType, data] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? []
  return mediaType === undefined || data === undefined ? [] : [imageIn(mediaType, data)]
}

function textOf(messages: readonly JsonObject[]): string {
  const texts = messages.map(({ content }) =>
    typeof content === 'string'
      ? content
      : objectsIn(content)
          .map((part) => part['text'] ?? '')
          .join(''),
  )
  return texts.join('\n')
}
