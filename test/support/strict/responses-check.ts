import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { objectsIn } from './objects-in.js'
import { checkItems, itemText } from './responses-items.js'
import { imageIn, type Understood } from './understood.js'
import { Violation } from './violation.js'

/** https://platform.openai.com/docs/api-reference/responses/create */
const MEMBERS: readonly string[] = [
  ...[
    'model',
    'input',
    'instructions',
    'stream',
    'stream_options',
    'store',
    'include',
    'max_output_tokens',
    'metadata',
  ],
  ...['temperature', 'top_p', 'top_logprobs', 'tools', 'tool_choice', 'parallel_tool_calls', 'max_tool_calls', 'text'],
  ...[
    'reasoning',
    'service_tier',
    'truncation',
    'user',
    'safety_identifier',
    'prompt_cache_key',
    'prompt_cache_retention',
  ],
  ...['background', 'conversation', 'previous_response_id', 'prompt', 'context_management'],
]

const unknown = (path: string) =>
  new Violation(`Unknown parameter: '${path}'.`, { param: path, code: 'unknown_parameter' })

/** Reads a Responses request as OpenAI would. Throws a `Violation`. */
export function checkResponses(body: JsonObject): Understood {
  const stray = Object.keys(body).find((name) => !MEMBERS.includes(name))
  if (stray !== undefined) throw unknown(stray)
  if (typeof body['model'] !== 'string') throw new Violation("Missing required parameter: 'model'.", { param: 'model' })
  const cap = body['max_output_tokens']
  if (cap !== undefined && cap !== null && !(Number(cap) >= 16)) {
    throw new Violation(
      `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got ${cap} instead.`,
    )
  }
  const { input } = body
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsIn(input)
  if (items.length === 0) throw new Violation('One of "input" or "previous_response_id" must be provided.')
  checkItems(items)
  const tools = checkTools(body)
  const last = items.findLast(({ role }) => role === 'user')
  const turn = items.slice(
    items.findLastIndex(({ type, role }) => type === 'function_call' || role === 'assistant') + 1,
  )
  const calls = items.filter(({ type }) => type === 'function_call')
  return {
    tools,
    stream: body['stream'] === true,
    system: [
      body['instructions'] ?? '',
      ...items.filter(({ role }) => role === 'system' || role === 'developer').map(itemText),
    ]
      .filter((text) => text !== '')
      .join('\n'),
    text: last ? itemText(last) : '',
    images: objectsIn(last?.['content']).flatMap(({ image_url: url }) => {
      const [, mediaType, data] = /^data:([^;]+);base64,(.*)$/.exec(String(url ?? '')) ?? []
      return mediaType === undefined || data === undefined ? [] : [imageIn(mediaType, data)]
    }),
    results: turn
      .filter(({ type }) => type === 'function_call_output')
      .map((item) => ({
        args: JSON.parse(String(calls.find(({ call_id: id }) => id === item['call_id'])?.['arguments'] ?? '{}')),
        text: itemText({ content: item['output'] }),
      })),
    forced: forcedTool(body['tool_choice']),
    json: checkFormat(body['text']),
    stop: [],
  }
}

function checkTools(body: JsonObject): readonly string[] {
  const tools = objectsIn(body['tools'])
  return tools.map(({ type, name, parameters, strict }, index) => {
    if (type !== 'function') throw new Violation(`Invalid value: '${type}'.`, { param: `tools[${index}].type` })
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
      throw new Violation(`Missing required parameter: 'tools[${index}].name'.`, { param: `tools[${index}].name` })
    }
    if (strict === true && (!isObject(parameters) || parameters['additionalProperties'] !== false)) {
      const rule = "'additionalProperties' is required to be supplied and to be false."
      throw new Violation(`Invalid schema for function '${name}': In context=(), ${rule}`)
    }
    return name
  })
}

function forcedTool(choice: JsonValue | undefined): string | undefined {
  if (choice === undefined || ['auto', 'none', 'required'].includes(String(choice))) return undefined
  if (!isObject(choice) || choice['type'] !== 'function' || typeof choice['name'] !== 'string') {
    throw new Violation("Invalid value for 'tool_choice'.", { param: 'tool_choice' })
  }
  return choice['name']
}

function checkFormat(text: JsonValue | undefined): boolean {
  const format = isObject(text) ? text['format'] : undefined
  if (!isObject(format) || format['type'] === 'text') return false
  if (format['type'] === 'json_object') return true
  if (format['type'] !== 'json_schema' || typeof format['name'] !== 'string' || !isObject(format['schema'])) {
    throw new Violation("Missing required parameter: 'text.format.name'.", { param: 'text.format.name' })
  }
  return true
}
