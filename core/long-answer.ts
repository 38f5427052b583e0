import type { JsonValue } from './json.js'
import { readJson, VALUE_ALONE } from './json-reader.js'
import { isLongJson, writeJson } from './json-writer.js'
import type { Frame } from './provider.js'
import { inTurns, type Turns } from './turns.js'

/**
 * Bytes of a whole answer from which on it is read in steps, which takes some times as long. Shorter ones the platform's parser reads in
 * at most 10 ms: that is what 2 MB of numbers take.
 */
export const LONG_ANSWER = 2 * 1024 * 1024

/** Values that are read together: a vector, which is what most long lists are of, is some tens of kilobytes. */
const TOGETHER = 64 * 1024

/** A whole answer as it came. The text of a long one is made when somebody asks for it: most are read by their bytes. */
export function wholeAnswer(raw: Uint8Array): Frame {
  return raw.length > LONG_ANSWER ? new LongBody(raw, undefined) : { type: 'body', data: textOf(raw), raw }
}

class LongBody {
  readonly type = 'body'
  readonly raw: Uint8Array
  readonly value?: JsonValue

  constructor(raw: Uint8Array, value: JsonValue | undefined) {
    this.raw = raw
    if (value !== undefined) this.value = value
  }

  get data(): string {
    return textOf(this.raw)
  }
}

function textOf(raw: Uint8Array): string {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** The frames of a whole answer; what the JSON of a long one says is read ahead, in turns. Decoders find it with `jsonIn`. */
export function readAhead(frames: readonly Frame[], turns: Turns): readonly Frame[] | Promise<readonly Frame[]> {
  const [only] = frames
  const raw = only?.type === 'body' ? only.raw : undefined
  if (raw === undefined || raw.length <= LONG_ANSWER) return frames
  return readValue(raw, turns).then((value) => (value === undefined ? frames : [new LongBody(raw, value)]))
}

/** Undefined where it is no JSON, or nested deeper than this reader goes: who reads the text finds out what is wrong with it. */
async function readValue(raw: Uint8Array, turns: Turns): Promise<JsonValue | undefined> {
  // Putting the body together was a turn's work.
  await turns.pause()
  try {
    return (await inTurns(readJson(raw, VALUE_ALONE, TOGETHER), turns)).value
  } catch {
    return undefined
  }
}

/** Characters from which on the JSON of an answer is written in steps: some milliseconds' work. */
const LONG_JSON = 512 * 1024

/** A frame that is a whole answer; a long one has its value, to be written in turns (`writeBody`), and no text. */
export function bodyFrame(value: JsonValue): Frame {
  return isLongJson(value, LONG_JSON)
    ? { type: 'body', data: '', value }
    : { type: 'body', data: JSON.stringify(value) }
}

/** What of a frame is left to be written; undefined where it has its text, or its bytes. */
export function unwritten(frame: Frame): JsonValue | undefined {
  return frame.type === 'body' && frame.data === '' && frame.raw === undefined ? frame.value : undefined
}

/** The bytes of such a frame. */
export function writeBody(value: JsonValue, turns: Turns): Uint8Array | Promise<Uint8Array> {
  return inTurns(writeJson(value), turns)
}

/** What the JSON of a frame says. Throws `SyntaxError` where it is none. */
export function jsonIn(frame: Frame): JsonValue {
  return frame.type === 'body' && frame.value !== undefined ? frame.value : (JSON.parse(frame.data) as JsonValue)
}
