import { GatewayError } from '../../core/errors.js'
import type { Framing } from '../../core/framing.js'
import type { Frame } from '../../core/provider.js'
import type { Transform } from '../../core/transform.js'

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a
const SPACE = 0x20

/** The largest event that is read, in bytes; an endless line is refused before it fills the memory. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024

/**
 * Server-sent events (WHATWG HTML, section 9.2). Frames keep their exact bytes in `raw`; comments and events without data come
 * out as frames with empty `data`, so that forwarding every `raw` reproduces the stream.
 */
export const sse: Framing = { contentType: 'text/event-stream; charset=utf-8', decode: decodeSse, encode: encodeSse }

function decodeSse(): Transform<Uint8Array, Frame> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  // State of the line that the last chunk broke off in.
  let insideLine = false
  let afterCr = false
  let first = true

  const take = (piece: Uint8Array): Frame => {
    const raw = held.length === 0 ? piece : Buffer.concat([...held, piece])
    held = []
    heldBytes = 0
    const frame = readFrame(raw, first ? withoutBom(raw) : raw)
    first = false
    return frame
  }

  return {
    push(chunk) {
      const frames: Frame[] = []
      let frameStart = 0
      let lineStart = afterCr && chunk[0] === LF ? 1 : 0
      if (chunk.length > 0) afterCr = false
      const crs = chunk.indexOf(CR) !== -1
      for (;;) {
        const end = crs ? lineEnd(chunk, lineStart) : chunk.indexOf(LF, lineStart)
        if (end === -1) break
        const blank = end === lineStart && !insideLine
        insideLine = false
        let next = end + 1
        if (chunk[end] === CR) {
          if (next === chunk.length) afterCr = true
          else if (chunk[next] === LF) next++
        }
        lineStart = next
        if (blank) {
          frames.push(take(chunk.subarray(frameStart, next)))
          frameStart = next
        }
      }
      if (lineStart < chunk.length) insideLine = true
      if (frameStart < chunk.length) {
        held.push(chunk.subarray(frameStart))
        heldBytes += chunk.length - frameStart
        if (heldBytes > MAX_EVENT_BYTES) {
          throw new GatewayError('upstream_error', `The provider sent an event larger than ${MAX_EVENT_BYTES} bytes.`)
        }
      }
      return frames
    },
    // A last event without its blank line is not dispatched by browsers, but real providers end that way.
    end(how) {
      if (how === 'cut' || heldBytes === 0) return []
      // Also a byte that ends nothing: who passes every frame on has then passed every byte.
      return [take(new Uint8Array(0))]
    },
  }
}

function readFrame(raw: Uint8Array, bytes: Uint8Array): Frame {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const plain = plainData(buffer)
  if (plain !== undefined) return { type: 'event', event: '', data: plain, raw }
  let event = ''
  let data: string | undefined
  let start = 0
  while (start < buffer.length) {
    let end = lineEnd(buffer, start)
    if (end === -1) end = buffer.length
    if (startsWithField(buffer, start, end, 'data')) {
      const line = fieldValue(buffer, start + 5, end)
      data = data === undefined ? line : `${data}\n${line}`
    } else if (startsWithField(buffer, start, end, 'event')) {
      event = fieldValue(buffer, start + 6, end)
    }
    start = buffer[end] === CR && buffer[end + 1] === LF ? end + 2 : end + 1
  }
  return { type: 'event', event, data: data ?? '', raw }
}

/** The data of a frame in the form that nearly all have, one `data` line ended by line feeds; undefined for any other. */
function plainData(buffer: Buffer): string | undefined {
  const end = buffer.length - 2
  if (end < 5 || buffer[4] !== COLON || !startsWithField(buffer, 0, end, 'data')) return undefined
  if (buffer.indexOf(LF) !== end || buffer[end + 1] !== LF || buffer.indexOf(CR) !== -1) return undefined
  return fieldValue(buffer, 5, end)
}

function startsWithField(buffer: Buffer, start: number, end: number, name: string): boolean {
  const length = name.length
  if (end - start < length) return false
  for (let i = 0; i < length; i++) if (buffer[start + i] !== name.charCodeAt(i)) return false
  return end - start === length || buffer[start + length] === COLON
}

function fieldValue(buffer: Buffer, start: number, end: number): string {
  return buffer.toString('utf8', buffer[start] === SPACE ? start + 1 : start, Math.max(start, end))
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const lf = bytes.indexOf(LF, from)
  const cr = bytes.subarray(from, lf === -1 ? bytes.length : lf).indexOf(CR)
  return cr === -1 ? lf : from + cr
}

function withoutBom(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function encodeSse(frame: Frame): Uint8Array {
  if (frame.raw) return frame.raw
  const name = frame.type === 'event' && frame.event !== '' ? `event: ${frame.event}\n` : ''
  const data = frame.data.includes('\n') ? frame.data.replaceAll('\n', '\ndata: ') : frame.data
  return Buffer.from(`${name}data: ${data}\n\n`)
}
