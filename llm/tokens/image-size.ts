/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Segments of a JPEG that are walked before its size is given up on. */
const JPEG_SEGMENTS = 64

/**
 * The size of a base64 PNG, JPEG, GIF or WebP image from its header, undefined where that is not to be read. Only the
 * bytes needed are decoded, however large the image.
 */
export function imageSize(base64: string): ImageSize | undefined {
  const head = bytesAt(base64, 0, 30)
  if (head.length < 24) return undefined
  const size = png(head) ?? gif(head) ?? webp(head) ?? jpeg(base64, head)
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined
}

function png(head: readonly number[]): ImageSize | undefined {
  if (!startsWith(head, 0, '\x89PNG\r\n\x1a\n') || !startsWith(head, 12, 'IHDR')) return undefined
  return { width: big(head, 18), height: big(head, 22) }
}

function gif(head: readonly number[]): ImageSize | undefined {
  return startsWith(head, 0, 'GIF8') ? { width: little(head, 6), height: little(head, 8) } : undefined
}

/** The three kinds of RFC 9649: lossy, lossless, extended. */
function webp(head: readonly number[]): ImageSize | undefined {
  if (!startsWith(head, 0, 'RIFF') || !startsWith(head, 8, 'WEBP') || head.length < 30) return undefined
  if (startsWith(head, 12, 'VP8 ')) return { width: little(head, 26) & 0x3fff, height: little(head, 28) & 0x3fff }
  if (startsWith(head, 12, 'VP8L')) {
    const bits = little(head, 21) + little(head, 23) * 0x10000
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (!startsWith(head, 12, 'VP8X')) return undefined
  return {
    width: little(head, 24) + (head[26] ?? 0) * 0x10000 + 1,
    height: little(head, 27) + (head[29] ?? 0) * 0x10000 + 1,
  }
}

/** Walks the segments to the frame header (SOF0 to SOF15 but DHT, JPG and DAC). */
function jpeg(base64: string, head: readonly number[]): ImageSize | undefined {
  if (head[0] !== 0xff || head[1] !== 0xd8) return undefined
  let at = 2
  for (let segment = 0; segment < JPEG_SEGMENTS; segment++) {
    const bytes = bytesAt(base64, at, 9)
    const marker = bytes[1] ?? 0
    if (bytes.length < 9 || bytes[0] !== 0xff) return undefined
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: big(bytes, 7), height: big(bytes, 5) }
    }
    at += 2 + big(bytes, 2)
  }
  return undefined
}

/** Decodes only the base64 groups that hold the bytes asked for; fewer come back at the end or where it is no base64. */
function bytesAt(base64: string, offset: number, count: number): readonly number[] {
  const group = Math.floor(offset / 3)
  const groups = Math.ceil((offset + count) / 3) - group
  try {
    const text = atob(base64.slice(group * 4, (group + groups) * 4))
    const skip = offset - group * 3
    return Array.from(text.slice(skip, skip + count), (byte) => byte.charCodeAt(0))
  } catch {
    return []
  }
}

function startsWith(bytes: readonly number[], at: number, text: string): boolean {
  return [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0))
}

function big(bytes: readonly number[], at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function little(bytes: readonly number[], at: number): number {
  return ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)
}
