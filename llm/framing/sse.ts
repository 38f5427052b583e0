import { GatewayError } from '../../core/errors.js'
import type { Framing } from '../../core/framing.js'
import type { Frame } from '../../core/provider.js'
import type { Ending, Transform } from '../../core/transform.js'

const LF = 0x0a
const CR = 0x0d
const BOM = 0xfeff

/** The largest event that is read, in bytes; an endless line is refused before it fills the memory. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

/**
 * Server-sent events (WHATWG HTML, section 9.2). Frames keep their exact bytes in `raw`; comments and events without data come
 * out as frames with empty `data`, so that forwarding every `raw` reproduces the stream.
 */
export const sse: Framing = { contentType: 'text/event-stream; charset=utf-8', decode: decodeSse, encode: encodeSse }

function decodeSse(): Transform<Uint8Array, Frame> {
  return new SseReader()
}

class SseReader implements Transform<Uint8Array, Frame> {
  private held: Uint8Array[] = []
  private heldBytes = 0
  // State of the line that the last chunk broke off in.
  private insideLine = false
  private afterCr = false
  private first = true

  push(chunk: Uint8Array): readonly Frame[] {
    const frames: Frame[] = []
    let frameStart = 0
    let lineStart = this.afterCr && chunk[0] === LF ? 1 : 0
    if (chunk.length > 0) this.afterCr = false
    let lf = chunk.indexOf(LF)
    let cr = chunk.indexOf(CR)
    while (lineStart < chunk.length) {
      if (lf !== -1 && lf < lineStart) lf = chunk.indexOf(LF, lineStart)
      if (cr !== -1 && cr < lineStart) cr = chunk.indexOf(CR, lineStart)
      const end = earlier(lf, cr)
      if (end === -1) break
      const blank = end === lineStart && !this.insideLine
      this.insideLine = false
      let next = end + 1
      if (chunk[end] === CR) {
        if (next === chunk.length) this.afterCr = true
        else if (chunk[next] === LF) next++
      }
      lineStart = next
      if (blank) {
        frames.push(this.take(frameStart === 0 && next === chunk.length ? chunk : chunk.subarray(frameStart, next)))
        frameStart = next
      }
    }
    if (lineStart < chunk.length) this.insideLine = true
    if (frameStart < chunk.length) {
      this.held.push(chunk.subarray(frameStart))
      this.heldBytes += chunk.length - frameStart
      if (this.heldBytes > MAX_EVENT_BYTES) {
        throw new GatewayError('upstream_error', `The provider sent an event larger than ${MAX_EVENT_BYTES} bytes.`)
      }
    }
    return frames
  }

  // A last event without its blank line is not dispatched by browsers, but real providers end that way.
  end(how: Ending): readonly Frame[] {
    if (how === 'cut' || this.heldBytes === 0) return []
    // Also a byte that ends nothing: who passes every frame on has then passed every byte.
    return [this.take(new Uint8Array(0))]
  }

  private take(piece: Uint8Array): Frame {
    const { held } = this
    const raw = held.length === 0 ? piece : Buffer.concat([...held, piece])
    if (held.length > 0) this.held = []
    this.heldBytes = 0
    const text = textOf(raw)
    const frame = readFrame(raw, this.first && text.charCodeAt(0) === BOM ? text.slice(1) : text)
    this.first = false
    return frame
  }
}

function readFrame(raw: Uint8Array, text: string): Frame {
  let event = ''
  let data: string | undefined
  let start = 0
  let lf = text.indexOf('\n')
  let cr = text.indexOf('\r')
  while (start < text.length) {
    if (lf !== -1 && lf < start) lf = text.indexOf('\n', start)
    if (cr !== -1 && cr < start) cr = text.indexOf('\r', start)
    const found = earlier(lf, cr)
    const end = found === -1 ? text.length : found
    if (isField(text, start, end, 'data')) {
      const line = fieldValue(text, start + 5, end)
      data = data === undefined ? line : `${data}\n${line}`
    } else if (isField(text, start, end, 'event')) {
      event = fieldValue(text, start + 6, end)
    }
    // Between CR and LF there is then a blank line, which says nothing.
    start = end + 1
  }
  return { type: 'event', event, data: data ?? '', raw }
}

/** One call for the whole frame: lines and fields are parted by ASCII, which never is a part of another character. */
function textOf(bytes: Uint8Array): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.toString('utf8')
}

/** The lower of two positions, of which -1 is none. */
function earlier(one: number, other: number): number {
  return other === -1 || (one !== -1 && one < other) ? one : other
}

function isField(text: string, start: number, end: number, name: string): boolean {
  if (!text.startsWith(name, start)) return false
  const after = start + name.length
  return after === end || text.charAt(after) === ':'
}

function fieldValue(text: string, start: number, end: number): string {
  return text.slice(text.charAt(start) === ' ' ? start + 1 : start, end)
}

function encodeSse(frame: Frame): Uint8Array {
  if (frame.raw) return frame.raw
  const name = frame.type === 'event' && frame.event !== '' ? `event: ${frame.event}\n` : ''
  const text = `${name}data: ${frame.data}\n\n`
  // JSON has no line feeds, so that nothing has to be looked for a second time.
  if (text.indexOf('\n', name.length) === text.length - 2) return Buffer.from(text)
  return Buffer.from(`${name}data: ${frame.data.replaceAll('\n', '\ndata: ')}\n\n`)
}
