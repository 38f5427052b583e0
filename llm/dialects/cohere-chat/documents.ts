import { textInBase64 } from '../../../core/base64-text.js'
import type { ItemExtras, Part } from '../../../core/chat.js'
import { isObject, type JsonObject } from '../../../core/json.js'
import type { Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { documentText } from './decode-parts.js'
import { NAME } from './name.js'

/** Media types whose bytes are text. */
const TEXT = /^(text\/|application\/(json|xml|yaml|x-yaml|csv|javascript|sql)\b)/i

/** Whether a part is a file of text: a document to Cohere's models, which read no other files. */
export function isDocument(part: Part): boolean {
  return part.type === 'file' && part.source.kind === 'data' && TEXT.test(part.source.mediaType)
}

/** A file of text as a document; undefined for any other. */
export function* documentOf(part: Extract<Part, { type: 'file' }>): Steps<JsonObject | undefined> {
  const { source, name } = part
  if (source.kind !== 'data' || !isDocument(part)) return undefined
  return { data: defined({ title: name, text: yield* textInBase64(source.data) }) }
}

/** The document that a text stood in on this wire, if it still says what the text says. */
export function* documentBehind(text: string, extras: ItemExtras | undefined): Steps<JsonObject | undefined> {
  const document = extras?.dialect === NAME ? extras.fields.document : undefined
  return isObject(document) && (yield* documentText(document)) === text ? document : undefined
}
