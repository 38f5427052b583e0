import type { AssistantPart, Part, Source } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { mapInSteps, type Steps } from '../../../core/turns.js'
import { malformed } from '../fields.js'
import { isArray } from '../shared/arrays.js'
import { cacheMarker } from '../shared/cache-marker.js'
import { sourceOf } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import type { Note } from '../shared/note.js'
import { inContent } from './decode-reasoning.js'
import { NAME } from './name.js'
import { thinkingBlock } from './thinking.js'

/**
 * Reads a message's `content`: text, or an array of parts. Absent, null and empty text are no parts. `path` is the
 * content's own. Parts of a type that this vocabulary has no word for are kept as opaque.
 */
export function* decodeContent(content: JsonValue | undefined, path: string, note: Note): Steps<readonly Part[]> {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (content === undefined || content === null) return []
  if (!isArray(content)) throw malformed(path, 'must be a string or an array of parts')
  return yield* mapInSteps(content, PART, (part, index) => decodePart(part, `${path}[${index}]`, note))
}

/** Units that a part takes. */
const PART = 4

/** The same for an assistant's message, which may hold refusal and thinking parts too. */
export function* decodeAssistantContent(
  content: JsonValue | undefined,
  path: string,
  note: Note,
): Steps<readonly (Part | AssistantPart)[]> {
  if (!isArray(content)) return yield* decodeContent(content, path, note)
  return yield* mapInSteps(content, PART, (part, index): Part | AssistantPart => {
    const at = `${path}[${index}]`
    if (isObject(part) && part.type === 'refusal') {
      noteOthers(part, ['type', 'refusal'], at, note)
      return { type: 'refusal', text: string(part.refusal, `${at}.refusal`) }
    }
    const thinking = thinkingBlock(part)
    if (thinking === undefined) return decodePart(part, at, note)
    if (isObject(part)) noteOthers(part, ['type', 'thinking', 'signature', 'data'], at, note)
    return inContent(thinking, isObject(part) && isArray(part.thinking) ? 'chunks' : 'text')
  })
}

/** What every part may hold beside its content. */
const MARKERS = ['type', 'cache_control']

function decodePart(part: JsonValue, at: string, note: Note): Part {
  if (typeof part === 'string') return { type: 'text', text: part }
  if (!isObject(part)) throw malformed(at, 'must be an object')
  const cacheControl = cacheMarker(part)
  switch (part.type) {
    case 'text': {
      const text = string(part.text, `${at}.text`)
      noteOthers(part, [...MARKERS, 'text'], at, note)
      return cacheControl === undefined ? { type: 'text', text } : { type: 'text', text, cacheControl }
    }
    case 'image_url': {
      // Mistral and vLLM also take the bare URL.
      const inner = `${at}.image_url`
      const image = typeof part.image_url === 'string' ? { url: part.image_url } : object(part.image_url, inner)
      const source = sourceOf(string(image.url, `${inner}.url`))
      noteOthers(part, [...MARKERS, 'image_url'], at, note)
      noteOthers(image, ['url', 'detail'], inner, note)
      return defined({ type: 'image', source, detail: optional(image.detail, `${inner}.detail`), cacheControl })
    }
    case 'file': {
      const inner = `${at}.file`
      const file = object(part.file, inner)
      const name = optional(file.filename, `${inner}.filename`)
      noteOthers(part, [...MARKERS, 'file'], at, note)
      noteOthers(file, ['filename', 'file_id', 'file_data'], inner, note)
      return defined({ type: 'file', source: fileSource(file, name, inner), name, cacheControl })
    }
    case 'input_audio': {
      const inner = `${at}.input_audio`
      const audio = object(part.input_audio, inner)
      noteOthers(part, ['type', 'input_audio'], at, note)
      noteOthers(audio, ['format', 'data'], inner, note)
      return {
        type: 'audio',
        format: string(audio.format, `${inner}.format`),
        data: string(audio.data, `${inner}.data`),
      }
    }
    default:
      if (typeof part.type !== 'string') throw malformed(`${at}.type`, 'must be a string')
      return { type: 'opaque', dialect: NAME, value: part }
  }
}

/** Notes the members of `holder` that nobody reads and that say something. */
export function noteOthers(holder: JsonObject, read: readonly string[], path: string, note: Note): void {
  for (const [name, value] of Object.entries(holder)) {
    if (read.includes(name) || value === null || value === undefined || (isArray(value) && value.length === 0)) continue
    note(`${path}.${name}`, value)
  }
}

function fileSource(file: JsonObject, name: string | undefined, at: string): Source {
  const id = optional(file.file_id, `${at}.file_id`)
  if (id !== undefined) return { kind: 'file-id', id }
  const data = string(file.file_data, `${at}.file_data`)
  if (/^(data:|https?:)/i.test(data)) return sourceOf(data)
  // Bare base64: only the name can say what it is.
  const pdf = name === undefined || name.toLowerCase().endsWith('.pdf')
  return { kind: 'data', mediaType: pdf ? 'application/pdf' : 'application/octet-stream', data }
}

function string(value: JsonValue | undefined, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'must be a string')
  return value
}

function optional(value: JsonValue | undefined, path: string): string | undefined {
  return value === undefined || value === null ? undefined : string(value, path)
}

function object(value: JsonValue | undefined, path: string): JsonObject {
  if (!isObject(value)) throw malformed(path, 'must be an object')
  return value
}
