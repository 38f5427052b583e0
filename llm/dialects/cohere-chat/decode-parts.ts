import type { AssistantPart, Part } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { jsonText } from '../../../core/json-writer.js'
import { mapStepwise, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { sourceOf } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import { NAME } from './name.js'

/** What an assistant's content holds. */
export type AssistantParts = readonly (Part | AssistantPart)[]

/** Units that a part takes. */
const PART = 5

/** A `content` that is text as parts: none where it is empty. */
export const textOf = (text: string): readonly Part[] => (text === '' ? [] : [{ type: 'text', text }])

/** Reads a `content` that is a list of parts, in steps; absent it is none. Unknown parts are kept as opaque. */
export function* decodeContent(content: JsonValue | undefined, path: string): Steps<readonly Part[]> {
  return yield* mapStepwise(objectsIn(content, path), PART, (value, index) =>
    decodePart(fieldsOf(value, `${path}[${index}]`), value),
  )
}

/** The same for an assistant, who may also think. */
export function* decodeAssistantContent(content: JsonValue | undefined, path: string): Steps<AssistantParts> {
  return yield* mapStepwise(objectsIn(content, path), PART, function* (value, index): Steps<Part | AssistantPart> {
    const part = fieldsOf(value, `${path}[${index}]`)
    if (value.type !== 'thinking') return yield* decodePart(part, value)
    return { type: 'reasoning', text: part.required('thinking', part.string('thinking')) }
  })
}

/** A part that is none is refused before another that says something wrong. */
function objectsIn(content: JsonValue | undefined, path: string): readonly JsonObject[] {
  if (content === undefined) return []
  if (!isArray(content)) throw malformed(path, 'must be a string or an array of parts')
  const other = content.findIndex((value) => !isObject(value))
  if (other !== -1) throw malformed(`${path}[${other}]`, 'must be an object')
  return content as readonly JsonObject[]
}

function* decodePart(part: Fields, value: JsonObject): Steps<Part> {
  const type = part.required('type', part.string('type'))
  switch (type) {
    case 'text':
      return { type, text: part.required('text', part.string('text')) }
    case 'image_url': {
      const image = part.required('image_url', part.fields('image_url'))
      const source = sourceOf(image.required('url', image.string('url')))
      return defined<Part>({ type: 'image', source, detail: image.string('detail') })
    }
    case 'document':
      return yield* documentPart(part.required('document', part.object('document')))
    default:
      return { type: 'opaque', dialect: NAME, value }
  }
}

/** A document is text to every other dialect: what it says, or the members that say it. */
function* documentPart(document: JsonObject): Steps<Part> {
  return { type: 'text', text: yield* documentText(document), extras: { dialect: NAME, fields: { document } } }
}

/** The text that stands for a document. */
export function* documentText({ data }: JsonObject): Steps<string> {
  return typeof data === 'string' ? data : yield* jsonText(data ?? {})
}
