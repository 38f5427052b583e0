import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { FakeCall, FakeReply } from './fake-service.js'

export const OPENAI_KEY = 'sk-moderation'

const CATEGORIES = ['harassment', 'hate', 'hate/threatening', 'illicit', 'self-harm', 'sexual', 'violence']
const MODELS: readonly JsonValue[] = ['omni-moderation-latest', 'omni-moderation-2024-09-26', 'text-moderation-stable']
/** Words that score, whatever stands around them; from .5 on they are flagged. */
const WORDS: readonly (readonly [word: string, category: string, score: number])[] = [
  ['rude', 'harassment', 0.4],
  ['hateful', 'hate', 0.95],
  ['violent', 'violence', 0.8],
]

/** https://platform.openai.com/docs/api-reference/moderations/create, for texts. */
export function openaiModeration(call: FakeCall): FakeReply {
  if (call.method !== 'POST' || call.path !== '/v1/moderations') return refused(404, 'unknown_url')
  if (call.headers.authorization !== `Bearer ${OPENAI_KEY}`) return refused(401, 'invalid_api_key')
  if (call.headers['content-type'] !== 'application/json') return refused(400, 'invalid_content_type')
  const body: JsonValue = JSON.parse(call.body)
  if (!isObject(body) || Object.keys(body).some((key) => !['model', 'input'].includes(key))) {
    return refused(400, 'unknown_parameter')
  }
  const { model = 'omni-moderation-latest', input } = body
  if (!MODELS.includes(model)) return refused(404, 'model_not_found')
  const texts = typeof input === 'string' ? [input] : input
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > 32) return refused(400, 'invalid_input')
  if (!texts.every((text) => typeof text === 'string' && text !== '')) return refused(400, 'invalid_input')
  return { status: 200, body: { id: 'modr-1', model, results: texts.map((text) => resultOf(String(text))) } }
}

function resultOf(text: string): JsonObject {
  const scores = CATEGORIES.map((name) => {
    const found = WORDS.filter(([word, category]) => category === name && text.includes(word))
    return [name, Math.max(0.001, ...found.map(([, , score]) => score))] as const
  })
  const flags = scores.map(([name, score]) => [name, name === 'illicit' ? null : score >= 0.5] as const)
  return {
    flagged: flags.some(([, flag]) => flag === true),
    categories: Object.fromEntries(flags),
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(CATEGORIES.map((name) => [name, ['text']])),
  }
}

function refused(status: number, code: string): FakeReply {
  const message = 'Incorrect API key provided: sk-moder*tion, or something else that nobody should repeat.'
  return { status, body: { error: { message, type: 'invalid_request_error', param: null, code } } }
}
