import { base64Of } from '../../../core/base64-text.js'
import type { Part, Source } from '../../../core/chat.js'
import type { Steps } from '../../../core/turns.js'
import type { Fields } from '../fields.js'
import { type Note, noteRest, optional } from '../shared/note.js'
import type { Block } from './blocks.js'

/** Reads an `image` or `document` block, in steps where it is long; undefined when its source is one that only this API has. */
export function* decodeMedia(block: Block, note: Note): Steps<Part | undefined> {
  const from = block.required('source', block.fields('source'))
  const source = yield* decodeSource(from)
  if (source === undefined) return undefined
  noteRest(from, note)
  const cacheControl = optional('cacheControl', block.raw('cache_control'))
  if (block.type === 'image') return { type: 'image', source, ...cacheControl }
  return { type: 'file', source, ...optional('name', block.string('title')), ...cacheControl }
}

function* decodeSource(source: Fields): Steps<Source | undefined> {
  switch (source.required('type', source.string('type'))) {
    case 'base64': {
      const mediaType = source.required('media_type', source.string('media_type'))
      return { kind: 'data', mediaType, data: source.required('data', source.string('data')) }
    }
    case 'text': {
      const text = source.required('data', source.string('data'))
      const mediaType = source.string('media_type') ?? 'text/plain'
      return { kind: 'data', mediaType, data: yield* base64Of(text) }
    }
    case 'url':
      return { kind: 'url', url: source.required('url', source.string('url')) }
    case 'file':
      return { kind: 'file-id', id: source.required('file_id', source.string('file_id')) }
    default:
      return undefined
  }
}
