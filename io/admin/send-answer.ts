import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './operation.js'

/** Milliseconds that a caller may take for what has been written, and a source for its next piece. */
const DEADLINE = 30_000

/**
 * Sends an answer; pieces go out one after the other, none before the caller has taken those before. A source that fails or stalls
 * breaks the connection, so that a part is never taken for the whole.
 */
export async function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  // What is left of a body that nobody read would be taken for the next request.
  const rest = request.complete ? {} : { connection: 'close' }
  response.writeHead(answer.status, { ...answer.headers, ...rest, 'content-type': answer.contentType })
  const { body } = answer
  if (request.method === 'HEAD') return void response.end()
  if (typeof body === 'string') return void response.end(body)
  // Nobody waits for an event that follows the end of the connection.
  response.on('error', () => {})
  try {
    const pieces = body[Symbol.asyncIterator]()
    for (let next = await inTime(pieces.next()); !next.done; next = await inTime(pieces.next())) {
      if (response.destroyed) {
        await pieces.return?.()
        return
      }
      if (!response.write(next.value)) await once(response, 'drain', { signal: AbortSignal.timeout(DEADLINE) })
    }
    response.end()
  } catch (error) {
    response.destroy()
    throw error
  }
}

async function inTime<T>(next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the next piece of an answer did not come in time')), DEADLINE)
  })
  try {
    return await Promise.race([next, late])
  } finally {
    clearTimeout(timer)
  }
}
