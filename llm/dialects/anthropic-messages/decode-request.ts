import type { ChatRequest, Message, Reasoning, ResponseFormat } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { atOnce, mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { wordsAt } from '../shared/words.js'
import { BLOCK, blocksAt } from './blocks.js'
import { decodeMessages, decodeText } from './decode-messages.js'
import { decodeToolChoice, decodeTools, webSearchOf } from './decode-tools.js'
import { DIALECT, tierAsked } from './words.js'

/**
 * Reads a Messages request. `system` becomes a leading system message, tool results become tool messages where they
 * stood. What the vocabulary has no word for goes to `extras` under its path (`tools[0].defer_loading`).
 */
export const decodeRequest = (body: JsonObject): ChatRequest => atOnce(decodeInSteps(body))

/** The same in steps. */
export function* decodeInSteps(body: JsonObject): Steps<ChatRequest> {
  const fields = fieldsOf(body, '')
  const noted = new Map<string, JsonValue>()
  const note: Note = (path, value) => {
    if (value !== null && value !== undefined) noted.set(path, value)
  }

  const maxOutputTokens = fields.required('max_tokens', fields.integer('max_tokens', 0))
  const model = fields.required('model', fields.string('model'))
  const system = yield* decodeSystem(fields, note)
  const messages = [...system, ...(yield* decodeMessages(fields, note))]
  const tools = yield* decodeTools(fields, note)
  const request = {
    model,
    messages,
    tools,
    ...decodeToolChoice(fields, note),
    ...webSearchOf(tools),
    maxOutputTokens,
    ...optional('temperature', fields.number('temperature', 0, 1)),
    ...optional('topP', fields.number('top_p', 0, 1)),
    ...optional('topK', fields.integer('top_k', 0)),
    stop: decodeStop(fields),
    n: 1,
    ...decodeOutput(fields, note),
    ...optional('user', decodeUser(fields, note)),
    ...optional('serviceTier', mapped(fields.string('service_tier'), tierAsked)),
    stream: fields.boolean('stream') ?? false,
    includeUsage: true,
  }
  noteRest(fields, note)
  return { ...request, extras: { dialect: DIALECT, fields: noted } }
}

function* decodeSystem(fields: Fields, note: Note): Steps<readonly Message[]> {
  const blocks = yield* blocksAt(fields, 'system')
  const content = yield* mapInSteps(blocks, BLOCK, (block) => decodeText(block, note))
  return content.length === 0 ? [] : [{ role: 'system', content }]
}

function decodeStop(fields: Fields): readonly string[] {
  return wordsAt(fields.array('stop_sequences') ?? [], 'stop_sequences')
}

function decodeUser(fields: Fields, note: Note): string | undefined {
  const metadata = fields.fields('metadata')
  if (metadata === undefined) return undefined
  const user = metadata.string('user_id')
  noteRest(metadata, note)
  return user
}

/** `thinking`, `output_config` and its beta predecessor `output_format`. */
function decodeOutput(
  fields: Fields,
  note: Note,
): { readonly reasoning?: Reasoning; readonly responseFormat?: ResponseFormat } {
  const config = fields.fields('output_config')
  const effort = config?.string('effort')
  const format = config?.fields('format') ?? fields.fields('output_format')
  const reasoning = { ...decodeThinking(fields, note), ...optional('effort', effort) }
  const responseFormat = format === undefined ? undefined : decodeFormat(format, note)
  if (config !== undefined) noteRest(config, note)
  return {
    ...(Object.keys(reasoning).length === 0 ? {} : { reasoning }),
    ...optional('responseFormat', responseFormat),
  }
}

function decodeThinking(fields: Fields, note: Note): Reasoning {
  const thinking = fields.fields('thinking')
  if (thinking === undefined) return {}
  const type = thinking.required('type', thinking.string('type'))
  const budgetTokens = thinking.integer('budget_tokens', 1)
  noteRest(thinking, note)
  switch (type) {
    case 'enabled':
      return { mode: 'on', budgetTokens: thinking.required('budget_tokens', budgetTokens) }
    case 'disabled':
      return { mode: 'off' }
    case 'adaptive':
      return { mode: 'adaptive' }
    case 'between_tools':
      // The least thinking that some models can be set to; elsewhere that is none.
      note(thinking.at('type'), type)
      return { mode: 'off' }
    default:
      note(thinking.at('type'), type)
      return {}
  }
}

function decodeFormat(format: Fields, note: Note): ResponseFormat | undefined {
  const type = format.required('type', format.string('type'))
  const schema = format.object('schema')
  if (type !== 'json_schema') {
    note(format.path, type)
    return undefined
  }
  noteRest(format, note)
  // This API does not name its schemas; other dialects want a name.
  return { type: 'json-schema', name: 'output', schema: format.required('schema', schema), strict: true }
}

const mapped = <T, R>(value: T | undefined, map: (value: T) => R): R | undefined =>
  value === undefined ? undefined : map(value)
