import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { checkAnthropicMessages, textOf } from './anthropic-messages.js'
import { objectsIn } from './objects-in.js'
import { imageIn, type KnownCall, type Understood } from './understood.js'
import { Violation } from './violation.js'

/** Where the Messages API stands: Anthropic's own, Vertex AI's or Bedrock's; the model is in the body or in the path. */
export type AnthropicSurface = 'own' | 'vertex' | 'bedrock'

/** The request body's members: https://docs.anthropic.com/en/api/messages */
const MEMBERS: readonly string[] = [
  ...['messages', 'max_tokens', 'system', 'metadata', 'stop_sequences', 'temperature', 'top_k', 'top_p', 'thinking'],
  ...['tools', 'tool_choice', 'container', 'context_management', 'mcp_servers', 'output_config', 'output_format'],
  ...['cache_control', 'inference_geo'],
]

const OF_SURFACE: Readonly<Record<AnthropicSurface, readonly string[]>> = {
  own: ['model', 'stream', 'service_tier'],
  // https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude
  vertex: ['anthropic_version', 'stream'],
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
  bedrock: ['anthropic_version', 'anthropic_beta'],
}

/** Reads a Messages request as its vendor would. `stream` is what the path says of it. Throws a `Violation`. */
export function checkAnthropic(body: JsonObject, surface: AnthropicSurface, stream?: boolean): Understood {
  checkMembers(body, surface)
  const messages = objectsIn(body['messages'])
  checkAnthropicMessages(messages)
  const tools = checkTools(body)
  const format = objectAt(objectAt(body, 'output_config'), 'format')
  const last = messages.at(-1)
  const spoken = messages.findLast((message) => message['role'] === 'user' && textOf(message['content']) !== '')
  const blocks = objectsIn(last?.['content'])
  const calls = callsOf(messages)
  return {
    tools,
    stream: stream ?? body['stream'] === true,
    system: textOf(body['system']),
    text: textOf(spoken?.['content']),
    images: blocks.flatMap((block) => {
      const source = objectAt(block, 'source')
      return block['type'] === 'image' ? [imageIn(String(source['media_type']), String(source['data'] ?? ''))] : []
    }),
    results: blocks
      .filter((block) => block['type'] === 'tool_result')
      .map((block) => ({
        args: calls.find(({ id }) => id === block['tool_use_id'])?.args ?? {},
        text: textOf(block['content']),
      })),
    forced: forcedTool(body['tool_choice']),
    json: format['type'] === 'json_schema' || objectAt(body, 'output_format')['type'] === 'json_schema',
    stop: stopsOf(body['stop_sequences']),
  }
}

function checkMembers(body: JsonObject, surface: AnthropicSurface): void {
  for (const name of Object.keys(body)) {
    if (MEMBERS.includes(name) || OF_SURFACE[surface].includes(name)) continue
    throw surface === 'bedrock'
      ? new Violation(
          `Malformed input request: #: extraneous key [${name}] is not permitted, please reformat your input and try again.`,
        )
      : new Violation(`${name}: Extra inputs are not permitted`)
  }
  if (surface === 'own' && typeof body['model'] !== 'string') throw new Violation('model: Field required')
  const version = { own: undefined, vertex: 'vertex-2023-10-16', bedrock: 'bedrock-2023-05-31' }[surface]
  if (body['anthropic_version'] !== version) throw new Violation(`anthropic_version: Input should be '${version}'`)
  const { max_tokens: cap, temperature } = body
  if (cap === undefined) throw new Violation('max_tokens: Field required')
  if (!Number.isInteger(cap) || Number(cap) < 1)
    throw new Violation('max_tokens: Input should be greater than or equal to 1')
  if (temperature !== undefined && !(Number(temperature) >= 0 && Number(temperature) <= 1)) {
    throw new Violation('temperature: range: 0..1')
  }
  const thinking = objectAt(body, 'thinking')
  const budget = Number(thinking['budget_tokens'])
  if (thinking['type'] !== 'enabled') return
  if (!(budget >= 1024))
    throw new Violation('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  if (budget >= Number(cap)) throw new Violation('`max_tokens` must be greater than `thinking.budget_tokens`.')
  if (['any', 'tool'].includes(String(objectAt(body, 'tool_choice')['type']))) {
    throw new Violation('Thinking may not be enabled when tool_choice forces tool use.')
  }
}

function checkTools(body: JsonObject): readonly string[] {
  const tools = objectsIn(body['tools'])
  if (body['tool_choice'] !== undefined && tools.length === 0) {
    throw new Violation('tool_choice may only be specified while providing tools')
  }
  return tools.map((tool, index) => {
    const { name, input_schema: schema } = tool
    for (const member of Object.keys(tool)) {
      if (!TOOL_MEMBERS.includes(member))
        throw new Violation(`tools.${index}.custom.${member}: Extra inputs are not permitted`)
    }
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      throw new Violation(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`)
    }
    if (!isObject(schema) || schema['type'] !== 'object') {
      throw new Violation(`tools.${index}.custom.input_schema.type: Field required`)
    }
    return name
  })
}

const TOOL_MEMBERS: readonly string[] = [
  ...['name', 'description', 'input_schema', 'type', 'cache_control', 'strict', 'defer_loading', 'allowed_callers'],
  ...['eager_input_streaming', 'input_examples'],
]

function forcedTool(choice: JsonValue | undefined): string | undefined {
  if (choice === undefined) return undefined
  const type = isObject(choice) ? choice['type'] : undefined
  if (!['auto', 'any', 'tool', 'none'].includes(String(type)))
    throw new Violation('tool_choice: Input tag does not match')
  return isObject(choice) && type === 'tool' ? String(choice['name']) : undefined
}

function stopsOf(value: JsonValue | undefined): readonly string[] {
  const stops = Array.isArray(value) ? value.map(String) : []
  if (stops.some((stop) => stop.trim() === '')) {
    throw new Violation('stop_sequences: each stop sequence must contain non-whitespace')
  }
  return stops
}

const callsOf = (messages: readonly JsonObject[]): readonly KnownCall[] =>
  messages
    .flatMap(({ content }) => objectsIn(content))
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, input }) => ({ id: String(id), args: isObject(input) ? input : {} }))

function objectAt(object: JsonObject, name: string): JsonObject {
  const member = object[name]
  return isObject(member) ? member : {}
}
