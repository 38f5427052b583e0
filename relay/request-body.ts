import type { ClientRequest } from './client.js'

/** `gone`: the client hung up before it had sent everything. */
export type RequestBody = Uint8Array | 'too large' | 'gone'

/** How much of a body that nobody wants is read all the same, in bytes: whoever still sends may not hear an answer. */
const MOST_DISCARDED = 16 * 1024 * 1024

const EMPTY = new Uint8Array(0)

/** Reads a request's body as long as it is no larger than `limit` bytes. */
export function readBody(request: ClientRequest, limit: number): Promise<RequestBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    // The request outlives its body by as long as the answer takes, and would keep it.
    const become = (what: RequestBody) => {
      request.off('data', take)
      request.off('end', ended)
      request.off('close', closed)
      resolve(what)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) {
        chunks.push(chunk)
        return
      }
      become('too large')
    }
    const ended = () => become(chunks.length > 1 ? Buffer.concat(chunks, size) : (chunks[0] ?? EMPTY))
    const closed = () => become('gone')
    request.on('data', take)
    request.on('end', ended)
    request.on('close', closed)
  })
}

/** Lets the rest of a body pass that nobody wants, so that the connection can be used again; an endless one is cut off. */
export function discardBody(request: ClientRequest): void {
  let size = 0
  request.on('data', (chunk) => {
    size += chunk.length
    if (size > MOST_DISCARDED) request.destroy()
  })
}
