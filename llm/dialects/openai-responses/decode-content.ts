import type { AssistantPart, ItemExtras, Part, Source } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { type Fields, fieldsOf, malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { CACHE_MARKERS, cacheMarker } from '../shared/cache-marker.js'
import { sourceOf } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { NAME } from './name.js'

/** What `value`, if any, is kept as beside a part, a message or a block. */
export function itemExtras(fields: JsonObject): { readonly extras?: ItemExtras } {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return said.length === 0 ? {} : { extras: { dialect: NAME, fields: Object.fromEntries(said) } }
}

type TextPart = Extract<Part, { type: 'text' }>
type Spoken = Extract<Part | AssistantPart, { type: 'text' | 'refusal' }>

/** Units that a part takes. */
const PART = 5

/** A content that is text as parts: none where it is empty. */
export const textParts = (text: string): readonly TextPart[] => (text === '' ? [] : [{ type: 'text', text }])

/**
 * Reads parts of what a user, a system or a tool's result says, in steps. `path` is the content's own. Parts of a type that the
 * vocabulary has no word for are kept as opaque.
 */
export function* decodeContent(content: JsonValue, path: string, note: Note): Steps<readonly Part[]> {
  if (!isArray(content)) throw malformed(path, 'must be a string or an array of parts')
  return yield* mapInSteps(content, PART, (value, index) => {
    const part = fieldsOf(value, `${path}[${index}]`)
    const read = decodePart(value, part, note)
    if (read.type !== 'opaque') noteRest(part, note)
    return read
  })
}

function decodePart(value: JsonValue, part: Fields, note: Note): Part {
  for (const name of CACHE_MARKERS) part.raw(name)
  const cacheControl = isObject(value) ? cacheMarker(value) : undefined
  switch (part.required('type', part.string('type'))) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return defined({ type: 'text', text: part.required('text', part.string('text')), cacheControl })
    case 'input_image':
      return defined({ type: 'image', source: imageSource(part), detail: part.string('detail'), cacheControl })
    case 'input_file': {
      const name = part.string('filename')
      return defined({ type: 'file', source: fileSource(part, name), name, cacheControl })
    }
    case 'input_audio': {
      const audio = part.required('input_audio', part.fields('input_audio'))
      const format = audio.required('format', audio.string('format'))
      const data = audio.required('data', audio.string('data'))
      noteRest(audio, note)
      return { type: 'audio', format, data }
    }
    default:
      return { type: 'opaque', dialect: NAME, value: isObject(value) ? value : {} }
  }
}

/** Reads parts of what an assistant said, `output_text` and `refusal`, in steps. */
export function* decodeSpoken(content: JsonValue, path: string): Steps<readonly Spoken[]> {
  if (!isArray(content)) throw malformed(path, 'must be a string or an array of parts')
  return yield* mapInSteps(content, PART, (value, index): Spoken => {
    const part = fieldsOf(value, `${path}[${index}]`)
    switch (part.required('type', part.string('type'))) {
      case 'output_text':
      case 'input_text':
      case 'text': {
        const text = part.required('text', part.string('text'))
        const annotations = part.array('annotations') ?? []
        return { type: 'text', text, ...itemExtras(annotations.length === 0 ? {} : { annotations }) }
      }
      case 'refusal':
        return { type: 'refusal', text: part.required('refusal', part.string('refusal')) }
      default:
        throw malformed(part.at('type'), 'must be one of output_text, refusal')
    }
  })
}

function imageSource(part: Fields): Source {
  const id = part.string('file_id')
  if (id !== undefined) return { kind: 'file-id', id }
  return sourceOf(part.required('image_url', part.string('image_url')))
}

function fileSource(part: Fields, name: string | undefined): Source {
  const id = part.string('file_id')
  if (id !== undefined) return { kind: 'file-id', id }
  const url = part.string('file_url')
  if (url !== undefined) return sourceOf(url)
  const data = part.required('file_data', part.string('file_data'))
  if (/^(data:|https?:)/i.test(data)) return sourceOf(data)
  // Bare base64: only the name can say what it is.
  const pdf = name === undefined || name.toLowerCase().endsWith('.pdf')
  return { kind: 'data', mediaType: pdf ? 'application/pdf' : 'application/octet-stream', data }
}
