import type { Socket } from 'node:net'
import { CODES, ConnectionError } from './errors.js'
import { FLAG, FRAME, type FrameListener, frameReader, HEAD, withoutPadding } from './frames.js'
import { type HeaderField, headerReader, LIST_SIZE } from './hpack.js'
import { outbox } from './outbox.js'
import { DEFAULT_WINDOW, sending } from './sending.js'
import type { Responses, ServerStream, Stream, StreamEvents } from './stream.js'

export interface Http2Options {
  /** A request has begun. Must not throw. */
  accept(stream: ServerStream, headers: readonly HeaderField[], responses: Responses): StreamEvents
  /** What the client sent is not HTTP/2; the connection is ended. */
  broken(error: ConnectionError): void
}

/** What the client may send before it is told that it was read, in bytes: large bodies need not wait for leave. */
const CONNECTION_WINDOW = 64 * 1024 * 1024
const STREAM_WINDOW = 4 * 1024 * 1024

/** What a priority takes of headers, in bytes. */
const PRIORITY = 5

/** Bytes that may wait for a client to read them; with more than that nothing is read of it, since what it sends may want answers without end. */
const MOST_WAITING = 16 * 1024 * 1024

/** How long a client may take to read the last of a connection, in milliseconds. */
const PATIENCE = 5000

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** Identifiers of settings (RFC 9113, 6.5.2). */
const SETTING = { firstWindow: 4, frameSize: 5, listSize: 6 } as const

/** A header block of which not all has come. */
interface Block {
  readonly stream: number
  readonly ends: boolean
  readonly parts: Buffer[]
  size: number
}

/**
 * Serves HTTP/2 on a connection to a client that speaks it from the start (RFC 9113, 3.3), until it is closed. The number of streams has no limit, and
 * resetting them is no attack: a gateway opens one for each request and resets what it is done with. What was read together is answered together.
 */
export function serveHttp2(socket: Socket, { accept, broken }: Http2Options): void {
  const streams = new Map<number, Stream>()
  const headers = headerReader()
  const out = outbox(socket)
  let wanting: Stream[] = []
  let flushing: 'no' | 'soon' | 'after what came' = 'no'
  let state: 'open' | 'over' = 'open'
  let greeting = PREFACE
  let lastStream = 0
  let allowance = CONNECTION_WINDOW
  let block: Block | undefined

  const flush = () => {
    flushing = 'after what came'
    // A stream that is told may want it again.
    for (let at = 0; at < wanting.length; at++) {
      const stream = wanting[at] as Stream
      stream.flush = 'not wanted'
      stream.events?.flush()
    }
    wanting = []
    flushing = 'no'
    if (state !== 'open') return
    out.flush()
    if (socket.writableLength > MOST_WAITING) socket.pause()
  }
  const flushSoon = () => {
    if (flushing !== 'no') return
    flushing = 'soon'
    process.nextTick(flush)
  }

  const forget = (stream: Stream) => {
    if (!streams.delete(stream.id)) return
    sender.forget(stream)
    stream.events?.closed()
    stream.events = undefined
  }
  const saidAll = (stream: Stream, who: 'client' | 'server') => {
    if (stream.over === 'nobody') stream.over = who
    else if (stream.over !== who) forget(stream)
  }
  const sender = sending(out, (stream) => saidAll(stream, 'server'))
  const reset = (stream: Stream, code: keyof typeof CODES) => {
    out.frame(FRAME.reset, 0, stream.id, [number(CODES[code])])
    forget(stream)
  }
  const over = () => {
    if (state === 'over') return
    state = 'over'
    for (const stream of [...streams.values()]) forget(stream)
  }

  /** Ends it all, once what was written has been sent; a client that does not read is not waited for. */
  const leave = () => {
    over()
    socket.destroySoon()
    const patience = setTimeout(() => socket.destroy(), PATIENCE)
    socket.on('close', () => clearTimeout(patience))
  }

  const isOpen = (stream: ServerStream): stream is Stream => {
    const known = streams.get(stream.id)
    return known !== undefined && known === stream && known.over !== 'server' && known.trailers === undefined
  }
  const responses: Responses = {
    begin(stream, headerBlock) {
      if (!isOpen(stream)) return
      sender.begin(stream, headerBlock)
      flushSoon()
    },
    data(stream, pieces) {
      if (!isOpen(stream)) return
      sender.data(stream, pieces)
      flushSoon()
    },
    end(stream, headerBlock) {
      if (!isOpen(stream)) return
      sender.end(stream, headerBlock)
      flushSoon()
    },
    wantsFlush(stream) {
      if (!isOpen(stream) || stream.flush === 'wanted') return
      stream.flush = 'wanted'
      wanting.push(stream)
      flushSoon()
    },
  }

  const clientSaidAll = (stream: Stream) => {
    stream.events?.ended()
    saidAll(stream, 'client')
  }
  const opened = (id: number, fields: readonly HeaderField[], ends: boolean) => {
    lastStream = id
    const stream: Stream = {
      id,
      events: undefined,
      window: sender.firstWindow(),
      allowance: STREAM_WINDOW,
      over: 'nobody',
      queue: undefined,
      trailers: undefined,
      flush: 'not wanted',
    }
    streams.set(id, stream)
    stream.events = accept(stream, fields, responses)
    if (ends) clientSaidAll(stream)
  }
  const headersCame = (id: number, ends: boolean, bytes: Buffer) => {
    // Also those of a stream that is closed: the table goes on.
    const fields = headers.read(bytes)
    const stream = streams.get(id)
    if (stream === undefined) {
      if (id > lastStream) opened(id, fields, ends)
    } else if (stream.over === 'client') reset(stream, 'stream closed')
    else if (ends) clientSaidAll(stream)
    else reset(stream, 'protocol')
  }
  const blockCame = (part: Buffer, flags: number) => {
    if (block === undefined) throw new ConnectionError('protocol', 'a header block that was not begun')
    block.parts.push(part)
    block.size += HEAD + part.length
    if (block.size > LIST_SIZE) throw new ConnectionError('too much', 'a header block that is too long')
    if ((flags & FLAG.endHeaders) === 0) return
    const { stream, ends, parts } = block
    block = undefined
    headersCame(stream, ends, parts.length === 1 ? part : Buffer.concat(parts))
  }
  const settingsCame = (payload: Buffer) => {
    if (payload.length % 6 !== 0) throw new ConnectionError('frame size', 'settings of a wrong length')
    for (let at = 0; at < payload.length; at += 6) {
      const setting = payload.readUInt16BE(at)
      const value = payload.readUInt32BE(at + 2)
      if (setting === SETTING.firstWindow) sender.setFirstWindow(value, streams.values())
      else if (setting === SETTING.frameSize) sender.setFrameSize(value)
    }
    out.frame(FRAME.settings, FLAG.ack, 0, [])
    sender.resume(streams.values())
  }
  const windowCame = (id: number, payload: Buffer) => {
    const more = numberIn(payload) & 0x7f_ff_ff_ff
    const stream = streams.get(id)
    if (id > lastStream) throw new ConnectionError('protocol', 'a window of no stream')
    if (more === 0) throw new ConnectionError('protocol', 'a window that is not widened')
    if (id === 0) sender.widenConnection(more)
    else if (stream) sender.widen(stream, more)
  }
  const grant = (id: number, bytes: number) => out.frame(FRAME.window, 0, id, [number(bytes)])

  const listener: FrameListener = {
    data(id, bytes, padding, place) {
      if (block || id > lastStream || id % 2 === 0) throw new ConnectionError('protocol', 'data of no stream')
      const stream = streams.get(id)
      allowance -= bytes.length + padding
      if (allowance < CONNECTION_WINDOW / 2) {
        grant(0, CONNECTION_WINDOW - allowance)
        allowance = CONNECTION_WINDOW
      }
      // What was on its way when a stream was closed is read and forgotten.
      if (stream === undefined) return
      if (stream.over === 'client') {
        reset(stream, 'stream closed')
        return
      }
      stream.allowance -= bytes.length + padding
      if (stream.allowance < STREAM_WINDOW / 2 && place === 'not last') {
        grant(id, STREAM_WINDOW - stream.allowance)
        stream.allowance = STREAM_WINDOW
      }
      if (bytes.length > 0) stream.events?.data(bytes)
      if (place === 'last') clientSaidAll(stream)
    },
    frame(type, flags, id, payload) {
      if (block && (type !== FRAME.continuation || id !== block.stream)) {
        throw new ConnectionError('protocol', 'a frame within a header block')
      }
      switch (type) {
        case FRAME.headers: {
          if (id % 2 === 0) throw new ConnectionError('protocol', 'a stream that a client cannot open')
          const plain = (flags & FLAG.padded) === 0 ? payload : withoutPadding(payload)
          const priority = (flags & FLAG.priority) === 0 ? 0 : PRIORITY
          if (plain.length < priority) throw new ConnectionError('frame size', 'headers without their priority')
          block = { stream: id, ends: (flags & FLAG.end) !== 0, parts: [], size: 0 }
          blockCame(priority === 0 ? plain : plain.subarray(priority), flags)
          break
        }
        case FRAME.continuation:
          blockCame(payload, flags)
          break
        case FRAME.reset: {
          if (id === 0 || id > lastStream) throw new ConnectionError('protocol', 'a reset of no stream')
          numberIn(payload)
          const stream = streams.get(id)
          if (stream) forget(stream)
          break
        }
        case FRAME.settings:
          if (id !== 0) throw new ConnectionError('protocol', 'settings of a stream')
          if ((flags & FLAG.ack) === 0) settingsCame(payload)
          break
        case FRAME.ping:
          if (id !== 0) throw new ConnectionError('protocol', 'a ping on a stream')
          if (payload.length !== 8) throw new ConnectionError('frame size', 'a ping of a wrong length')
          if ((flags & FLAG.ack) === 0) out.frame(FRAME.ping, FLAG.ack, 0, [payload])
          break
        case FRAME.window:
          windowCame(id, payload)
          break
        case FRAME.push:
          throw new ConnectionError('protocol', 'a promise of a client')
        // Priorities, that the client will leave, and what nobody knows are passed over.
      }
    },
  }
  const reader = frameReader(listener)

  const greeted = (chunk: Buffer): Buffer => {
    const part = chunk.subarray(0, greeting.length)
    if (!part.equals(greeting.subarray(0, part.length))) throw new ConnectionError('protocol', 'no HTTP/2')
    greeting = greeting.subarray(part.length)
    return chunk.subarray(part.length)
  }
  const receive = (chunk: Buffer) => {
    if (state === 'over') return
    flushing = 'after what came'
    try {
      reader.push(greeting.length === 0 ? chunk : greeted(chunk))
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
      out.frame(FRAME.goaway, 0, 0, [number(lastStream), number(CODES[error.code])])
      out.flush()
      leave()
      broken(error)
    }
    flush()
  }

  socket.setNoDelay(true)
  socket.on('data', receive)
  socket.on('drain', () => {
    if (socket.isPaused()) socket.resume()
  })
  socket.on('end', () => {
    // Writing now would destroy the socket, and what it has not sent yet.
    leave()
  })
  // Its close follows.
  socket.on('error', () => {})
  socket.on('close', over)
  out.frame(FRAME.settings, 0, 0, [setting(SETTING.firstWindow, STREAM_WINDOW), setting(SETTING.listSize, LIST_SIZE)])
  grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW)
  // At once: nothing else that is written to the socket may come before them.
  out.flush()
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function numberIn(payload: Buffer): number {
  if (payload.length !== 4) throw new ConnectionError('frame size', 'a frame of a wrong length')
  return payload.readUInt32BE(0)
}

function setting(identifier: number, value: number): Buffer {
  const bytes = Buffer.alloc(6)
  bytes.writeUInt16BE(identifier)
  bytes.writeUInt32BE(value, 2)
  return bytes
}
