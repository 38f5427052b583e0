import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import { GatewayError } from '../core/errors.js'
import type { AsyncTransform } from '../core/transform.js'

/** The most that one chunk may unpack to, in bytes: a small bomb must not fill the memory before anyone reads it. */
const MAX_UNPACKED = 64 * 1024 * 1024

const zlibOptions = { flush: constants.Z_SYNC_FLUSH }

const CODINGS: Readonly<
  Record<string, (first: number) => ReturnType<typeof createGunzip | typeof createBrotliDecompress>>
> = {
  gzip: () => createGunzip(zlibOptions),
  'x-gzip': () => createGunzip(zlibOptions),
  // RFC 9110 means the zlib format; servers that send bare deflate are told by their first byte.
  deflate: (first) => ((first & 0x0f) === 8 ? createInflate(zlibOptions) : createInflateRaw(zlibOptions)),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
}

/**
 * Undoes a `content-encoding` incrementally: each chunk gives all that it completes. Providers are asked for `identity`, so
 * this is for those that compress anyway. Undefined when there is nothing to undo. Throws `upstream_error` on an unknown
 * coding, and rejects with it on broken data.
 */
export function decompressor(coding: string | undefined): AsyncTransform<Uint8Array, Uint8Array> | undefined {
  const name = (coding ?? '').trim().toLowerCase()
  if (name === 'identity' || name === '') return undefined
  const create = Object.hasOwn(CODINGS, name) ? CODINGS[name] : undefined
  if (!create) throw new GatewayError('upstream_error', 'The provider used a content coding that is not known.')

  let stream: ReturnType<typeof create> | undefined
  let pieces: Uint8Array[] = []
  let size = 0
  let failure: GatewayError | undefined
  let wake = () => {}

  const open = (first: number) => {
    const opened = create(first)
    opened.on('data', (piece: Buffer) => {
      size += piece.length
      pieces.push(piece)
      if (size > MAX_UNPACKED) opened.destroy(new Error('unpacks to too much'))
    })
    opened.on('error', (cause) => {
      failure ??= new GatewayError('upstream_error', 'The provider sent compressed data that cannot be read.', {
        cause,
      })
      wake()
    })
    opened.on('close', () => wake())
    opened.on('end', () => wake())
    return opened
  }
  const taken = () => {
    if (failure) throw failure
    const out = pieces
    pieces = []
    size = 0
    return out
  }
  const done = (start: () => void) =>
    new Promise<void>((resolve) => {
      wake = resolve
      start()
    })

  return {
    async push(chunk) {
      if (failure) throw failure
      if (chunk.length === 0) return []
      const target = stream ?? open(chunk[0] ?? 0)
      stream = target
      await done(() => target.write(chunk, () => wake()))
      return taken()
    },
    async end(how) {
      const target = stream
      if (how === 'cut') {
        target?.destroy()
        return []
      }
      if (target && !failure && !target.readableEnded) await done(() => target.end())
      return taken()
    },
  }
}
