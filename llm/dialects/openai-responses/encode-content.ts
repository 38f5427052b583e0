import type { ChatRequest, Part } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { dataUrl } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import { PARTS } from '../shared/part-units.js'
import { NAME } from './name.js'

/** Called with the client's path of what cannot be said in this dialect. */
export type Drop = (path: string) => void

/**
 * Whose request it is: a client that speaks this dialect gets its own members back. One of Chat Completions means the same
 * files by the same ids; ids of any other are another provider's.
 */
export type Client = 'own' | 'sibling' | 'other'

export const clientOf = ({ extras: { dialect } }: ChatRequest): Client =>
  dialect === NAME ? 'own' : dialect === 'openai-chat' ? 'sibling' : 'other'

/** Writes parts as input content, in steps: one plain text is a string, several parts are an array, none is the empty string. */
export function* encodeContent(
  parts: readonly Part[],
  path: string,
  client: Client,
  drop: Drop,
): Steps<string | readonly JsonObject[]> {
  const encoded: JsonObject[] = []
  for (let i = 0; i < parts.length; i++) {
    if (i % PARTS === PARTS - 1) yield ITEMS_TOGETHER
    append(encoded, encodePart(parts[i] as Part, `${path}.content[${i}]`, client, drop))
  }
  const [first] = encoded
  if (first === undefined) return ''
  const plain = encoded.length === 1 && first.type === 'input_text' && first.prompt_cache_breakpoint === undefined
  return plain && typeof first.text === 'string' ? first.text : encoded
}

function encodePart(part: Part, path: string, client: Client, drop: Drop): readonly JsonObject[] {
  if ((part.type === 'image' || part.type === 'file') && part.source.kind === 'file-id' && client === 'other') {
    drop(path)
    return []
  }
  switch (part.type) {
    case 'text':
      return [{ type: 'input_text', text: part.text, ...breakpoint(part, client, drop) }]
    case 'image': {
      const { source } = part
      const place =
        source.kind === 'file-id'
          ? { file_id: source.id }
          : { image_url: source.kind === 'url' ? source.url : dataUrl(source.mediaType, source.data) }
      return [{ type: 'input_image', ...place, detail: part.detail ?? 'auto', ...breakpoint(part, client, drop) }]
    }
    case 'file':
      return [{ type: 'input_file', ...fileMembers(part), ...breakpoint(part, client, drop) }]
    case 'opaque':
      if (part.dialect === NAME) return [part.value]
      drop(path)
      return []
    case 'audio': // the API takes none
      drop(path)
      return []
  }
}

/** Explicit cache marks are for the newest models only, so nobody gets one who did not write it for this API. */
function breakpoint(part: Part, client: Client, drop: Drop): JsonObject {
  if (!('cacheControl' in part) || part.cacheControl === undefined) return {}
  if (client === 'own') return { prompt_cache_breakpoint: { mode: 'explicit' } }
  drop('cache_control')
  return {}
}

const EXTENSIONS: readonly (readonly [mediaType: RegExp, extension: string])[] = [
  [/^application\/pdf/i, '.pdf'],
  [/^application\/json/i, '.json'],
  [/^text\/html/i, '.html'],
  [/^text\/csv/i, '.csv'],
  [/^text\/markdown/i, '.md'],
  [/^text\//i, '.txt'],
]

function fileMembers({ source, name }: Extract<Part, { type: 'file' }>): JsonObject {
  switch (source.kind) {
    case 'file-id':
      return defined({ file_id: source.id, filename: name })
    case 'url':
      return defined({ file_url: source.url, filename: name })
    case 'data': {
      // The API tells what a file is by its name, and refuses data without one.
      const extension = EXTENSIONS.find(([type]) => type.test(source.mediaType))?.[1] ?? ''
      const named = name !== undefined && /\.\w+$/.test(name) ? name : `${name ?? 'file'}${extension}`
      return { filename: named, file_data: dataUrl(source.mediaType, source.data) }
    }
  }
}
