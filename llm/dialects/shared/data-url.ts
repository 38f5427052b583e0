import type { Source } from '../../../core/chat.js'

/** Reads where an image or file comes from; only base64 `data:` URLs (RFC 2397) become data, others stay URLs. */
export function sourceOf(url: string): Source {
  if (url.slice(0, 5).toLowerCase() !== 'data:') return { kind: 'url', url }
  const comma = url.indexOf(',')
  const header = url.slice(5, comma)
  if (comma === -1 || !header.endsWith(';base64')) return { kind: 'url', url }
  const mediaType = header.slice(0, header.indexOf(';'))
  return {
    kind: 'data',
    mediaType: mediaType === '' ? 'application/octet-stream' : mediaType,
    data: url.slice(comma + 1),
  }
}

/** Writes base64 data as a `data:` URL. */
export function dataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`
}
