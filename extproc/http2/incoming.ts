import { type CODES, ConnectionError } from './errors.js'
import { FLAG, FRAME, type FrameListener, HEAD, withoutPadding } from './frames.js'
import { type HeaderField, headerReader, LIST_SIZE } from './hpack.js'
import { number, numberIn, SETTING } from './numbers.js'
import type { Outbox } from './outbox.js'
import { DEFAULT_WINDOW, type Sending } from './sending.js'
import type { Stream } from './stream.js'

/** What the client may send before it is told that it was read, in bytes: large bodies need not wait for leave. */
const CONNECTION_WINDOW = 64 * 1024 * 1024
export const STREAM_WINDOW = 4 * 1024 * 1024

/** What a priority takes of headers, in bytes. */
const PRIORITY = 5

/** A header block of which not all has come. */
interface Block {
  readonly stream: number
  readonly ends: boolean
  readonly parts: Buffer[]
  size: number
}

/** A connection as what comes on it needs it. */
export interface Streams {
  readonly open: ReadonlyMap<number, Stream>
  /** The client opens a stream; `place` says whether it has said everything with it. */
  opened(id: number, fields: readonly HeaderField[], place: 'last' | 'not last'): void
  /** The client has said everything on it. */
  ended(stream: Stream): void
  reset(stream: Stream, code: keyof typeof CODES): void
  forget(stream: Stream): void
}

/** What the client's frames do (RFC 9113). Both methods throw `ConnectionError`. */
export interface Incoming extends FrameListener {
  /** The last stream that the client has opened. */
  lastStream(): number
}

/** See `Incoming`; gives leave for `CONNECTION_WINDOW` at once. */
export function incoming(streams: Streams, out: Outbox, sender: Sending): Incoming {
  return new ClientFrames(streams, out, sender)
}

class ClientFrames implements Incoming {
  private readonly streams: Streams
  private readonly out: Outbox
  private readonly sender: Sending
  private readonly headers = headerReader()
  private latest = 0
  private allowance = CONNECTION_WINDOW
  private block: Block | undefined = undefined

  constructor(streams: Streams, out: Outbox, sender: Sending) {
    this.streams = streams
    this.out = out
    this.sender = sender
    this.grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW)
  }

  lastStream(): number {
    return this.latest
  }

  data(id: number, bytes: Buffer, padding: number, place: 'last' | 'not last'): void {
    const { streams } = this
    if (this.block || id > this.latest || id % 2 === 0) throw new ConnectionError('protocol', 'data of no stream')
    const stream = streams.open.get(id)
    this.allowance -= bytes.length + padding
    if (this.allowance < CONNECTION_WINDOW / 2) {
      this.grant(0, CONNECTION_WINDOW - this.allowance)
      this.allowance = CONNECTION_WINDOW
    }
    // What was on its way when a stream was closed is read and forgotten.
    if (stream === undefined) return
    if (stream.over === 'client') {
      streams.reset(stream, 'stream closed')
      return
    }
    stream.allowance -= bytes.length + padding
    if (stream.allowance < STREAM_WINDOW / 2 && place === 'not last') {
      this.grant(id, STREAM_WINDOW - stream.allowance)
      stream.allowance = STREAM_WINDOW
    }
    if (bytes.length > 0) stream.events?.data(bytes)
    if (place === 'last') streams.ended(stream)
  }

  frame(type: number, flags: number, id: number, payload: Buffer): void {
    const { block, streams } = this
    if (block && (type !== FRAME.continuation || id !== block.stream)) {
      throw new ConnectionError('protocol', 'a frame within a header block')
    }
    switch (type) {
      case FRAME.headers:
        this.headersCame(id, flags, payload)
        break
      case FRAME.continuation:
        this.blockCame(payload, flags)
        break
      case FRAME.reset: {
        if (id === 0 || id > this.latest) throw new ConnectionError('protocol', 'a reset of no stream')
        numberIn(payload)
        const stream = streams.open.get(id)
        if (stream) streams.forget(stream)
        break
      }
      case FRAME.settings:
        if (id !== 0) throw new ConnectionError('protocol', 'settings of a stream')
        if ((flags & FLAG.ack) === 0) this.settingsCame(payload)
        break
      case FRAME.ping:
        if (id !== 0) throw new ConnectionError('protocol', 'a ping on a stream')
        if (payload.length !== 8) throw new ConnectionError('frame size', 'a ping of a wrong length')
        if ((flags & FLAG.ack) === 0) this.out.frame(FRAME.ping, FLAG.ack, 0, [payload])
        break
      case FRAME.window:
        this.windowCame(id, payload)
        break
      case FRAME.push:
        throw new ConnectionError('protocol', 'a promise of a client')
      // Priorities, that the client will leave, and what nobody knows are passed over.
    }
  }

  private headersCame(id: number, flags: number, payload: Buffer): void {
    if (id % 2 === 0) throw new ConnectionError('protocol', 'a stream that a client cannot open')
    const plain = (flags & FLAG.padded) === 0 ? payload : withoutPadding(payload)
    const priority = (flags & FLAG.priority) === 0 ? 0 : PRIORITY
    if (plain.length < priority) throw new ConnectionError('frame size', 'headers without their priority')
    this.block = { stream: id, ends: (flags & FLAG.end) !== 0, parts: [], size: 0 }
    this.blockCame(priority === 0 ? plain : plain.subarray(priority), flags)
  }

  private blockCame(part: Buffer, flags: number): void {
    const { block } = this
    if (block === undefined) throw new ConnectionError('protocol', 'a header block that was not begun')
    block.parts.push(part)
    block.size += HEAD + part.length
    if (block.size > LIST_SIZE) throw new ConnectionError('too much', 'a header block that is too long')
    if ((flags & FLAG.endHeaders) === 0) return
    const { stream, ends, parts } = block
    this.block = undefined
    this.blockEnded(stream, ends ? 'last' : 'not last', parts.length === 1 ? part : Buffer.concat(parts))
  }

  private blockEnded(id: number, place: 'last' | 'not last', bytes: Buffer): void {
    const { streams } = this
    // Also that of a stream that is closed: the table goes on.
    const fields = this.headers.read(bytes)
    const stream = streams.open.get(id)
    if (stream === undefined) {
      if (id <= this.latest) return
      this.latest = id
      streams.opened(id, fields, place)
    } else if (stream.over === 'client') streams.reset(stream, 'stream closed')
    else if (place === 'last') streams.ended(stream)
    else streams.reset(stream, 'protocol')
  }

  private settingsCame(payload: Buffer): void {
    const { sender, streams } = this
    if (payload.length % 6 !== 0) throw new ConnectionError('frame size', 'settings of a wrong length')
    for (let at = 0; at < payload.length; at += 6) {
      const setting = payload.readUInt16BE(at)
      const value = payload.readUInt32BE(at + 2)
      if (setting === SETTING.firstWindow) sender.setFirstWindow(value, streams.open.values())
      else if (setting === SETTING.frameSize) sender.setFrameSize(value)
    }
    this.out.frame(FRAME.settings, FLAG.ack, 0, [])
    sender.resume(streams.open.values())
  }

  private windowCame(id: number, payload: Buffer): void {
    const more = numberIn(payload) & 0x7f_ff_ff_ff
    const stream = this.streams.open.get(id)
    if (id > this.latest) throw new ConnectionError('protocol', 'a window of no stream')
    if (more === 0) throw new ConnectionError('protocol', 'a window that is not widened')
    if (id === 0) this.sender.widenConnection(more)
    else if (stream) this.sender.widen(stream, more)
  }

  private grant(id: number, bytes: number): void {
    this.out.frame(FRAME.window, 0, id, [number(bytes)])
  }
}
