import type { ChatEvent, ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../../core/json.js'
import type { Dialect, Frame } from '../../core/provider.js'
import type { Transform } from '../../core/transform.js'
import { atOnce } from '../../core/turns.js'

/** What tells one API that counts prompts from another. */
export interface CountingApi {
  readonly name: string
  /** The member of its answer that has the number of tokens. */
  readonly member: string
  /** The API whose requests it counts, and whose errors it has. */
  readonly of: Dialect
  decodeInSteps: NonNullable<Dialect['decodeInSteps']>
  patchRequest(body: JsonObject, model: string): Readonly<Record<string, JsonValue>>
}

/**
 * A dialect of an API that counts a prompt's tokens and generates nothing. Its answers are passed on, and never charged; it
 * writes one itself where the gateway has counted.
 */
export function countingDialect({ name, member, of, decodeInSteps, patchRequest }: CountingApi): Dialect {
  return {
    name,
    task: 'alone',
    decodeRequest: (body, place) => counted(atOnce(decodeInSteps(body, place))),
    *decodeInSteps(body, place) {
      return counted(yield* decodeInSteps(body, place))
    },
    contentOf: of.contentOf,
    sourceOf: of.sourceOf,
    encodeRequest: () => {
      throw new GatewayError('internal_error', 'A request to count tokens goes only to targets that count them.')
    },
    patchRequest,
    decodeEvents: () => decodeCount(member, of),
    encodeEvents: () => encodeCount(member),
    hideUsage: (frame) => frame,
    mustRead: () => true,
    decodeError: of.decodeError,
    encodeError: of.encodeError,
    encodeStreamError: of.encodeStreamError,
  }
}

function counted(request: ChatRequest): ChatRequest {
  return { ...request, maxOutputTokens: 0, n: 1, stream: false }
}

/** What is counted is no usage, so none is reported. */
function decodeCount(member: string, of: Dialect): Transform<Frame, ChatEvent> {
  let over = false
  const read = (frame: Frame): readonly ChatEvent[] => {
    const value = parseJson(frame.data)
    if (isObject(value) && typeof value[member] === 'number') return [{ type: 'end' }]
    // An error inside a 200 is the provider's, whatever its form.
    const error = isObject(value) && value['error'] !== undefined ? of.decodeError(500, frame.data) : unreadable()
    return [{ type: 'error', error }]
  }
  return {
    push(frame) {
      if (over) return []
      over = true
      return read(frame)
    },
    end() {
      if (over) return []
      over = true
      return [{ type: 'error', error: unreadable() }]
    },
  }
}

function encodeCount(member: string): Transform<ChatEvent, Frame> {
  let tokens = 0
  return {
    push(event) {
      if (event.type === 'usage') tokens = event.usage.prompt ?? tokens
      return event.type === 'end' ? [{ type: 'body', data: JSON.stringify({ [member]: tokens }) }] : []
    },
    end: () => [],
  }
}

const unreadable = () => new GatewayError('upstream_error', 'the provider sent no count of tokens')
