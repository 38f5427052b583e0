import { APIError } from 'openai'
import { isObject } from '../../../core/json.js'
import type { AnswerError } from '../answer-shape.js'
import { stringAt } from './members.js'

/** What OpenAI's client threw. It raises the error event of a stream without a status. */
export function openaiError(error: unknown, when: 'at once' | 'in a stream'): AnswerError {
  if (!(error instanceof APIError)) return { status: null, message: String(error), inStream: false }
  const body: unknown = error.error
  const message = isObject(body) ? stringAt(body, 'message') : null
  return { status: error.status ?? null, message: message ?? error.message, inStream: when === 'in a stream' }
}
