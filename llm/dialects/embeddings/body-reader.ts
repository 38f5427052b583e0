import type { ChatEvent, Vector } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonIn } from '../../../core/long-answer.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { isArray } from '../shared/arrays.js'
import { readVector } from './vector.js'

/** What an answer says, whatever its format. */
export interface Embedded {
  readonly id?: string | undefined
  readonly model?: string | undefined
  /** By the input's index; what could not be read is missing. */
  readonly vectors: readonly (readonly [index: number, vector: Vector])[]
  /** Tokens of all inputs. Undefined, and 0 for servers that do not count, mean that nothing was reported. */
  readonly promptTokens?: number | undefined
}

/** Reads an answer, which is always one body, whatever comes after it; `read` gives what it says, or the error that it is. */
export function bodyReader(read: (body: JsonObject) => Embedded | GatewayError): Transform<Frame, ChatEvent> {
  let state: 'before' | 'after' = 'before'
  return {
    push(frame) {
      if (state === 'after') return []
      state = 'after'
      const body = parsed(frame)
      const said = isObject(body) ? read(body) : new GatewayError('upstream_error', UNREADABLE)
      return said instanceof GatewayError ? [{ type: 'error', error: said }] : eventsOf(said)
    },
    end: () => [],
  }
}

const UNREADABLE = 'The provider sent an answer that holds no embeddings.'

/** The vectors of a list in the order of the inputs; undefined where it is no list. */
export function vectorsIn(value: JsonValue | undefined): Embedded['vectors'] | undefined {
  if (!isArray(value)) return undefined
  return value.flatMap((entry, index) => {
    const vector = readVector(entry)
    return vector ? [[index, vector] as const] : []
  })
}

/** What `read` returns: an answer without a list of vectors is none. */
export function embedded(
  vectors: Embedded['vectors'] | undefined,
  rest: Omit<Embedded, 'vectors'>,
): Embedded | GatewayError {
  return vectors ? { ...rest, vectors } : new GatewayError('upstream_error', UNREADABLE)
}

/** A reported number of tokens; undefined for anything else. */
export function countIn(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** A text; undefined for anything else. */
export function textIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function eventsOf({ id, model, vectors, promptTokens }: Embedded): readonly ChatEvent[] {
  const counted = promptTokens === undefined || promptTokens === 0 ? {} : { prompt: promptTokens }
  return [
    { type: 'start', id: id ?? '', model: model ?? '' },
    ...vectors.map(([index, vector]) => ({ type: 'embedding', index, vector }) as const),
    { type: 'usage', usage: { ...counted, completion: 0 } },
    { type: 'end' },
  ]
}

function parsed(frame: Frame): JsonValue | undefined {
  try {
    return jsonIn(frame)
  } catch {
    return undefined
  }
}
