import type { Socket } from 'node:net'
import { CODES, ConnectionError } from './errors.js'
import { FRAME, type FrameReader, frameReader } from './frames.js'
import { type HeaderField, LIST_SIZE } from './hpack.js'
import { type Incoming, incoming, STREAM_WINDOW, type Streams } from './incoming.js'
import { number, SETTING, setting } from './numbers.js'
import { type Outbox, outbox } from './outbox.js'
import { type Sending, sending } from './sending.js'
import type { Responses, ServerStream, Stream, StreamEvents } from './stream.js'

export interface Http2Options {
  /** A request has begun. Must not throw. */
  accept(stream: ServerStream, headers: readonly HeaderField[], responses: Responses): StreamEvents
  /** What the client sent is not HTTP/2; the connection is ended. */
  broken(error: ConnectionError): void
}

/** Bytes that may wait for a client to read them; with more than that nothing is read of it, since what it sends may want answers without end. */
const MOST_WAITING = 16 * 1024 * 1024

/** How long a client may take to read the last of a connection, in milliseconds. */
const PATIENCE = 5000

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/**
 * Serves HTTP/2 on a connection to a client that speaks it from the start (RFC 9113, 3.3), until it is closed. The number of streams has no limit, and
 * resetting them is no attack: a gateway opens one for each request and resets what it is done with. What was read together is answered together.
 */
export function serveHttp2(socket: Socket, options: Http2Options): void {
  const connection = new Connection(socket, options)
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => connection.receive(chunk))
  socket.on('drain', () => {
    if (socket.isPaused()) socket.resume()
  })
  // Writing now would destroy the socket, and what it has not sent yet.
  socket.on('end', () => connection.leave())
  // Its close follows.
  socket.on('error', () => {})
  socket.on('close', () => connection.over())
}

class Connection implements Responses, Streams {
  readonly open = new Map<number, Stream>()
  private readonly socket: Socket
  private readonly options: Http2Options
  private readonly out: Outbox
  private readonly sender: Sending
  private readonly incoming: Incoming
  private readonly reader: FrameReader
  private wanting: Stream[] = []
  private flushing: 'no' | 'soon' | 'after what came' = 'no'
  private state: 'open' | 'over' = 'open'
  private greeting: Buffer = PREFACE

  constructor(socket: Socket, options: Http2Options) {
    this.socket = socket
    this.options = options
    this.out = outbox(socket)
    const first = [setting(SETTING.firstWindow, STREAM_WINDOW), setting(SETTING.listSize, LIST_SIZE)]
    this.out.frame(FRAME.settings, 0, 0, first)
    this.sender = sending(this.out, (stream) => this.saidAll(stream, 'server'))
    this.incoming = incoming(this, this.out, this.sender)
    this.reader = frameReader(this.incoming)
    // At once: nothing else that is written to the socket may come before them.
    this.out.flush()
  }

  receive(chunk: Buffer): void {
    if (this.state === 'over') return
    this.flushing = 'after what came'
    try {
      this.reader.push(this.greeting.length === 0 ? chunk : this.greeted(chunk))
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
      const last = number(this.incoming.lastStream())
      this.out.frame(FRAME.goaway, 0, 0, [last, number(CODES[error.code])])
      this.out.flush()
      this.leave()
      this.options.broken(error)
    }
    this.flush()
  }

  over(): void {
    if (this.state === 'over') return
    this.state = 'over'
    for (const stream of [...this.open.values()]) this.forget(stream)
  }

  /** Ends it all, once what was written has been sent; a client that does not read is not waited for. */
  leave(): void {
    const { socket } = this
    this.over()
    socket.destroySoon()
    const patience = setTimeout(() => socket.destroy(), PATIENCE)
    socket.on('close', () => clearTimeout(patience))
  }

  begin(stream: ServerStream, headerBlock: Buffer): void {
    if (!this.isOpen(stream)) return
    this.sender.begin(stream, headerBlock)
    this.flushSoon()
  }

  data(stream: ServerStream, pieces: readonly Buffer[]): void {
    if (!this.isOpen(stream)) return
    this.sender.data(stream, pieces)
    this.flushSoon()
  }

  end(stream: ServerStream, headerBlock: Buffer): void {
    if (!this.isOpen(stream)) return
    this.sender.end(stream, headerBlock)
    this.flushSoon()
  }

  wantsFlush(stream: ServerStream): void {
    if (!this.isOpen(stream) || stream.flush === 'wanted') return
    stream.flush = 'wanted'
    this.wanting.push(stream)
    this.flushSoon()
  }

  opened(id: number, fields: readonly HeaderField[], place: 'last' | 'not last'): void {
    const stream: Stream = {
      id,
      events: undefined,
      window: this.sender.firstWindow(),
      allowance: STREAM_WINDOW,
      over: 'nobody',
      queue: undefined,
      trailers: undefined,
      flush: 'not wanted',
    }
    this.open.set(id, stream)
    stream.events = this.options.accept(stream, fields, this)
    if (place === 'last') this.ended(stream)
  }

  ended(stream: Stream): void {
    stream.events?.ended()
    this.saidAll(stream, 'client')
  }

  reset(stream: Stream, code: keyof typeof CODES): void {
    this.out.frame(FRAME.reset, 0, stream.id, [number(CODES[code])])
    this.forget(stream)
  }

  forget(stream: Stream): void {
    if (!this.open.delete(stream.id)) return
    this.sender.forget(stream)
    stream.events?.closed()
    stream.events = undefined
  }

  private saidAll(stream: Stream, who: 'client' | 'server'): void {
    if (stream.over === 'nobody') stream.over = who
    else if (stream.over !== who) this.forget(stream)
  }

  private isOpen(stream: ServerStream): stream is Stream {
    const known = this.open.get(stream.id)
    return known !== undefined && known === stream && known.over !== 'server' && known.trailers === undefined
  }

  private flush(): void {
    this.flushing = 'after what came'
    const { wanting, socket } = this
    // A stream that is told may want it again.
    for (let at = 0; at < wanting.length; at++) {
      const stream = wanting[at] as Stream
      stream.flush = 'not wanted'
      stream.events?.flush()
    }
    this.wanting = []
    this.flushing = 'no'
    if (this.state !== 'open') return
    this.out.flush()
    if (socket.writableLength > MOST_WAITING) socket.pause()
  }

  private flushSoon(): void {
    if (this.flushing !== 'no') return
    this.flushing = 'soon'
    process.nextTick(() => this.flush())
  }

  private greeted(chunk: Buffer): Buffer {
    const { greeting } = this
    const part = chunk.subarray(0, greeting.length)
    if (!part.equals(greeting.subarray(0, part.length))) throw new ConnectionError('protocol', 'no HTTP/2')
    this.greeting = greeting.subarray(part.length)
    return chunk.subarray(part.length)
  }
}
