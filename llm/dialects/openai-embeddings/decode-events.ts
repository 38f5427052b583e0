import type { ChatEvent } from '../../../core/chat.js'
import type { GatewayError } from '../../../core/errors.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import type { Frame } from '../../../core/provider.js'
import type { Transform } from '../../../core/transform.js'
import { bodyReader, countIn, type Embedded, embedded, textIn } from '../embeddings/body-reader.js'
import { readVector } from '../embeddings/vector.js'
import { errorInAnswer } from '../openai-chat/errors.js'
import { isArray } from '../shared/arrays.js'

/** Reads `{data: [{index, embedding}], model, usage}`. Not every server numbers its vectors; Voyage counts in a total only. */
export function decodeEvents(): Transform<Frame, ChatEvent> {
  return bodyReader(read)
}

function read(body: JsonObject): Embedded | GatewayError {
  const { error, id, model, data } = body
  if (error !== undefined && error !== null) return errorInAnswer(body)
  const usage = isObject(body.usage) ? body.usage : {}
  return embedded(isArray(data) ? data.flatMap(entry) : undefined, {
    id: textIn(id),
    model: textIn(model),
    promptTokens: countIn(usage.prompt_tokens) ?? countIn(usage.total_tokens),
  })
}

function entry(value: JsonObject[string], place: number): Embedded['vectors'] {
  if (!isObject(value)) return []
  const vector = readVector(value.embedding)
  return vector ? [[countIn(value.index) ?? place, vector]] : []
}
