import type { Part, Source } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { defined } from '../shared/defined.js'
import { OWN_FILE } from './decode-media.js'
import { NAME } from './name.js'

/** Called with the client's path of what cannot be said in this dialect. */
export type Drop = (path: string) => void

/** Whose request it is: a client of this dialect gets back what it said, and nothing is added for it. */
export type Client = 'own' | 'other'

/** Writes a part; nothing for what another dialect alone has a word for, nor for empty text, which some models refuse. */
export function encodePart(part: Part, path: string, client: Client, drop: Drop): readonly JsonObject[] {
  if ('cacheControl' in part && part.cacheControl !== undefined) drop('cache_control')
  if ('source' in part && isForeignFile(part.source, client)) {
    drop(path)
    return []
  }
  switch (part.type) {
    case 'text':
      return part.text === '' && client === 'other' ? [] : [{ text: part.text }]
    case 'image':
      return [
        {
          ...sourceMember(part.source, undefined, 'image/jpeg'),
          ...encodeDetail(part.detail, `${path}.image_url.detail`, client, drop),
        },
      ]
    case 'file':
      return [sourceMember(part.source, part.name, 'application/pdf')]
    case 'audio':
      return [
        { inlineData: { mimeType: part.format === 'mp3' ? 'audio/mpeg' : `audio/${part.format}`, data: part.data } },
      ]
    case 'opaque':
      if (part.dialect === NAME) return [part.value]
      drop(path)
      return []
  }
}

/** Google knows its own files only. */
const isForeignFile = (source: Source, client: Client) =>
  source.kind === 'file-id' && client === 'other' && !OWN_FILE.test(source.id)

/** `likely` is the type of what is elsewhere and has no telling name: the API wants to be told one. */
function sourceMember(source: Source, name: string | undefined, likely: string): JsonObject {
  switch (source.kind) {
    case 'data':
      return { inlineData: defined({ mimeType: source.mediaType, data: source.data, displayName: name }) }
    case 'url':
      return { fileData: fileData(source.url, source.mediaType ?? typeByName(source.url) ?? likely, name) }
    case 'file-id':
      return { fileData: fileData(source.id, source.mediaType ?? typeByName(source.id) ?? likely, name) }
  }
}

const fileData = (fileUri: string, mimeType: string, displayName: string | undefined): JsonObject =>
  defined({ mimeType, fileUri, displayName })

const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
}

function typeByName(url: string): string | undefined {
  const ending = /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase()
  return ending !== undefined && Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined
}

const RESOLUTIONS: Readonly<Record<string, string>> = {
  low: 'MEDIA_RESOLUTION_LOW',
  auto: 'MEDIA_RESOLUTION_MEDIUM',
  high: 'MEDIA_RESOLUTION_HIGH',
}

/** Not every model and API version takes a resolution per part: only those who asked for it in this dialect get it. */
function encodeDetail(detail: string | undefined, path: string, client: Client, drop: Drop): JsonObject {
  const level = detail !== undefined && Object.hasOwn(RESOLUTIONS, detail) ? RESOLUTIONS[detail] : undefined
  if (client === 'own' && level !== undefined) return { mediaResolution: { level } }
  if (detail !== undefined && detail !== 'auto') drop(path)
  return {}
}
