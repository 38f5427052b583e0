import type { AssistantPart, Part } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { dataUrl } from './data-url.js'
import { NAME } from './name.js'

/** Writes parts as `content`: one text is a plain string, several parts are an array, none is the empty string. */
export function encodeContent(
  parts: readonly (Part | AssistantPart)[],
  dropped: Set<string>,
): string | readonly JsonObject[] {
  const encoded: JsonObject[] = []
  for (const part of parts) {
    const value = encodePart(part, dropped)
    if (value !== undefined) encoded.push(value)
  }
  const [first] = encoded
  if (first === undefined) return ''
  return encoded.length === 1 && first.type === 'text' && typeof first.text === 'string' ? first.text : encoded
}

function encodePart(part: Part | AssistantPart, dropped: Set<string>): JsonObject | undefined {
  if ('cacheControl' in part && part.cacheControl !== undefined) dropped.add('cache_control')
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image': {
      if (part.source.kind === 'file-id') return drop(dropped, 'messages[].content[].image')
      const url = part.source.kind === 'url' ? part.source.url : dataUrl(part.source.mediaType, part.source.data)
      return { type: 'image_url', image_url: part.detail === undefined ? { url } : { url, detail: part.detail } }
    }
    case 'file':
      return encodeFile(part, dropped)
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } }
    case 'opaque':
      return part.dialect === NAME ? part.value : drop(dropped, 'messages[].content[]')
    case 'refusal':
      return { type: 'refusal', refusal: part.text }
    case 'reasoning':
      return drop(dropped, 'messages[].reasoning')
    case 'tool-call': // goes beside the content
      return undefined
  }
}

function encodeFile(part: Extract<Part, { type: 'file' }>, dropped: Set<string>): JsonObject | undefined {
  const name: Record<string, JsonValue> = part.name === undefined ? {} : { filename: part.name }
  switch (part.source.kind) {
    case 'file-id':
      return { type: 'file', file: { ...name, file_id: part.source.id } }
    case 'data': {
      // OpenAI refuses file data without a name.
      const filename = part.name ?? (part.source.mediaType === 'application/pdf' ? 'file.pdf' : 'file')
      return { type: 'file', file: { filename, file_data: dataUrl(part.source.mediaType, part.source.data) } }
    }
    case 'url':
      return drop(dropped, 'messages[].content[].file')
  }
}

function drop(dropped: Set<string>, name: string): undefined {
  dropped.add(name)
  return undefined
}
