import { ApiError, GoogleGenAI } from '@google/genai'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { gemini } from '../../../llm/dialects/gemini.js'
import { type Answer, type AnswerError, type AnswerUsage, type Call, noAnswer, type Reading } from '../answer-shape.js'
import { CLIENT_TIMEOUT, type ClientPlace, type ConformanceClient } from './client.js'
import { partialCalls } from './gemini-partial-args.js'
import { argumentText, listAt, numberAt, objectAt, stringAt, sumOf } from './members.js'
import { geminiProjection } from './projection.js'

/** The `@google/genai` package's models, with an API key. */
export function geminiClient({ url }: ClientPlace): ConformanceClient {
  const client = new GoogleGenAI({
    apiKey: 'client',
    httpOptions: { baseUrl: url, timeout: CLIENT_TIMEOUT },
  })
  return {
    dialect: gemini,
    projection: geminiProjection,
    async ask(request, { model, stream }) {
      // Members go as they are: the client's own parameters leave out what it does not know.
      const params = { model, contents: 'hi', config: { httpOptions: { extraBody: { ...request } } } }
      try {
        if (!stream) {
          const body = (await client.models.generateContent(params)) as unknown as JsonObject
          return [{ by: 'the body', answer: answerOf([body]) }]
        }
        return [await chunkByChunk(await client.models.generateContentStream(params))]
      } catch (error) {
        return [{ by: 'the client', answer: { ...noAnswer, error: errorOf(error, 'at once') } }]
      }
    },
  }
}

/** What had come before an error is kept. */
async function chunkByChunk(stream: AsyncIterable<unknown>): Promise<Reading> {
  const chunks: JsonObject[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk as JsonObject)
    return { by: 'the chunks', answer: answerOf(chunks) }
  } catch (error) {
    return { by: 'the chunks', answer: { ...answerOf(chunks), error: errorOf(error, 'in a stream') } }
  }
}

/** Adds the chunks of an answer up; a whole body is one chunk. */
function answerOf(chunks: readonly JsonObject[]): Answer {
  const candidates = chunks.flatMap((chunk) => listAt(chunk, 'candidates').filter(({ index }) => (index ?? 0) === 0))
  const parts = candidates.flatMap((candidate) => listAt(objectAt(candidate, 'content'), 'parts'))
  const thoughts = parts.filter((part) => part['thought'] === true)
  const spoken = parts.filter((part) => part['thought'] !== true)
  const usages = chunks.map((chunk) => chunk['usageMetadata']).filter(isObject)
  const blocked = chunks.map((chunk) => stringAt(objectAt(chunk, 'promptFeedback'), 'blockReason'))
  return {
    ...noAnswer,
    text: joined(spoken),
    reasoning: thoughts.length === 0 ? null : joined(thoughts),
    calls: callsIn(spoken),
    finish: last(candidates.map(({ finishReason }) => finishWord(finishReason))) ?? last(blocked),
    usage: usageOf(usages),
  }
}

const joined = (parts: readonly JsonObject[]) => parts.map((part) => stringAt(part, 'text') ?? '').join('')
const last = (words: readonly (string | null)[]) => words.findLast((word) => word !== null) ?? null

function callsIn(parts: readonly JsonObject[]): readonly Call[] {
  const calls = parts.map((part) => part['functionCall']).filter(isObject)
  if (calls.some((call) => call['partialArgs'] !== undefined || call['willContinue'] !== undefined)) {
    return partialCalls(calls)
  }
  return calls.map((call) => ({
    kind: 'function',
    name: stringAt(call, 'name') ?? '',
    arguments: argumentText(call['args']),
  }))
}

/** Google can be asked to send its enumerations as numbers. */
const NUMBERS: readonly string[] = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION']

function finishWord(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return NUMBERS[value] ?? null
  return typeof value === 'string' ? value : null
}

/** Google counts what its own tools brought, and thoughts, apart. Every chunk counts anew. */
function usageOf(usages: readonly JsonObject[]): AnswerUsage | null {
  const usage = usages.at(-1)
  if (usage === undefined) return null
  const reasoning = numberAt(usage, 'thoughtsTokenCount')
  return {
    input: sumOf(numberAt(usage, 'promptTokenCount'), numberAt(usage, 'toolUsePromptTokenCount')),
    cachedInput: numberAt(usage, 'cachedContentTokenCount'),
    cacheWrite: null,
    output: sumOf(numberAt(usage, 'candidatesTokenCount'), reasoning),
    reasoning,
  }
}

/** The client's message is the body of the error. */
function errorOf(error: unknown, when: 'at once' | 'in a stream'): AnswerError {
  if (!(error instanceof ApiError)) return { status: null, message: String(error), inStream: false }
  const inStream = when === 'in a stream'
  const found = /\{[\s\S]*\}/.exec(error.message)
  try {
    const body: unknown = JSON.parse(found?.[0] ?? '')
    const message = isObject(body) ? stringAt(objectAt(body, 'error'), 'message') : null
    return { status: error.status, message: message ?? error.message, inStream }
  } catch {
    return { status: error.status, message: error.message, inStream }
  }
}
