import type { AssistantPart, Part, ToolMessage } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, malformed } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import type { CallIds } from './call-ids.js'
import { decodeMedia } from './decode-media.js'
import { resultOf } from './function-response.js'
import { listOf, member } from './members.js'
import { NAME } from './name.js'
import { readSignature } from './signature.js'
import { wireFields, wireFieldsAt } from './wire-fields.js'

type Reasoning = Extract<AssistantPart, { type: 'reasoning' }>

/** What the parts of one content are read with. */
export interface PartContext {
  readonly calls: CallIds
  readonly note: Note
}

/** What only this dialect has a word for, beside what a later API version may add. */
const OPAQUE = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse']

/** Units that a part takes. */
export const PART = 8

/** Reads a part of the model's content, in steps. A signature comes out as reasoning of its own, before the part that it stands on. */
export function* decodeModelPart(
  value: JsonValue,
  path: string,
  place: string,
  context: PartContext,
): Steps<readonly (Part | AssistantPart)[]> {
  const part = wireFields(value, path)
  const { note } = context
  const thought = part.boolean('thought') === true
  const wireSignature = part.string('thoughtSignature')
  const signed = wireSignature === undefined ? undefined : readSignature(wireSignature)
  if (thought || (signed !== undefined && isEmpty(part))) {
    const text = part.string('text') ?? ''
    noteRest(part, note)
    return [{ type: 'reasoning', text, ...signed }]
  }
  const call = wireFieldsAt(part, 'functionCall')
  if (call === undefined && isOpaque(part)) return [opaque(value as JsonObject)]
  const before: readonly Reasoning[] = signed === undefined ? [] : [{ type: 'reasoning', text: '', ...signed }]
  if (call === undefined) return [...before, decodePart(part, value as JsonObject, note)]
  noteRest(part, note)
  return [...before, yield* decodeCall(call, place, context)]
}

/** Reads text and media; opaque where only this dialect has a word for it. */
export function decodePart(part: Fields, value: JsonObject, note: Note): Part {
  const text = part.string('text')
  if (text !== undefined) {
    noteRest(part, note)
    return { type: 'text', text }
  }
  // Frames and clips of a video that stands elsewhere are for this dialect alone.
  if (member(value, 'videoMetadata') !== undefined && member(value, 'fileData') !== undefined) return opaque(value)
  const media = decodeMedia(part, note)
  if (media !== undefined) return media
  if (Object.keys(value).length === 0) throw malformed(part.path, 'must hold text, data or a function call')
  return opaque(value)
}

function* decodeCall(call: Fields, place: string, { calls, note }: PartContext): Steps<AssistantPart> {
  const name = call.required('name', call.string('name'))
  const args = call.object('args') ?? {}
  const id = calls.called(call.string('id'), name, place)
  noteRest(call, note)
  return { type: 'tool-call', id, name, arguments: yield* jsonText(args), kind: 'function' }
}

/** Reads a `functionResponse`, in steps; undefined where no call of the conversation is answered: only this dialect can say that. */
export function* decodeResult(response: Fields, { calls, note }: PartContext): Steps<ToolMessage | undefined> {
  const name = response.required('name', response.string('name'))
  const { text, failed } = yield* resultOf(response.object('response') ?? {})
  const callId = calls.answered(response.string('id'), name)
  if (callId === undefined) return undefined
  const at = response.at('parts')
  const media = yield* mapInSteps(listOf(response.raw('parts')), PART, (value, index) =>
    decodePart(wireFields(value, `${at}[${index}]`), value as JsonObject, note),
  )
  noteRest(response, note)
  return defined<ToolMessage>({ role: 'tool', callId, content: [{ type: 'text', text }, ...media], failed })
}

const opaque = (value: JsonObject): Part => ({ type: 'opaque', dialect: NAME, value })
const isEmpty = (part: Fields) =>
  (part.string('text') ?? '') === '' && DATA.every((name) => part.raw(name) === undefined)
const isOpaque = (part: Fields) => OPAQUE.some((name) => isObject(part.raw(name)))
const DATA = [...OPAQUE, 'inlineData', 'fileData', 'functionCall', 'functionResponse']
