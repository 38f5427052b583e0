/** Bytes that wait, in pieces of any size. */
export interface ByteQueue {
  size(): number
  put(pieces: readonly Buffer[]): void
  /** The first bytes, of which there are at least `size`. */
  take(size: number): readonly Buffer[]
}

/** Places of pieces that were taken are given up once there are this many of them, and as many as of pieces that wait. */
const PLACES = 64

/** Stands where a piece was: a queue that is never empty holds on to none that was taken. */
const NOTHING = Buffer.alloc(0)

/** See `ByteQueue`. Nothing is copied. */
export function byteQueue(): ByteQueue {
  let pieces: Buffer[] = []
  let next = 0
  let size = 0
  return {
    size: () => size,
    put(more) {
      for (const piece of more) {
        if (piece.length === 0) continue
        pieces.push(piece)
        size += piece.length
      }
    },
    take(wanted) {
      const taken: Buffer[] = []
      size -= wanted
      for (let missing = wanted; missing > 0; ) {
        const piece = pieces[next] as Buffer
        if (piece.length <= missing) {
          taken.push(piece)
          pieces[next++] = NOTHING
        } else {
          taken.push(piece.subarray(0, missing))
          pieces[next] = piece.subarray(missing)
        }
        missing -= Math.min(missing, piece.length)
      }
      if (next === pieces.length) {
        pieces = []
        next = 0
      } else if (next >= PLACES && 2 * next >= pieces.length) {
        pieces = pieces.slice(next)
        next = 0
      }
      return taken
    },
  }
}
