import type { Part, Source } from '../../../core/chat.js'
import type { Fields } from '../fields.js'
import { defined } from '../shared/defined.js'
import { type Note, noteRest } from '../shared/note.js'
import { wireFieldsAt } from './wire-fields.js'

const DETAILS: Readonly<Record<string, string>> = {
  MEDIA_RESOLUTION_LOW: 'low',
  MEDIA_RESOLUTION_MEDIUM: 'auto',
  MEDIA_RESOLUTION_HIGH: 'high',
}

/** Google's own storage: its file service and its buckets. No other provider reads these. */
export const OWN_FILE = /^(gs:\/\/|files\/|https:\/\/generativelanguage\.googleapis\.com\/)/i

/** Formats of sound that the vocabulary can name, by media type. */
const AUDIO: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/aiff': 'aiff',
}

/** Reads a part with `inlineData` or `fileData`; undefined where it has neither. */
export function decodeMedia(part: Fields, note: Note): Part | undefined {
  const data = wireFieldsAt(part, 'inlineData')
  const file = data === undefined ? wireFieldsAt(part, 'fileData') : undefined
  const holder = data ?? file
  if (holder === undefined) return undefined
  const source = data === undefined ? fileSource(holder) : dataSource(holder)
  const name = holder.string('displayName')
  const detail = decodeDetail(part, note)
  noteRest(holder, note)
  noteRest(part, note)
  return mediaPart(source, name, detail)
}

function mediaPart(source: Source, name: string | undefined, detail: string | undefined): Part {
  const type = source.mediaType?.toLowerCase() ?? ''
  if (type.startsWith('image/')) return defined<Part>({ type: 'image', source, detail })
  const format = Object.hasOwn(AUDIO, type) ? AUDIO[type] : undefined
  if (source.kind === 'data' && format !== undefined) return { type: 'audio', format, data: source.data }
  return defined<Part>({ type: 'file', source, name })
}

function dataSource(data: Fields): Source {
  const mediaType = data.required('mimeType', data.string('mimeType'))
  return { kind: 'data', mediaType, data: standardBase64(data.required('data', data.string('data'))) }
}

function fileSource(file: Fields): Source {
  const uri = file.required('fileUri', file.string('fileUri'))
  const mediaType = file.string('mimeType')
  return OWN_FILE.test(uri)
    ? defined({ kind: 'file-id', id: uri, mediaType })
    : defined({ kind: 'url', url: uri, mediaType })
}

/** Google reads both alphabets of base64 (RFC 4648), others only the first. */
function standardBase64(data: string): string {
  if (!/[-_]/.test(data)) return data
  const standard = data.replace(/-/g, '+').replace(/_/g, '/')
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, '=')
}

function decodeDetail(part: Fields, note: Note): string | undefined {
  const resolution = wireFieldsAt(part, 'mediaResolution')
  if (resolution === undefined) return undefined
  const level = resolution.string('level')
  noteRest(resolution, note)
  const detail = level !== undefined && Object.hasOwn(DETAILS, level) ? DETAILS[level] : undefined
  if (detail === undefined) note(resolution.at('level'), level)
  return detail
}
