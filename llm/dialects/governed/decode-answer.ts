import type { ChatEvent } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, parseJson } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { errorInAnswer } from '../openai-chat/errors.js'
import { isArray } from '../shared/arrays.js'
import type { GovernedApi } from './governed-api.js'
import { usageIn } from './usage.js'

/**
 * Reads of an answer what settlement needs: usage, generated text (transcripts), an error inside a 200. A piece of sound or
 * picture is a frame without data. One that was cut ends with an `error`.
 */
export function decodeAnswer(answer: GovernedApi['answer']): Transform<Frame, ChatEvent> {
  let state: 'before' | 'within' | 'after' = 'before'

  const begin = (kind: 'text' | 'opaque'): readonly ChatEvent[] => {
    if (state !== 'before') return []
    state = 'within'
    const start = kind === 'text' ? ({ kind } as const) : ({ kind, dialect: '', value: {} } as const)
    return [
      { type: 'start', id: '', model: '' },
      { type: 'block-start', choice: 0, block: 0, start },
    ]
  }
  const fail = (error: GatewayError): readonly ChatEvent[] => {
    state = 'after'
    return [{ type: 'error', error }]
  }
  const read = (value: JsonObject): readonly ChatEvent[] => {
    if (saysError(value)) return fail(errorInAnswer(value))
    const text = textIn(value)
    const usage = usageIn(value)
    return [
      ...begin(text === undefined ? 'opaque' : 'text'),
      ...(text === undefined ? [] : [{ type: 'delta', choice: 0, block: 0, text } as const]),
      ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
    ]
  }
  const end = (): readonly ChatEvent[] => {
    state = 'after'
    return [{ type: 'end' }]
  }

  const whole = ({ data }: Frame): readonly ChatEvent[] => {
    const value = parseJson(data)
    if (isObject(value)) {
      const events = read(value)
      return state === 'after' ? events : [...events, ...end()]
    }
    if (answer === 'json') return fail(new GatewayError('upstream_error', 'the provider sent an unreadable answer'))
    return [...begin('text'), { type: 'delta', choice: 0, block: 0, text: data }, ...end()]
  }

  return {
    push(frame) {
      if (state === 'after') return []
      if (frame.data === '') return frame.type === 'body' && frame.raw?.length ? begin('opaque') : []
      if (frame.type === 'body') return whole(frame)
      if (frame.data === '[DONE]') return [...begin('opaque'), ...end()]
      const value = parseJson(frame.data)
      return isObject(value) ? read(value) : begin('opaque')
    },
    end(how) {
      if (state === 'after') return []
      if (how === 'complete' && state === 'within') return end()
      const why = state === 'before' ? 'the provider sent no answer' : "the provider's answer ended early"
      return fail(new GatewayError('upstream_error', why))
    },
  }
}

/** What a transcript adds: whole, as OpenAI's event, or as a chunk of a chat, as some servers send it. */
function textIn(value: JsonObject): string | undefined {
  const { type, delta, text, choices } = value
  if (type === 'transcript.text.delta') return typeof delta === 'string' ? delta : undefined
  if (type === undefined && typeof text === 'string') return text
  const first = isArray(choices) ? choices[0] : undefined
  const content = isObject(first) && isObject(first['delta']) ? first['delta']['content'] : undefined
  return typeof content === 'string' ? content : undefined
}

function saysError({ error, type }: JsonObject): boolean {
  if (type === 'error') return true
  return isObject(error) ? Object.keys(error).length > 0 : typeof error === 'string' && error !== ''
}
