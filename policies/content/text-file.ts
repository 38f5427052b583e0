import { isBase64 } from './base64.js'

/** A text that stands in a request in another form: as base64, or in a `data:` URL. */
interface TextFile {
  readonly text: string
  /** The same form with this text in it. */
  encoded(text: string): string
}

/** A shorter payload behind `data:` says nothing that its reader would not see as text. */
const LEAST_PAYLOAD = 64
/** Longer heads are no media types but texts. */
const MOST_HEAD = 100
/** A registered top-level type, its subtype, and parameters of token characters (RFC 2045). */
const HEAD =
  /^data:(?:(?:application|audio|font|image|message|model|multipart|text|video)\/[\w!#$&^.+-]+)?(?:;[\w!#$&^.+-]+=(?:[\w!#$%&'*+^`{|}~.-]+|"[\w!#$%&'*+^`{|}~.-]*"))*;base64,/i
/** Characters of base64 whose bytes tell binary formats from text. */
const PREFIX = 512

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ALPHABET = /^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$/
const URL_ALPHABET = /^[A-Za-z0-9_\r\n-]*={0,2}[\r\n]*$/

/**
 * Reads media as the text that it may be: base64 (RFC 4648, either alphabet) or a `data:` URL (RFC 2397) of valid UTF-8. What it is
 * said to be counts for nothing: texts are sent as `application/octet-stream`, and names lie. Undefined for what only other
 * programs can read (pictures, sound, PDF, archives), and for references.
 */
export function textFileIn(media: string): TextFile | undefined {
  const url = dataUrl(media)
  if (url === undefined) return textInBase64(media)
  const { head, payload, base64 } = url
  if (!base64) return { text: unescaped(payload), encoded: (text) => head + encodeURIComponent(text) }
  const file = textInBase64(payload)
  return file && { text: file.text, encoded: (text) => head + file.encoded(text) }
}

/**
 * Whether a text is nothing but a `data:` URL of base64, as tools return pictures: a media type as in RFC 2397, if any, and bytes.
 * What only begins like one is a text; models read its head, too.
 */
export function isDataUrl(text: string): boolean {
  const head = HEAD.exec(text.slice(0, MOST_HEAD))?.[0]
  if (head === undefined || text.length < head.length + LEAST_PAYLOAD) return false
  return isBase64(text.slice(head.length))
}

function dataUrl(media: string): { head: string; payload: string; base64: boolean } | undefined {
  if (media.slice(0, 5).toLowerCase() !== 'data:') return undefined
  const comma = media.indexOf(',')
  if (comma === -1) return undefined
  const head = media.slice(0, comma + 1)
  return { head, payload: media.slice(comma + 1), base64: head.toLowerCase().endsWith(';base64,') }
}

function textInBase64(payload: string): TextFile | undefined {
  if (looksBinary(payload.slice(0, PREFIX))) return undefined
  const standard = ALPHABET.test(payload)
  if (!standard && !URL_ALPHABET.test(payload)) return undefined
  const text = utf8(Buffer.from(payload, 'base64'))
  // A letter alone is no byte: the id of something.
  if (text === undefined || text === '') return undefined
  const form = standard ? 'base64' : 'base64url'
  const padded = payload.length % 4 === 0 || /[=\r\n]/.test(payload)
  return { text, encoded: (changed) => withPadding(Buffer.from(changed, 'utf8').toString(form), padded) }
}

function withPadding(encoded: string, padded: boolean): string {
  const bare = encoded.replace(/=+$/, '')
  return padded ? bare.padEnd(Math.ceil(bare.length / 4) * 4, '=') : bare
}

/** NUL and other control characters stand early in every binary format; PDF's text is not for us to change. */
function looksBinary(prefix: string): boolean {
  const bytes = Buffer.from(prefix, 'base64')
  return bytes.toString('latin1', 0, 5) === '%PDF-' || bytes.some(isControl)
}

/** Not tab, line breaks or the escape character of coloured logs. */
const isControl = (byte: number) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)

function utf8(bytes: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function unescaped(payload: string): string {
  try {
    return decodeURIComponent(payload)
  } catch {
    return payload
  }
}
