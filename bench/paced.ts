import type { ServerResponse } from 'node:http'

/** Pieces of a streamed body in their order; `content` is asked for each content chunk, counted from 0. */
export interface PacedBody {
  readonly first: string | Uint8Array
  content(index: number): string | Uint8Array
  readonly last: string | Uint8Array
}

/** How many content chunks there are, the milliseconds between them (0 is as fast as possible), and where the connection breaks. */
export interface Pace {
  readonly chunks: number
  readonly interval: number
  readonly resetAfter?: number
}

/** Writes a streamed body at a pace; the head has been written. */
export function writePaced(response: ServerResponse, body: PacedBody, { chunks, interval, resetAfter }: Pace): void {
  let sent = 0
  let timer: NodeJS.Timeout | undefined
  const next = () => {
    if (sent === resetAfter) response.socket?.resetAndDestroy()
    else if (sent < chunks) response.write(body.content(sent++))
    else response.end(body.last)
    if (response.writableEnded || response.destroyed) clearInterval(timer)
    else if (interval === 0) setImmediate(next)
  }
  response.on('close', () => clearInterval(timer))
  response.write(body.first)
  if (interval === 0) setImmediate(next)
  else timer = setTimeout(() => (timer = setInterval(next, interval)), phase(interval))
}

let streams = 0

// Streams that began together would send together for ever, in batches that no real set of providers sends.
function phase(interval: number): number {
  streams += 7
  return streams % interval
}
