import type { ServerResponse } from 'node:http'
import {
  type BrotliCompress,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  type Deflate,
  type Gzip,
} from 'node:zlib'

/** Content codings a provider may use. */
export type Coding = 'gzip' | 'br' | 'deflate'

/** What a provider can do to an answer, good or bad. Each `write` is one HTTP chunk and one socket write. */
export interface Reply {
  /** Sends status and headers at once. */
  head(status: number, headers?: Readonly<Record<string, string>>): void
  write(bytes: string | Uint8Array): Promise<void>
  end(bytes?: string | Uint8Array): void
  /** A whole JSON answer. */
  json(status: number, value: unknown, headers?: Readonly<Record<string, string>>): void
  /** A whole event stream: 200, then each piece as its own chunk. */
  stream(pieces: readonly (string | Uint8Array)[], headers?: Readonly<Record<string, string>>): Promise<void>
  /** A writer that compresses and flushes after every piece, so that each piece can be decoded when it arrives. */
  compressed(coding: Coding): { write(text: string): Promise<void>; end(): Promise<void> }
  /** Ends the connection in the middle of the answer: FIN without the last chunk. */
  cut(): void
  /** Resets the connection: RST. */
  reset(): void
  /** Says nothing until the other side gives up. */
  hang(): Promise<void>
  /** Writes bytes to the socket past all HTTP framing. */
  raw(bytes: string): void
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' }

/** The scriptable side of one Node response. */
export function replyOn(response: ServerResponse): Reply {
  const head = (status: number, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(status, headers)
    response.flushHeaders()
  }
  const write = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve) => {
      if (response.destroyed || response.writableEnded) return resolve()
      // Resolves too when the peer is gone: a script must not fail because its client hung up.
      response.write(bytes, () => resolve())
    })

  return {
    head,
    write,
    end: (bytes) => void response.end(bytes),
    json: (status, value, headers = {}) => {
      const text = JSON.stringify(value)
      head(status, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
        ...headers,
      })
      response.end(text)
    },
    stream: async (pieces, headers = {}) => {
      head(200, { ...EVENT_STREAM, ...headers })
      for (const piece of pieces) await write(piece)
      response.end()
    },
    compressed: (coding) => {
      const encoder = encoderOf(coding)
      const flushed = () =>
        new Promise<void>((resolve) =>
          encoder.flush(coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH, () => resolve()),
        )
      const drain = async () => {
        for (let piece = encoder.read(); piece !== null; piece = encoder.read()) await write(piece)
      }
      return {
        write: async (text) => {
          encoder.write(text)
          await flushed()
          await drain()
        },
        end: async () => {
          const ended = new Promise((resolve) => encoder.once('end', resolve))
          encoder.on('data', (piece: Uint8Array) => response.write(piece))
          encoder.end()
          await ended
          response.end()
        },
      }
    },
    cut: () => void response.socket?.destroySoon(),
    reset: () => void response.socket?.resetAndDestroy(),
    hang: () => new Promise((resolve) => response.once('close', () => resolve())),
    raw: (bytes) => void response.socket?.write(bytes),
  }
}

function encoderOf(coding: Coding): Gzip | BrotliCompress | Deflate {
  switch (coding) {
    case 'gzip':
      return createGzip()
    case 'br':
      return createBrotliCompress()
    case 'deflate':
      return createDeflate()
  }
}
