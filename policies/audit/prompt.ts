import type { ChatRequest, Message, Source, Tool } from '../../core/chat.js'
import type { JsonObject, JsonValue } from '../../core/json.js'
import { isBase64 } from '../content/base64.js'
import type { Said } from './said.js'

type AnyPart = Message['content'][number]

/** Everything that a request says, in its order; of pictures, files and sound what they are and how large. */
export function promptOf({ tools, messages, responseFormat, metadata, extras }: ChatRequest): readonly Said[] {
  const said = [...tools.map(toolOf), ...messages.flatMap(messageOf)]
  if (responseFormat?.type === 'json-schema') {
    const { name, description, schema } = responseFormat
    said.push({ role: 'definition', kind: 'format', text: jsonOf({ name, description, schema }) })
  }
  const members = { ...(metadata && { metadata }), ...Object.fromEntries(extras.fields) }
  if (Object.keys(members).length > 0) said.push({ role: 'request', kind: 'members', text: jsonOf(members) })
  return said
}

function toolOf(tool: Tool): Said {
  const text = tool.kind === 'opaque' ? jsonOf(tool.value) : jsonOf(definitionOf(tool))
  return { role: 'definition', kind: 'tool', text }
}

function definitionOf(tool: Exclude<Tool, { kind: 'opaque' }>): JsonObject {
  const { name, description } = tool
  return tool.kind === 'function'
    ? { name, description, parameters: tool.parameters }
    : { name, description, format: tool.format }
}

function messageOf(message: Message): readonly Said[] {
  const { role } = message
  return message.content.flatMap((part) => partOf(role, part))
}

function partOf(role: Message['role'], part: AnyPart): readonly Said[] {
  switch (part.type) {
    case 'text':
      return [{ role, kind: role === 'tool' ? 'tool-result' : 'text', text: part.text }]
    case 'refusal':
      return [{ role, kind: 'refusal', text: part.text }]
    case 'reasoning':
      // Thinking that only its provider can read says nothing to anybody else.
      return part.text === '' ? [] : [{ role, kind: 'reasoning', text: part.text }]
    case 'tool-call':
      return [{ role, kind: 'tool-call', name: part.name, text: part.arguments }]
    case 'image':
    case 'file':
      return [{ role, kind: part.type, ...mediaOf(part.source) }]
    case 'audio':
      return [{ role, kind: 'audio', ...mediaOf({ kind: 'data', mediaType: `audio/${part.format}`, data: part.data }) }]
    case 'opaque':
      return [{ role, kind: 'opaque', text: jsonOf(part.value) }]
  }
}

/** Types that clients send; any other word could be anything. */
const MEDIA_TYPES: ReadonlySet<string> = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/heic', 'image/heif', 'image/svg+xml'],
  ...['audio/wav', 'audio/mp3', 'audio/mpeg', 'audio/ogg', 'audio/flac', 'audio/aac', 'audio/opus', 'audio/webm'],
  ...['audio/pcm16', 'audio/mp4', 'video/mp4', 'video/webm', 'application/pdf', 'application/json'],
  ...['text/plain', 'text/csv', 'text/html', 'text/markdown'],
])

function mediaOf(source: Source): Pick<Said, 'media' | 'bytes'> {
  const { mediaType } = source
  const media = mediaType !== undefined && MEDIA_TYPES.has(mediaType) ? { media: mediaType } : {}
  return source.kind === 'data' ? { ...media, bytes: bytesIn(source.data) } : media
}

/** How many bytes base64 stands for. */
const bytesIn = (base64: string) => Math.floor((base64.replace(/=+$/, '').length * 3) / 4)

/** Shorter texts may be words. */
const LEAST_BYTES = 512

/** JSON text without the bytes that stand in it. */
function jsonOf(value: JsonObject): string {
  return JSON.stringify(value, (_name, member: JsonValue | undefined) => {
    if (typeof member !== 'string' || member.length < LEAST_BYTES) return member
    const payload = member.startsWith('data:') ? member.slice(member.indexOf(',') + 1) : member
    return isBase64(payload) ? `[${bytesIn(payload)} bytes]` : member
  })
}
