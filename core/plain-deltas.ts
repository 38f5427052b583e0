import type { ChatEvent } from './chat.js'
import { type JsonValue, parseJson } from './json.js'
import type { Frame } from './provider.js'

type Delta = Extract<ChatEvent, { readonly type: 'delta' }>

/** What a frame holds that says more of a text, and nothing else. */
export interface PlainDelta {
  readonly text: string
  /** A member behind the text that nobody reads and that every frame has other characters in. */
  readonly noise?: { readonly name: string; readonly value: string }
}

/**
 * Tells of a frame's JSON whether it only says more of a text: whoever reads it within an open block makes one delta of it, and is left as
 * he was, whatever the text is. Undefined where it does not, or might not.
 */
export type PlainDeltaOf = (value: JsonValue) => PlainDelta | undefined

/**
 * Recognises such frames in bytes. Most frames of a stream differ from the one before in their text alone: their JSON need not be read
 * once one of them has been.
 */
export interface PlainDeltas {
  /** Told of every frame that was read the long way, with what it has become. */
  learn(frame: Frame, events: readonly ChatEvent[]): void
  /** The event of the frame that begins at `from`, which is where a frame begins, and ends at `end()`; undefined where it must be read. */
  read(bytes: Uint8Array, from: number): Delta | undefined
  end(): number
}

/** A frame around its text, and around the noise in it. */
interface Template {
  readonly choice: number
  readonly block: number
  readonly head: Uint8Array
  readonly tail: Uint8Array
  /** What is behind the noise, which is behind `tail`. */
  readonly last?: Uint8Array
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const ASCII_END = 0x80

/** Choices that take turns. */
const MOST_TEMPLATES = 8
/** So many frames of a block are looked at without one being recognised; then all are different, and none will be. */
const MOST_VAIN = 16
/** A longer text is read the long way. */
const LONGEST = 4096
/** Strings up to here are made flat, so that adding one character at a time costs nothing more. */
const SHORT = 12

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

export function plainDeltas(plainDeltaOf: PlainDeltaOf): PlainDeltas {
  return new Templates(plainDeltaOf)
}

class Templates implements PlainDeltas {
  private readonly plainDeltaOf: PlainDeltaOf
  private templates: readonly Template[] = []
  private vain = 0
  private at = 0

  constructor(plainDeltaOf: PlainDeltaOf) {
    this.plainDeltaOf = plainDeltaOf
  }

  learn(frame: Frame, events: readonly ChatEvent[]): void {
    const [event] = events
    const isDelta = events.length === 1 && event?.type === 'delta' && event.logprobs === undefined
    if (!isDelta) {
      this.templates = []
      if (event?.type === 'block-start') this.vain = 0
      return
    }
    // Of many frames that come at once all are read the long way.
    const known = frame.raw && this.read(frame.raw, 0)
    if (known?.text === event.text && known.choice === event.choice && known.block === event.block) return
    const template = this.vain++ < MOST_VAIN ? templateOf(frame, event, this.plainDeltaOf) : undefined
    const others = this.templates.filter(({ choice, block }) => choice !== event.choice || block !== event.block)
    this.templates = template === undefined ? [] : [template, ...others.slice(0, MOST_TEMPLATES - 1)]
  }

  read(bytes: Uint8Array, from: number): Delta | undefined {
    for (const template of this.templates) {
      const event = this.readAs(template, bytes, from)
      if (event === undefined) continue
      this.vain = 0
      return event
    }
    return undefined
  }

  end(): number {
    return this.at
  }

  private readAs({ head, tail, last, choice, block }: Template, bytes: Uint8Array, from: number): Delta | undefined {
    if (!standsAt(head, bytes, from)) return undefined
    const start = from + head.length
    const closing = closingQuote(bytes, start)
    if (closing <= start || !standsAt(tail, bytes, closing)) return undefined
    let at = closing + tail.length
    if (last) {
      at = plainEnd(bytes, at)
      if (!standsAt(last, bytes, at)) return undefined
      at += last.length
    }
    const text = textOf(bytes, start, closing)
    if (text === undefined) return undefined
    this.at = at
    return { type: 'delta', choice, block, text }
  }
}

/**
 * A frame without escapes in which the text stands once, as a string, has it where the dialect says; one in which it stands more than
 * once is not learned from.
 */
function templateOf(frame: Frame, { choice, block, text }: Delta, plainDeltaOf: PlainDeltaOf): Template | undefined {
  const written = frame.raw && frame.type === 'event' && endsFrame(frame.raw) ? decoded(frame.raw) : undefined
  if (written === undefined || written.includes('\\') || written.includes('\r')) return undefined
  const plain = plainDeltaOf(parseJson(frame.data) ?? null)
  if (plain?.text !== text) return undefined
  const at = onlyPlace(written, `"${text}"`)
  if (at < 0) return undefined
  const head = encoder.encode(written.slice(0, at + 1))
  const behind = at + 1 + text.length
  if (plain.noise === undefined) return { choice, block, head, tail: encoder.encode(written.slice(behind)) }
  const name = `"${plain.noise.name}":"`
  const noise = onlyPlace(written, name) + name.length
  const noiseEnd = noise + plain.noise.value.length
  if (noise < behind || !written.startsWith('"', noiseEnd)) return undefined
  const tail = encoder.encode(written.slice(behind, noise))
  return { choice, block, head, tail, last: encoder.encode(written.slice(noiseEnd)) }
}

function decoded(raw: Uint8Array): string | undefined {
  try {
    return decoder.decode(raw)
  } catch {
    return undefined
  }
}

/** Where the part stands, and -1 where it does not or does so twice. */
function onlyPlace(text: string, part: string): number {
  const at = text.indexOf(part)
  return at >= 0 && text.indexOf(part, at + 1) < 0 ? at : -1
}

function standsAt(part: Uint8Array, bytes: Uint8Array, from: number): boolean {
  if (from + part.length > bytes.length) return false
  for (let index = 0; index < part.length; index++) if (bytes[from + index] !== part[index]) return false
  return true
}

/** Where the string ends that `start` is within; -1 for one that is too long, or none. */
function closingQuote(bytes: Uint8Array, start: number): number {
  const stop = Math.min(bytes.length, start + LONGEST)
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) return at
    if (byte < SPACE) return -1
    if (byte === BACKSLASH) at++
  }
  return -1
}

/** Where the ASCII without quotes and escapes ends that begins at `start`. */
function plainEnd(bytes: Uint8Array, start: number): number {
  let at = start
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH || byte >= ASCII_END) break
  }
  return at
}

/** The string that stands there; undefined where it is none, or empty. */
function textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  const isPlain = plainEnd(bytes, start) === end
  if (isPlain && end - start <= SHORT) {
    let text = ''
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0)
    return text
  }
  try {
    const text = decoder.decode(bytes.subarray(start, end))
    return isPlain || !text.includes('\\') ? text : (JSON.parse(`"${text}"`) as string) || undefined
  } catch {
    return undefined
  }
}

const LF = 0x0a
const CR = 0x0d

/** Whether the bytes end with a blank line, by line feeds or by CRLF. */
export function endsFrame(bytes: Uint8Array): boolean {
  const end = bytes.length
  if (bytes[end - 1] !== LF) return false
  return bytes[end - 2] === LF || (bytes[end - 2] === CR && bytes[end - 3] === LF)
}
