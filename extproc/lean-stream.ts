import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { status } from '@grpc/grpc-js'
import { grpcFrames } from './grpc-frames.js'
import type { Outgoing } from './messages.js'
import { LEVEL_METADATA } from './names.js'
import { sentTogether } from './sent-together.js'
import type { Accept, StreamListener } from './stream.js'

const HEAD: OutgoingHttpHeaders = { ':status': 200, 'content-type': 'application/grpc+proto' }
/** Envoy reads no date. */
const WITH_TRAILERS = { waitForTrailers: true, sendDate: false } as const
const WITHOUT_BODY = { endStream: true, sendDate: false } as const

const OK: OutgoingHttpHeaders = { 'grpc-status': status.OK }
const INTERNAL: OutgoingHttpHeaders = { 'grpc-status': status.INTERNAL, 'grpc-message': 'internal error' }

/**
 * Speaks gRPC on a stream of HTTP/2 itself: what a stream costs in grpc-js is mostly its layers of calls, listeners and
 * metadata. What is sent in answer to what came together goes out in one write. `write` makes gRPC frames of messages.
 */
export function leanStream(
  wire: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  accept: Accept,
  write: (messages: readonly Outgoing[]) => readonly Buffer[],
): void {
  const frames = grpcFrames()
  let listener: StreamListener | undefined
  let outbox: readonly Outgoing[] = []
  let flushing: 'no' | 'soon' | 'after what came' = 'no'
  let state: 'open' | 'over' = 'open'

  const isGone = () => wire.destroyed || wire.closed
  const flush = () => {
    flushing = 'no'
    if (outbox.length === 0) return
    const messages = outbox
    outbox = []
    if (isGone()) return
    try {
      const pieces = write(messages)
      if (!wire.headersSent) wire.respond(HEAD, WITH_TRAILERS)
      if (pieces.length === 1) wire.write(pieces[0])
      else writeAll(wire, pieces)
    } catch (error) {
      listener?.broken(error)
      fail()
    }
  }
  const finish = (trailers: OutgoingHttpHeaders) => {
    if (state === 'over') return
    flush()
    state = 'over'
    if (isGone()) return
    if (!wire.headersSent) {
      wire.respond({ ...HEAD, ...trailers }, WITHOUT_BODY)
      return
    }
    wire.on('wantTrailers', () => wire.sendTrailers(trailers))
    wire.end()
  }
  const fail = () => {
    finish(INTERNAL)
    listener?.closed()
  }
  const receive = (chunk: Buffer) => {
    flushing = 'after what came'
    try {
      for (const message of frames.push(chunk)) listener?.message(message)
    } catch (error) {
      listener?.broken(error)
      fail()
    }
    flush()
  }

  listener = accept(
    {
      send(messages) {
        if (state === 'over') return
        outbox = sentTogether(outbox, messages)
        if (flushing !== 'no') return
        flushing = 'soon'
        process.nextTick(flush)
      },
      end: () => finish(OK),
      fail,
    },
    levelOf(headers),
  )
  wire.on('error', ignore)
  wire.on('data', receive)
  wire.on('end', () => listener?.ended())
  wire.on('close', () => {
    state = 'over'
    listener?.closed()
    // Node keeps a stream, and with it this, well beyond its end.
    listener = undefined
  })
}

function writeAll(wire: ServerHttp2Stream, pieces: readonly Buffer[]): void {
  wire.cork()
  for (const piece of pieces) wire.write(piece)
  wire.uncork()
}

function levelOf(headers: IncomingHttpHeaders): string | undefined {
  const level = headers[LEVEL_METADATA]
  return typeof level === 'string' ? level : level?.[0]
}

/** A stream's errors come with its close, which is told. */
const ignore = () => {}
