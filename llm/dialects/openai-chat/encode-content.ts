import type { AssistantPart, ChatRequest, Message, Part } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { dataUrl } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import { PARTS } from '../shared/part-units.js'
import { reasoningContent } from './encode-reasoning.js'
import { NAME } from './name.js'

/** Whose request is written, and what of it could not be. */
export interface Writing {
  /** A client of this dialect gets back what it said where it said it, whatever OpenAI itself makes of that. */
  readonly client: 'own' | 'other'
  /** Ids of files are the provider's that has them: those of this dialect's and of Responses' clients are OpenAI's. */
  readonly fileIds: 'kept' | 'foreign'
  readonly dropped: Set<string>
}

export function writingFor({ extras }: ChatRequest, dropped: Set<string>): Writing {
  const client = extras.dialect === NAME ? 'own' : 'other'
  const fileIds = client === 'own' || extras.dialect === 'openai-responses' ? 'kept' : 'foreign'
  return { client, fileIds, dropped }
}

/** Writes parts as `content`, in steps: one text is a plain string, several parts are an array, none is the empty string. */
export function* encodeContent(
  parts: readonly (Part | AssistantPart)[],
  role: Message['role'],
  writing: Writing,
): Steps<string | readonly JsonObject[]> {
  const encoded: JsonObject[] = []
  for (let i = 0; i < parts.length; i++) {
    if (i % PARTS === PARTS - 1) yield ITEMS_TOGETHER
    const value = encodePart(parts[i] as Part | AssistantPart, role, writing)
    if (value !== undefined) encoded.push(value)
  }
  const [first] = encoded
  if (first === undefined) return ''
  const plain = encoded.length === 1 && first.type === 'text' && first.cache_control === undefined
  return plain && typeof first.text === 'string' ? first.text : encoded
}

function encodePart(part: Part | AssistantPart, role: Message['role'], writing: Writing): JsonObject | undefined {
  const { client, dropped } = writing
  // Only a user's message may hold anything but text.
  if (isMedia(part) && client === 'other' && role !== 'user') return drop(dropped, `messages[].content[].${part.type}`)
  const marker = 'cacheControl' in part ? cacheMember(part.cacheControl, writing) : {}
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...marker }
    case 'image': {
      if (part.source.kind === 'file-id') return drop(dropped, 'messages[].content[].image')
      const url = part.source.kind === 'url' ? part.source.url : dataUrl(part.source.mediaType, part.source.data)
      return { type: 'image_url', image_url: defined({ url, detail: part.detail }), ...marker }
    }
    case 'file': {
      const file = encodeFile(part, writing)
      return file === undefined ? undefined : { type: 'file', file, ...marker }
    }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'opaque':
      return part.dialect === NAME ? part.value : drop(dropped, 'messages[].content[]')
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'reasoning':
      return reasoningContent(part) ?? drop(dropped, 'messages[].reasoning')
    case 'tool-call': // goes beside the content
      return undefined
  }
}

/** What OpenAI's messages take in a message of the user only. */
export const isMedia = ({ type }: Part | AssistantPart): boolean =>
  type === 'image' || type === 'file' || type === 'audio'

/** `cache_control` for those who wrote it; servers of this dialect that do not know it ignore it, or refuse it. */
export function cacheMember(marker: JsonValue | undefined, { client, dropped }: Writing): JsonObject {
  if (marker === undefined) return {}
  if (client === 'own') return { cache_control: marker }
  dropped.add('cache_control')
  return {}
}

function encodeFile(part: Extract<Part, { type: 'file' }>, { fileIds, dropped }: Writing): JsonObject | undefined {
  const { source, name } = part
  switch (source.kind) {
    case 'file-id':
      if (fileIds === 'foreign') return drop(dropped, 'messages[].content[].file')
      return defined({ filename: name, file_id: source.id })
    case 'data': {
      // OpenAI refuses file data without a name.
      const filename = name ?? (source.mediaType === 'application/pdf' ? 'file.pdf' : 'file')
      return { filename, file_data: dataUrl(source.mediaType, source.data) }
    }
    case 'url':
      return drop(dropped, 'messages[].content[].file')
  }
}

function drop(dropped: Set<string>, name: string): undefined {
  dropped.add(name)
  return undefined
}
