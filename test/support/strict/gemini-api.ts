import type { JsonObject } from '../../../core/json.js'
import { sse } from '../answers.js'
import { checkGemini, type GeminiRules } from './gemini-check.js'
import { GEMINI_SIGNATURE } from './gemini-contents.js'
import { USAGE, VENDOR_WORDS } from './script.js'
import { checkEnvelope, type Said, type StrictApi } from './strict-api.js'

/** Google's generateContent below the path of a model: https://ai.google.dev/api/generate-content */
export function geminiApi(path: string, key: string, { surface, model }: Omit<GeminiRules, 'stream'>): StrictApi {
  return {
    read(call) {
      const stream = call.path.includes(':streamGenerateContent')
      const method = stream ? ':streamGenerateContent?alt=sse' : ':generateContent'
      checkEnvelope(call, { path: `${path}${method}`, header: 'x-goog-api-key', value: key })
      return checkGemini(call.body, { surface, model, stream })
    },
    whole: (said) => chunk(partsOf(said), 'STOP'),
    stream(said) {
      const parts = partsOf(said)
      const last = parts.length - 1
      const chunks = parts.map((part, index) => sse(chunk([part], index === last ? 'STOP' : undefined)))
      return said.end === 'complete' ? chunks : [...chunks.slice(0, -1), sse(errorOf(500, VENDOR_WORDS))]
    },
    streamType: 'text/event-stream',
    error: errorOf,
  }
}

function partsOf({ thought, pieces, calls }: Said): readonly JsonObject[] {
  return [
    ...(thought === undefined ? [] : [{ text: thought, thought: true }]),
    ...pieces.map((text) => ({ text })),
    ...calls.map(({ name, args }, index) => ({
      functionCall: { name, args },
      ...(index === 0 && { thoughtSignature: GEMINI_SIGNATURE }),
    })),
  ]
}

/** Google counts anew in every chunk. */
const chunk = (parts: readonly JsonObject[], finishReason: string | undefined): JsonObject => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason !== undefined && { finishReason }) }],
  usageMetadata: {
    promptTokenCount: USAGE.input,
    candidatesTokenCount: USAGE.output,
    totalTokenCount: USAGE.input + USAGE.output,
  },
  modelVersion: 'gemini-test',
  responseId: 'r-1',
})

const STATUSES: Readonly<Record<number, string>> = {
  ...{ 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED' },
}

const errorOf = (code: number, message: string): JsonObject => ({
  error: { code, message, status: STATUSES[code] ?? 'INTERNAL' },
})
