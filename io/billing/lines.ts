import { type FileHandle, open } from 'node:fs/promises'
import { isErrno } from './errno.js'

/** A whole line of a file, without its end, and where the next one begins. */
export interface Line {
  readonly text: string
  readonly next: number
}

const PIECE = 256 * 1024

/** No row is longer, in bytes: what is, is damage. */
const LONGEST = 16 * 1024 * 1024

/**
 * The whole lines of a file from a position on, at most so many bytes of it; a last one that is not finished is left out. None where
 * there is no file. The file may grow meanwhile.
 */
export async function* linesOf(path: string, position = 0): AsyncGenerator<Line> {
  const handle = await openedOrNot(path)
  if (!handle) return
  try {
    let at = position
    let rest: Buffer = Buffer.alloc(0)
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE)
      const { bytesRead } = await handle.read(piece, 0, PIECE, at + rest.length)
      if (bytesRead === 0 || rest.length > LONGEST) return
      const bytes =
        rest.length === 0 ? piece.subarray(0, bytesRead) : Buffer.concat([rest, piece.subarray(0, bytesRead)])
      let start = 0
      for (let end = bytes.indexOf(10, start); end !== -1; end = bytes.indexOf(10, start)) {
        const text = bytes.toString('utf8', start, end)
        start = end + 1
        yield { text, next: at + start }
      }
      rest = Buffer.from(bytes.subarray(start))
      at += start
    }
  } finally {
    await handle.close()
  }
}

async function openedOrNot(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
