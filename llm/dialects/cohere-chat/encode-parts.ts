import type { AssistantPart, Part } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { ITEMS_TOGETHER, type Steps } from '../../../core/turns.js'
import { append } from '../shared/append.js'
import { dataUrl } from '../shared/data-url.js'
import { defined } from '../shared/defined.js'
import { PARTS } from '../shared/part-units.js'
import { documentBehind, documentOf } from './documents.js'
import { NAME } from './name.js'
import type { Client, Drop } from './words.js'

/** Writes a part that is no call and no thought; nothing for what only another dialect can say, nor for empty text. */
export function* encodePart(
  part: Exclude<Part | AssistantPart, { type: 'reasoning' | 'tool-call' }>,
  path: string,
  client: Client,
  drop: Drop,
): Steps<readonly JsonObject[]> {
  if ('cacheControl' in part && part.cacheControl !== undefined) drop('cache_control')
  switch (part.type) {
    case 'text': {
      const document = yield* documentBehind(part.text, part.extras)
      if (document !== undefined) return [{ type: 'document', document }]
      return part.text === '' && client === 'other' ? [] : [{ type: 'text', text: part.text }]
    }
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }]
    case 'image': {
      if (part.source.kind === 'file-id') break
      const url = part.source.kind === 'url' ? part.source.url : dataUrl(part.source.mediaType, part.source.data)
      return [{ type: 'image_url', image_url: defined({ url, detail: part.detail }) }]
    }
    case 'file': {
      const document = yield* documentOf(part)
      if (document === undefined) break
      return [{ type: 'document', document }]
    }
    case 'audio':
      break
    case 'opaque':
      if (part.dialect !== NAME) break
      return [part.value]
  }
  drop(path)
  return []
}

/** What `write` makes of these parts, in steps; it is told where each stands. */
export function* encodeParts(
  parts: readonly Part[],
  path: string,
  write: (part: Part, at: string) => Steps<readonly JsonObject[]>,
): Steps<readonly JsonObject[]> {
  const written: JsonObject[] = []
  for (let i = 0; i < parts.length; i++) {
    if (i % PARTS === PARTS - 1) yield ITEMS_TOGETHER
    append(written, yield* write(parts[i] as Part, `${path}.content[${i}]`))
  }
  return written
}

/** Parts as a `content`: one text is a plain string, none are the empty one. */
export function contentOf(parts: readonly JsonObject[]): string | readonly JsonValue[] {
  const [first] = parts
  if (first === undefined) return ''
  return parts.length === 1 && first.type === 'text' && typeof first.text === 'string' ? first.text : parts
}
