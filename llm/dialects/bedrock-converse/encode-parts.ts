import type { Part, Source } from '../../../core/chat.js'
import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import { documentNames } from './document-names.js'
import { AUDIO_FORMATS, formatOfName, formatOfType, type MediaFormat } from './media-formats.js'
import type { BedrockTraits } from './models.js'
import { DIALECT, type Drop } from './words.js'

/** Writes the parts of one request; documents get names of their own in it. */
export interface PartWriter {
  /** A part as a content block; undefined for blank text, which models refuse, and for what cannot be said. */
  block(part: Part, path: string): JsonObject | undefined
  /** What a cache marker is after the block that it stands on: a cache point, where the model takes one. */
  cachePoint(marker: JsonValue | undefined, path: string): readonly JsonObject[]
}

/** Makes the writer of one request's parts. What a client of this dialect wrote for this API stays as it is. */
export function partWriter(traits: BedrockTraits, client: 'own' | 'other', drop: Drop): PartWriter {
  const unique = documentNames()
  const nameOf = (asked: string | undefined) => (client === 'own' && asked !== undefined ? asked : unique(asked))
  const isSaid = (text: string) => (client === 'own' ? text !== '' : text.trim() !== '')

  const media = (source: Source, format: MediaFormat | undefined, name: string | undefined): JsonObject | undefined => {
    const from = sourceOf(source)
    if (from === undefined || format === undefined) return undefined
    const block = { format: format.format, source: from }
    return { [format.kind]: format.kind === 'document' ? { ...block, name: nameOf(name) } : block }
  }
  const orDrop = (block: JsonObject | undefined, path: string) => {
    if (block === undefined) drop(path)
    return block
  }

  return {
    block: (part, path) => {
      switch (part.type) {
        case 'text':
          return isSaid(part.text) ? { text: part.text } : undefined
        case 'image': {
          if (part.detail === 'low' || part.detail === 'high') drop(`${path}.image_url.detail`)
          const format = formatOf(part.source)
          return orDrop(format?.kind === 'image' ? media(part.source, format, undefined) : undefined, path)
        }
        case 'file':
          return orDrop(media(part.source, formatOf(part.source, part.name), part.name), path)
        case 'audio': {
          const { format, data } = part
          return orDrop(AUDIO_FORMATS.has(format) ? { audio: { format, source: { bytes: data } } } : undefined, path)
        }
        case 'opaque':
          return orDrop(part.dialect === DIALECT ? part.value : undefined, path)
      }
    },
    cachePoint: (marker, path) => {
      if (marker === undefined) return []
      if (traits.caching === 'nowhere') {
        drop(`${path}.cache_control`)
        return []
      }
      return [cachePoint(marker, traits, () => drop(`${path}.cache_control.ttl`))]
    },
  }
}

/** Writes a marker (`{"type":"ephemeral","ttl":"1h"}`) as a cache point; five minutes is what one without `ttl` means. */
export function cachePoint(marker: JsonValue, { cacheTtl }: BedrockTraits, dropTtl: () => void): JsonObject {
  const ttl = isObject(marker) ? marker['ttl'] : undefined
  if (ttl !== '5m' && ttl !== '1h') return { cachePoint: { type: 'default' } }
  if (cacheTtl === 'accepted') return { cachePoint: { type: 'default', ttl } }
  if (ttl !== '5m') dropTtl()
  return { cachePoint: { type: 'default' } }
}

/** Bytes, or an object in S3; Converse fetches nothing else. */
function sourceOf(source: Source): JsonObject | undefined {
  if (source.kind === 'data') return { bytes: source.data }
  return source.kind === 'url' && source.url.startsWith('s3://') ? { s3Location: { uri: source.url } } : undefined
}

function formatOf(source: Source, name = ''): MediaFormat | undefined {
  switch (source.kind) {
    case 'data':
      return formatOfType(source.mediaType) ?? formatOfName(name)
    case 'url':
      return formatOfType(source.mediaType ?? '') ?? formatOfName(source.url) ?? formatOfName(name)
    case 'file-id':
      return undefined
  }
}
