import { textInBase64 } from '../../../core/base64-text.js'
import type { AssistantPart, Part, Source } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Steps } from '../../../core/turns.js'
import { defined } from '../shared/defined.js'
import { isForeign } from './foreign-thinking.js'
import { DIALECT } from './words.js'

/** Called with the client's path of what cannot be said in this dialect. */
export type Drop = (path: string) => void

/** Images of these types are taken; the key is what clients write. */
const IMAGE_TYPES: Readonly<Record<string, string>> = {
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg',
  'image/png': 'image/png',
  'image/gif': 'image/gif',
  'image/webp': 'image/webp',
}

/** Textual types beside `text/*`; the API takes all of them as `text/plain`. */
const TEXTUAL = /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|x-ndjson)\b)/

/** Writes a part of a user turn, a tool result or a system turn; nothing for empty text, which the API refuses. */
export function* encodePart(part: Part, path: string, drop: Drop): Steps<readonly JsonObject[]> {
  switch (part.type) {
    case 'text':
      return textBlock(part.text, part.cacheControl)
    case 'image': {
      if (part.detail === 'low' || part.detail === 'high') drop(`${path}.image_url.detail`)
      const source = imageSource(part.source)
      return media({ type: 'image', source, cache_control: part.cacheControl }, path, drop)
    }
    case 'file': {
      const { source: from, name, cacheControl } = part
      const image = from.kind === 'data' ? imageType(from.mediaType) : undefined
      if (image !== undefined)
        return media({ type: 'image', source: imageSource(from), cache_control: cacheControl }, path, drop)
      return media(
        { type: 'document', source: yield* documentSource(from), title: name, cache_control: cacheControl },
        path,
        drop,
      )
    }
    case 'audio':
      drop(path)
      return []
    case 'opaque':
      if (part.dialect === DIALECT) return [part.value]
      drop(path)
      return []
  }
}

/** Writes a part of an assistant turn, tool calls aside. */
export function* encodeAssistantPart(
  part: Exclude<Part | AssistantPart, { type: 'tool-call' }>,
  path: string,
  drop: Drop,
): Steps<readonly JsonObject[]> {
  switch (part.type) {
    case 'text':
    case 'opaque':
      return yield* encodePart(part, path, drop)
    case 'refusal':
      return textBlock(part.text, undefined)
    case 'reasoning':
      if (part.redacted !== undefined && !isForeign(part.redacted)) {
        return [{ type: 'redacted_thinking', data: part.redacted }]
      }
      // The API verifies signatures; thinking without one is another provider's.
      if (part.signature !== undefined && part.signature !== '' && !isForeign(part.signature)) {
        return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
      }
      drop(path)
      return []
    case 'image':
    case 'file':
    case 'audio':
      // Assistant turns hold text and tool calls only.
      drop(path)
      return []
  }
}

function textBlock(text: string, cacheControl: JsonObject[string]): readonly JsonObject[] {
  if (text.trim() === '') return []
  return [cacheControl === undefined ? { type: 'text', text } : { type: 'text', text, cache_control: cacheControl }]
}

function media(block: JsonObject, path: string, drop: Drop): readonly JsonObject[] {
  if (block['source'] !== undefined) return [defined(block)]
  drop(path)
  return []
}

const imageType = (mediaType: string): string | undefined => {
  const name = mediaType.toLowerCase()
  return Object.hasOwn(IMAGE_TYPES, name) ? IMAGE_TYPES[name] : undefined
}

function imageSource(source: Source): JsonObject | undefined {
  if (source.kind !== 'data') return remoteSource(source)
  const mediaType = imageType(source.mediaType)
  return mediaType === undefined ? undefined : { type: 'base64', media_type: mediaType, data: source.data }
}

function* documentSource(source: Source): Steps<JsonObject | undefined> {
  if (source.kind !== 'data') return remoteSource(source)
  const mediaType = source.mediaType.toLowerCase()
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data: source.data }
  if (!TEXTUAL.test(mediaType)) return undefined
  const text = yield* textInBase64(source.data)
  return text.trim() === '' ? undefined : { type: 'text', media_type: 'text/plain', data: text }
}

function remoteSource(source: Exclude<Source, { kind: 'data' }>): JsonObject | undefined {
  if (source.kind === 'url') return { type: 'url', url: source.url }
  // Ids are the provider's own: OpenAI's begin with `file-`, Anthropic's with `file_`, Google's are paths.
  return source.id.startsWith('file_') ? { type: 'file', file_id: source.id } : undefined
}
