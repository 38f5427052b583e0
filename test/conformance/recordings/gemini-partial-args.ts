import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Call } from '../answer-shape.js'
import { listAt, stringAt } from './members.js'

/**
 * Joins function calls that Vertex AI streams in pieces (`streamFunctionCallArguments`), which its client leaves to the
 * application: the first piece has the name, later ones values at paths (`$.a.b[0]`), of which texts may go on
 * (https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#stream-function-call-arguments).
 */
export function partialCalls(pieces: readonly JsonObject[]): readonly Call[] {
  const calls: { name: string; args: JsonObject }[] = []
  for (const piece of pieces) {
    const name = stringAt(piece, 'name')
    if (name !== null && name !== '') calls.push({ name, args: isObject(piece['args']) ? piece['args'] : {} })
    const call = calls.at(-1)
    if (!call) continue
    for (const value of listAt(piece, 'partialArgs')) {
      call.args = withValue(call.args, stepsOf(stringAt(value, 'jsonPath') ?? '$'), value) as JsonObject
    }
  }
  return calls.map(({ name, args }) => ({ kind: 'function', name, arguments: JSON.stringify(args) }))
}

type Step = string | number

const stepsOf = (path: string): readonly Step[] =>
  [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]/g)].map(([, name, index, quoted]) =>
    index === undefined ? (name ?? quoted ?? '') : Number(index),
  )

function withValue(into: JsonValue | undefined, [step, ...rest]: readonly Step[], piece: JsonObject): JsonValue {
  if (step === undefined) return pieceValue(into, piece)
  if (typeof step === 'number') {
    const list = Array.isArray(into) ? [...into] : []
    list[step] = withValue(list[step], rest, piece)
    return list
  }
  const object = isObject(into) ? into : {}
  return { ...object, [step]: withValue(object[step], rest, piece) }
}

function pieceValue(before: JsonValue | undefined, piece: JsonObject): JsonValue {
  const text = stringAt(piece, 'stringValue')
  if (text !== null) return typeof before === 'string' ? before + text : text
  return piece['numberValue'] ?? piece['boolValue'] ?? (piece['nullValue'] !== undefined ? null : (before ?? ''))
}
