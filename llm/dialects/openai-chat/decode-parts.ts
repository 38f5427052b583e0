import type { AssistantPart, Part, Source } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { malformed } from '../fields.js'
import { isArray } from './arrays.js'
import { sourceOf } from './data-url.js'
import { defined } from './defined.js'
import { NAME } from './name.js'
import { thinkingBlock } from './thinking.js'

/**
 * Reads a message's `content`: text, or an array of parts. Absent, null and empty text are no parts. `path` is the
 * content's own. Parts of a type that this vocabulary has no word for are kept as opaque.
 */
export function decodeContent(content: JsonValue | undefined, path: string): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  if (content === undefined || content === null) return []
  if (!isArray(content)) throw malformed(path, 'must be a string or an array of parts')
  return content.map((part, index) => decodePart(part, path, index))
}

/** The same for an assistant's message, which may hold refusal and thinking parts too. */
export function decodeAssistantContent(
  content: JsonValue | undefined,
  path: string,
): readonly (Part | AssistantPart)[] {
  if (!isArray(content)) return decodeContent(content, path)
  return content.map((part, index) => {
    if (isObject(part) && part.type === 'refusal') {
      return { type: 'refusal', text: text(part, 'refusal', path, index) }
    }
    return thinkingBlock(part) ?? decodePart(part, path, index)
  })
}

function decodePart(part: JsonValue, path: string, index: number): Part {
  if (typeof part === 'string') return { type: 'text', text: part }
  if (!isObject(part)) throw malformed(`${path}[${index}]`, 'must be an object')
  const cacheControl = cacheMarker(part)
  switch (part.type) {
    case 'text': {
      const value = text(part, 'text', path, index)
      return cacheControl === undefined ? { type: 'text', text: value } : { type: 'text', text: value, cacheControl }
    }
    case 'image_url': {
      // Mistral and vLLM also take the bare URL.
      const at = `${path}[${index}].image_url`
      const image = typeof part.image_url === 'string' ? { url: part.image_url } : object(part.image_url, at)
      const source = sourceOf(string(image.url, `${at}.url`))
      return defined({ type: 'image', source, detail: optional(image.detail, `${at}.detail`), cacheControl })
    }
    case 'file': {
      const at = `${path}[${index}].file`
      const file = object(part.file, at)
      const name = optional(file.filename, `${at}.filename`)
      return defined({ type: 'file', source: fileSource(file, name, at), name, cacheControl })
    }
    case 'input_audio': {
      const at = `${path}[${index}].input_audio`
      const audio = object(part.input_audio, at)
      return { type: 'audio', format: string(audio.format, `${at}.format`), data: string(audio.data, `${at}.data`) }
    }
    default:
      if (typeof part.type !== 'string') throw malformed(`${path}[${index}].type`, 'must be a string')
      return { type: 'opaque', dialect: NAME, value: part }
  }
}

/** The cache marker of a part or tool: `cache_control` as gateways pass it, or OpenAI's own explicit breakpoint. */
export function cacheMarker(holder: JsonObject): JsonValue | undefined {
  if (isObject(holder.cache_control)) return holder.cache_control
  return isObject(holder.prompt_cache_breakpoint) ? { type: 'ephemeral' } : undefined
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

function text(part: JsonObject, name: string, path: string, index: number): string {
  const value = part[name]
  if (typeof value !== 'string') throw malformed(`${path}[${index}].${name}`, 'must be a string')
  return value
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
