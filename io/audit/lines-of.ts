import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { isErrno } from '../billing/errno.js'

/** The lines of a file; none where it is gone. */
export async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const input = createReadStream(path, { encoding: 'utf8', signal })
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }))
      if (text !== '') yield text
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}
