import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import type { RequestPlace } from '../../../core/provider.js'
import { atOnce, type Steps } from '../../../core/turns.js'
import { malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { decodeContents, decodeSystem } from './decode-contents.js'
import { decodeGeneration } from './decode-generation.js'
import { decodeToolChoice, decodeTools, webSearchOf } from './decode-tools.js'
import { NAME } from './name.js'
import { wireFields } from './wire-fields.js'

/**
 * Reads the body of `generateContent` and `streamGenerateContent`; the model, and whether it is a stream, stand in the path.
 * Members may be in camelCase or snake_case. What the vocabulary has no word for goes to `extras` under its path
 * (`generationConfig.speechConfig`).
 */
export const decodeRequest = (body: JsonObject, place?: RequestPlace): ChatRequest => atOnce(decodeInSteps(body, place))

/** The same in steps. */
export function* decodeInSteps(body: JsonObject, place: RequestPlace = {}): Steps<ChatRequest> {
  const fields = wireFields(body, '')
  const noted = new Map<string, JsonValue>()
  const note: Note = (path, value) => {
    if (value !== null && value !== undefined) noted.set(path, value)
  }
  const inBody = fields.string('model')
  const model = (place.model ?? inBody)?.replace(/^models\//, '')
  if (model === undefined || model === '') throw malformed('model', 'is required')
  const tools = yield* decodeTools(fields, note)
  const request = {
    model,
    messages: [...(yield* decodeSystem(fields, note)), ...(yield* decodeContents(fields, note))],
    tools,
    toolChoice: decodeToolChoice(fields, note),
    ...webSearchOf(tools),
    ...(yield* decodeGeneration(fields, note)),
    serviceTier: tierOf(fields.string('serviceTier')),
    stream: place.stream ?? false,
    includeUsage: true,
  }
  noteRest(fields, note)
  return defined({ ...request, extras: { dialect: NAME, fields: noted } })
}

/** OpenAI's service tiers are the vocabulary. */
function tierOf(tier: string | undefined): string | undefined {
  const word = tier?.toLowerCase()
  if (word === 'unspecified') return undefined
  return word === 'standard' ? 'default' : word
}
