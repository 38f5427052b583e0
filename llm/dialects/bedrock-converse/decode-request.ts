import type { ChatRequest, ResponseFormat } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { RequestPlace } from '../../../core/provider.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { wordsAt } from '../shared/words.js'
import { decodeMessages, decodeSystem } from './decode-messages.js'
import { decodeModelFields } from './decode-model-fields.js'
import { decodeToolConfig } from './decode-tools.js'
import { bedrockTraitsOf } from './models.js'
import { DIALECT } from './words.js'

/**
 * Reads a Converse or ConverseStream request; the model and which of the two it is stand in its path. `system` becomes a
 * leading system message, tool results become tool messages where they stood. What the vocabulary has no word for goes to
 * `extras` under its path (`guardrailConfig`, `additionalModelRequestFields.seed`).
 */
export function decodeRequest(body: JsonObject, place: RequestPlace = {}): ChatRequest {
  const fields = fieldsOf(body, '')
  const noted = new Map<string, JsonValue>()
  const note: Note = (path, value) => {
    if (value !== null && value !== undefined) noted.set(path, value)
  }

  const model = place.model ?? ''
  const messages = [...decodeSystem(fields, note), ...decodeMessages(fields, note)]
  const request = {
    model,
    messages,
    ...decodeToolConfig(fields, note),
    ...decodeInference(fields, note),
    ...decodeModelFields(fields, bedrockTraitsOf(model), note),
    ...optional('responseFormat', decodeFormat(fields, note)),
    ...optional('serviceTier', decodeTier(fields, note)),
    ...optional('metadata', fields.object('requestMetadata')),
    n: 1,
    stream: place.stream ?? false,
    includeUsage: true,
  }
  noteRest(fields, note)
  return { ...request, extras: { dialect: DIALECT, fields: noted } }
}

function decodeInference(
  fields: Fields,
  note: Note,
): Pick<ChatRequest, 'maxOutputTokens' | 'temperature' | 'topP' | 'stop'> {
  const config = fields.fields('inferenceConfig')
  if (config === undefined) return { stop: [] }
  const read = {
    ...optional('maxOutputTokens', config.integer('maxTokens', 1)),
    ...optional('temperature', config.number('temperature', 0, 1)),
    ...optional('topP', config.number('topP', 0, 1)),
    stop: wordsAt(config.array('stopSequences') ?? [], config.at('stopSequences')),
  }
  noteRest(config, note)
  return read
}

/** `outputConfig.textFormat`, whose schema is JSON text. */
function decodeFormat(fields: Fields, note: Note): ResponseFormat | undefined {
  const config = fields.fields('outputConfig')
  const format = config?.fields('textFormat')
  if (config === undefined || format === undefined) {
    if (config !== undefined) noteRest(config, note)
    return undefined
  }
  format.required('type', format.oneOf('type', ['json_schema']))
  const structure = format.required('structure', format.fields('structure'))
  const json = structure.required('jsonSchema', structure.fields('jsonSchema'))
  const schema = parseSchema(json.required('schema', json.string('schema')), json.at('schema'))
  const read: ResponseFormat = {
    type: 'json-schema',
    // Other dialects want a name.
    name: json.string('name') ?? 'output',
    ...optional('description', json.string('description')),
    schema,
    strict: true,
  }
  for (const each of [json, structure, format, config]) noteRest(each, note)
  return read
}

function parseSchema(text: string, path: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue
    if (isObject(value)) return value
  } catch {
    // Said below; the parser's own words quote the text.
  }
  throw malformed(path, 'must be a JSON object as text')
}

function decodeTier(fields: Fields, note: Note): string | undefined {
  const tier = fields.fields('serviceTier')
  if (tier === undefined) return undefined
  const type = tier.required('type', tier.string('type'))
  noteRest(tier, note)
  return type
}
