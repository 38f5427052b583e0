import type { ChatRequest, Reasoning, ResponseFormat } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Steps } from '../../../core/turns.js'
import { type Fields, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { wordsAt } from '../shared/words.js'
import { listOf } from './members.js'
import { jsonSchemaOf } from './schema.js'
import { wireFieldsAt } from './wire-fields.js'

type Generation = Pick<
  ChatRequest,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'seed'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'stop'
  | 'n'
  | 'logprobs'
  | 'reasoning'
  | 'responseFormat'
>

/** Reads `generationConfig`, in steps. */
export function* decodeGeneration(fields: Fields, note: Note): Steps<Generation> {
  const config = wireFieldsAt(fields, 'generationConfig')
  if (config === undefined) return { stop: [], n: 1 }
  const generation = defined<Generation>({
    maxOutputTokens: config.integer('maxOutputTokens', 1),
    temperature: config.number('temperature', 0),
    topP: config.number('topP', 0),
    topK: config.number('topK', 0),
    seed: config.integer('seed'),
    frequencyPenalty: config.number('frequencyPenalty'),
    presencePenalty: config.number('presencePenalty'),
    stop: decodeStop(config),
    n: config.integer('candidateCount', 1) ?? 1,
    logprobs: decodeLogprobs(config),
    reasoning: decodeThinking(config, note),
    responseFormat: yield* decodeFormat(config, note),
  })
  // Text alone is what every model answers with unless it is told otherwise.
  const modalities = config.raw('responseModalities')
  if (!isTextAlone(modalities)) note(config.at('responseModalities'), modalities)
  noteRest(config, note)
  return generation
}

const isTextAlone = (modalities: JsonValue | undefined) =>
  Array.isArray(modalities) &&
  modalities.every((word: JsonValue) => typeof word === 'string' && word.toUpperCase() === 'TEXT')

function decodeStop(config: Fields): readonly string[] {
  return wordsAt(listOf(config.raw('stopSequences')), config.at('stopSequences'))
}

function decodeLogprobs(config: Fields): ChatRequest['logprobs'] {
  const wanted = config.boolean('responseLogprobs')
  const top = config.integer('logprobs', 0)
  if (wanted !== true) return undefined
  return top === undefined ? {} : { top }
}

/** A budget of 0 is off, one of -1 leaves it to the model. */
function decodeThinking(config: Fields, note: Note): Reasoning | undefined {
  const thinking = wireFieldsAt(config, 'thinkingConfig')
  if (thinking === undefined) return undefined
  const budget = thinking.integer('thinkingBudget', -1)
  const level = thinking.string('thinkingLevel')?.toLowerCase()
  noteRest(thinking, note)
  const reasoning = defined<Reasoning>({
    effort: level === 'thinking_level_unspecified' ? undefined : level,
    budgetTokens: budget !== undefined && budget > 0 ? budget : undefined,
    mode: budget === 0 ? 'off' : budget === -1 ? 'adaptive' : undefined,
  })
  return Object.keys(reasoning).length === 0 ? undefined : reasoning
}

/** The two forms of a schema mean the same; an output that is an enum's word has no word elsewhere, and is noted. */
function* decodeFormat(config: Fields, note: Note): Steps<ResponseFormat | undefined> {
  const type = config.string('responseMimeType')?.toLowerCase()
  const openApi = schemaAt(config, 'responseSchema')
  const plain = schemaAt(config, 'responseJsonSchema')
  if (type === 'text/x.enum') {
    note(config.at('responseMimeType'), type)
    note(config.at('responseSchema'), openApi)
    return undefined
  }
  const schema = plain ?? (openApi === undefined ? undefined : yield* jsonSchemaOf(openApi))
  // This API does not name its schemas; other dialects want a name.
  if (schema !== undefined) return { type: 'json-schema', name: 'response', schema }
  if (type === undefined) return undefined
  if (type === 'application/json') return { type: 'json' }
  if (type !== 'text/plain') note(config.at('responseMimeType'), type)
  return { type: 'text' }
}

function schemaAt(config: Fields, name: string): JsonObject | undefined {
  const schema = config.raw(name)
  if (schema !== undefined && !isObject(schema)) throw malformed(config.at(name), 'must be an object')
  return schema
}
