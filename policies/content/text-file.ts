import { base64Pieces } from '../../core/base64-text.js'
import { pieceEnd } from '../../core/json-writer.js'
import { atOnce, type Steps } from '../../core/turns.js'
import { alphabetOf, isBase64InSteps, PIECE } from './base64.js'

/** A text that stands in a request in another form: as base64, or in a `data:` URL. */
interface TextFile {
  readonly text: string
  /** The same form with this text in it, in steps. */
  encoded(text: string): Steps<string>
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

/** What base64 is made of, but for the `=` at its end, with breaks anywhere. */
const ALPHABET = /^[A-Za-z0-9+/\r\n]*$/
const URL_ALPHABET = /^[A-Za-z0-9_\r\n-]*$/
/** Units of work that a piece takes that is read. */
const PIECE_UNITS = 1024
/** Units that a piece of escaped text takes. */
const ESCAPED_UNITS = 256

/**
 * Reads media as the text that it may be: base64 (RFC 4648, either alphabet) or a `data:` URL (RFC 2397) of valid UTF-8. What it is
 * said to be counts for nothing: texts are sent as `application/octet-stream`, and names lie. Undefined for what only other
 * programs can read (pictures, sound, PDF, archives), and for references. In steps where it is long.
 */
export function* textFileIn(media: string): Steps<TextFile | undefined> {
  const url = dataUrl(media)
  if (url === undefined) return yield* textInBase64(media)
  const { head, payload, base64 } = url
  if (!base64) return { text: yield* unescaped(payload), encoded: (text) => escaped(head, text) }
  const file = yield* textInBase64(payload)
  return file && { text: file.text, encoded: (text) => behind(head, file.encoded(text)) }
}

/** One half of a surrogate pair: no character, and not to be escaped. */
const HALF = /\p{Surrogate}/gu

function* escaped(head: string, text: string): Steps<string> {
  const pieces = [head]
  for (let from = 0; from < text.length; ) {
    const to = pieceEnd(text, from)
    yield ESCAPED_UNITS
    pieces.push(encodeURIComponent(text.slice(from, to).replace(HALF, '\ufffd')))
    from = to
  }
  return pieces.join('')
}

function* behind(head: string, encoded: Steps<string>): Steps<string> {
  return head + (yield* encoded)
}

/**
 * Whether a text is nothing but a `data:` URL of base64, as tools return pictures: a media type as in RFC 2397, if any, and bytes.
 * What only begins like one is a text; models read its head, too.
 */
export function isDataUrl(text: string): boolean {
  return atOnce(isDataUrlInSteps(text))
}

/** The same in steps where it is long. */
export function* isDataUrlInSteps(text: string): Steps<boolean> {
  const head = HEAD.exec(text.slice(0, MOST_HEAD))?.[0]
  if (head === undefined || text.length < head.length + LEAST_PAYLOAD) return false
  return yield* isBase64InSteps(text.slice(head.length))
}

function dataUrl(media: string): { head: string; payload: string; base64: boolean } | undefined {
  if (media.slice(0, 5).toLowerCase() !== 'data:') return undefined
  const comma = media.indexOf(',')
  if (comma === -1) return undefined
  const head = media.slice(0, comma + 1)
  return { head, payload: media.slice(comma + 1), base64: head.toLowerCase().endsWith(';base64,') }
}

function* textInBase64(payload: string): Steps<TextFile | undefined> {
  if (looksBinary(payload.slice(0, PREFIX))) return undefined
  const alphabet = yield* alphabetOf(payload.slice(0, endOfLetters(payload)), ALPHABET, URL_ALPHABET)
  if (alphabet === undefined) return undefined
  const text = yield* decoded(payload)
  // A letter alone is no byte: the id of something.
  if (text === undefined || text === '') return undefined
  const form = alphabet === 'first' ? 'base64' : 'base64url'
  const padded = payload.length % 4 === 0 || ['=', '\r', '\n'].some((letter) => payload.includes(letter))
  return { text, encoded: (changed) => encoded(changed, form, padded) }
}

/** Where the `=` at the end begins, and the breaks behind it. */
function endOfLetters(payload: string): number {
  let end = payload.length
  while (end > 0 && '\r\n'.includes(payload.charAt(end - 1))) end--
  for (let padding = 0; padding < 2 && payload.charAt(end - 1) === '='; padding++) end--
  return end
}

/** The text that base64 of either alphabet stands for; undefined where its bytes are none. */
function* decoded(payload: string): Steps<string | undefined> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const pieces: string[] = []
  let letters = ''
  try {
    for (let from = 0; from < payload.length; from += PIECE) {
      yield PIECE_UNITS
      letters += payload.slice(from, from + PIECE).replace(/[\r\n]+/g, '')
      const whole = letters.length - (letters.length % 4)
      pieces.push(utf8.decode(Buffer.from(letters.slice(0, whole), 'base64'), { stream: true }))
      letters = letters.slice(whole)
    }
    pieces.push(utf8.decode(Buffer.from(letters, 'base64')))
  } catch {
    return undefined
  }
  return pieces.some((piece) => piece.includes('\0')) ? undefined : pieces.join('')
}

function* encoded(text: string, form: 'base64' | 'base64url', padded: boolean): Steps<string> {
  const pieces = yield* base64Pieces(text, form)
  const last = pieces.pop() ?? ''
  return pieces.join('') + withPadding(last, padded)
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

function* unescaped(payload: string): Steps<string> {
  const pieces: string[] = []
  try {
    for (let from = 0; from < payload.length; ) {
      const to = nextCharacter(payload, from + PIECE)
      yield PIECE_UNITS
      pieces.push(decodeURIComponent(payload.slice(from, to)))
      from = to
    }
    return pieces.join('')
  } catch {
    return payload
  }
}

/** Where a character begins, escaped or not: here, or as soon as one does. */
function nextCharacter(payload: string, from: number): number {
  for (let at = from; at < payload.length; at++) {
    const isInside = payload.charAt(at - 1) === '%' || payload.charAt(at - 2) === '%'
    // Bytes from 0x80 to 0xbf go on with a character.
    if (!isInside && !/^%[89ab]/i.test(payload.slice(at, at + 2))) return at
  }
  return payload.length
}
