import { open } from 'node:fs/promises'

/** How much is written in one go at least, in UTF-16 units. */
const TOGETHER = 256 * 1024

/**
 * Appends a text that is in pieces to a file that only its owner may read, all or nothing: what was written of a text that did not fit is
 * taken back. One call at a time per file. Rejects with what the file system throws.
 */
export async function appendWhole(path: string, pieces: Iterable<string>): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    const { size } = await file.stat()
    try {
      for (const text of together(pieces)) await file.appendFile(text)
    } catch (error) {
      await file.truncate(size)
      throw error
    }
  } finally {
    await file.close()
  }
}

function* together(pieces: Iterable<string>): Generator<string> {
  let some: string[] = []
  let length = 0
  for (const piece of pieces) {
    some.push(piece)
    length += piece.length
    if (length < TOGETHER) continue
    yield some.join('')
    some = []
    length = 0
  }
  if (length > 0) yield some.join('')
}
