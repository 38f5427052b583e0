import type { AssistantPart, Part } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { sourceOf } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import { NAME } from './name.js'

/** What an assistant's content holds. */
export type AssistantParts = readonly (Part | AssistantPart)[]

/** Reads a `content`: text, or a list of parts. Absent and empty text are no parts. Unknown parts are kept as opaque. */
export function decodeContent(content: JsonValue | undefined, path: string): readonly Part[] {
  return typeof content === 'string' ? textOf(content) : entriesOf(content, path).map(decodePart)
}

/** The same for an assistant, who may also think. */
export function decodeAssistantContent(content: JsonValue | undefined, path: string): AssistantParts {
  if (typeof content === 'string') return textOf(content)
  return entriesOf(content, path).map((entry) => {
    if (entry.value.type !== 'thinking') return decodePart(entry)
    return { type: 'reasoning', text: entry.fields.required('thinking', entry.fields.string('thinking')) }
  })
}

const textOf = (text: string): readonly Part[] => (text === '' ? [] : [{ type: 'text', text }])

interface Entry {
  readonly fields: Fields
  readonly value: JsonObject
}

function entriesOf(content: JsonValue | undefined, path: string): readonly Entry[] {
  if (content === undefined) return []
  if (!isArray(content)) throw malformed(path, 'must be a string or an array of parts')
  return content.map((value, index) => ({
    fields: fieldsOf(value, `${path}[${index}]`),
    value: isObject(value) ? value : {},
  }))
}

function decodePart({ fields: part, value }: Entry): Part {
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
      return documentPart(part.required('document', part.object('document')))
    default:
      return { type: 'opaque', dialect: NAME, value }
  }
}

/** A document is text to every other dialect: what it says, or the members that say it. */
function documentPart(document: JsonObject): Part {
  return { type: 'text', text: documentText(document), extras: { dialect: NAME, fields: { document } } }
}

/** The text that stands for a document. */
export function documentText({ data }: JsonObject): string {
  return typeof data === 'string' ? data : JSON.stringify(data ?? {})
}
