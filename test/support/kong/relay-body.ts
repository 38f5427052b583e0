import type { IncomingMessage, ServerResponse } from 'node:http'

/** How the answer's body ended at the client. */
export type Relayed = 'complete' | 'upstream_cut' | 'client_gone'

/** Passes the body on as it comes, no faster than the client takes it. `silence` is the longest gap allowed, in milliseconds. */
export function relayBody(answer: IncomingMessage, response: ServerResponse, silence: number): Promise<Relayed> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    const listen = () => {
      clearTimeout(timer)
      timer = setTimeout(() => end('upstream_cut'), silence)
    }
    const end = (how: Relayed) => {
      clearTimeout(timer)
      answer.off('close', cut)
      answer.off('data', pass)
      response.off('close', gone)
      if (how !== 'complete') response.destroy()
      resolve(how)
    }
    const cut = () => end('upstream_cut')
    const gone = () => end('client_gone')
    const pass = (chunk: Buffer) => {
      listen()
      if (response.write(chunk)) return
      answer.pause()
      // The upstream is not to blame while it is the client that is slow.
      clearTimeout(timer)
      response.once('drain', () => {
        answer.resume()
        listen()
      })
    }
    answer.on('error', () => undefined)
    if (response.destroyed) return resolve('client_gone')
    answer.once('close', cut)
    response.once('close', gone)
    answer.on('data', pass)
    answer.once('end', () => {
      answer.off('close', cut)
      clearTimeout(timer)
      // Not yet complete: the client may still leave with a part of it in its socket.
      response.end(() => end('complete'))
    })
    listen()
  })
}
