import type { Part, Source } from '../../../core/chat.js'
import type { Fields } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import { type MediaKind, mediaTypeOf } from './media-formats.js'

/**
 * Reads an `image`, `document`, `video` or `audio` block; undefined for any other one, and for what other APIs have no like
 * of (a document in pieces, another account's bucket).
 */
export function decodeMedia(block: Fields, note: Note): Part | undefined {
  const audio = block.fields('audio')
  if (audio !== undefined) return decodeAudio(audio, note)
  for (const kind of ['image', 'document', 'video'] as const) {
    const media = block.fields(kind)
    if (media !== undefined) return decodeBytes(kind, media, note)
  }
  return undefined
}

function decodeAudio(audio: Fields, note: Note): Part | undefined {
  const format = audio.required('format', audio.string('format'))
  const data = audio.fields('source')?.string('bytes')
  noteRest(audio, note)
  return data === undefined ? undefined : { type: 'audio', format, data }
}

function decodeBytes(kind: MediaKind, media: Fields, note: Note): Part | undefined {
  const format = media.string('format') ?? (kind === 'document' ? 'txt' : '')
  const source = decodeSource(kind, format, media.required('source', media.fields('source')))
  if (source === undefined) return undefined
  const name = media.string('name')
  noteRest(media, note)
  return kind === 'image' ? { type: 'image', source } : { type: 'file', source, ...optional('name', name) }
}

function decodeSource(kind: MediaKind, format: string, source: Fields): Source | undefined {
  const mediaType = mediaTypeOf(kind, format)
  const bytes = source.string('bytes')
  if (bytes !== undefined) return mediaType === undefined ? undefined : { kind: 'data', mediaType, data: bytes }
  const text = source.string('text')
  if (text !== undefined) {
    return { kind: 'data', mediaType: mediaType ?? 'text/plain', data: Buffer.from(text, 'utf8').toString('base64') }
  }
  const s3 = source.fields('s3Location')
  const uri = s3?.string('uri')
  // A URL says nothing of a bucket's owner.
  if (uri === undefined || mediaType === undefined || s3?.raw('bucketOwner') !== undefined) return undefined
  return { kind: 'url', url: uri, mediaType }
}
