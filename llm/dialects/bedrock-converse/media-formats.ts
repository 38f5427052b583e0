/** What a content block that holds bytes is called. */
export type MediaKind = 'image' | 'document' | 'video'

export interface MediaFormat {
  readonly kind: MediaKind
  /** Converse's word for it, which is also the usual file extension. */
  readonly format: string
}

/** Media types with Converse's words for them; of several types for one word the first is what the word means. */
const FORMATS: readonly (readonly [mediaType: string, kind: MediaKind, format: string])[] = [
  ['image/png', 'image', 'png'],
  ['image/jpeg', 'image', 'jpeg'],
  ['image/jpg', 'image', 'jpeg'],
  ['image/gif', 'image', 'gif'],
  ['image/webp', 'image', 'webp'],
  ['application/pdf', 'document', 'pdf'],
  ['text/csv', 'document', 'csv'],
  ['application/msword', 'document', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document', 'docx'],
  ['application/vnd.ms-excel', 'document', 'xls'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'document', 'xlsx'],
  ['text/html', 'document', 'html'],
  ['text/plain', 'document', 'txt'],
  ['text/markdown', 'document', 'md'],
  ['video/mp4', 'video', 'mp4'],
  ['video/quicktime', 'video', 'mov'],
  ['video/x-matroska', 'video', 'mkv'],
  ['video/webm', 'video', 'webm'],
  ['video/x-flv', 'video', 'flv'],
  ['video/mpeg', 'video', 'mpeg'],
  ['video/mpeg', 'video', 'mpg'],
  ['video/x-ms-wmv', 'video', 'wmv'],
  ['video/3gpp', 'video', 'three_gp'],
]

const EXTENSIONS: Readonly<Record<string, string>> = { jpg: 'jpeg', htm: 'html', markdown: 'md', '3gp': 'three_gp' }

/** Text under another name; as a document it is plain text. */
const TEXTUAL = /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|x-ndjson)$)/

/** Audio that Converse has a word for; the vocabulary's `format` is the same word. */
export const AUDIO_FORMATS = new Set([
  ...['mp3', 'opus', 'wav', 'aac', 'flac', 'mp4', 'ogg', 'mkv', 'mka', 'x-aac', 'm4a', 'mpeg', 'mpga', 'pcm', 'webm'],
])

/** Looks a media type up, with or without parameters; undefined for what Converse does not take. */
export function formatOfType(mediaType: string): MediaFormat | undefined {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const found = FORMATS.find(([known]) => known === type)
  if (found !== undefined) return { kind: found[1], format: found[2] }
  return TEXTUAL.test(type) ? { kind: 'document', format: 'txt' } : undefined
}

/** Looks the extension of a file's name or URL up. */
export function formatOfName(name: string): MediaFormat | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const format = Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : extension
  const found = FORMATS.find(([, , known]) => known === format)
  return found === undefined ? undefined : { kind: found[1], format: found[2] }
}

/** The media type that one of Converse's words stands for; undefined for a word that is none. */
export function mediaTypeOf(kind: MediaKind, format: string): string | undefined {
  return FORMATS.find(([, ofKind, known]) => ofKind === kind && known === format)?.[0]
}
