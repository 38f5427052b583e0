import { type HeaderBag, headerBag } from './headers.js'

/** What Kong calls itself. */
export const KONG = 'kong/3.9.1'

/** An answer that Kong gives itself. */
export interface OwnAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Uint8Array
}

/** An error in the form of `kong.response.error`. */
export function errorAnswer(
  status: number,
  message: string,
  requestId: string,
  headers: OwnAnswer['headers'] = {},
): OwnAnswer {
  const body = `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${requestId}"\n}`
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body }
}

/** What Kong says where nginx has only a status. */
export function gatewayError(status: 500 | 502 | 503 | 504, requestId: string): OwnAnswer {
  return errorAnswer(status, MESSAGES[status], requestId)
}

const MESSAGES = {
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'The upstream server is currently unavailable',
  504: 'The upstream server is timing out',
}

/** The answer's headers, with those that Kong gives all of its own. */
export function ownHeaders(answer: OwnAnswer, requestId: string, latency: number): HeaderBag {
  const headers = headerBag()
  for (const [name, value] of Object.entries(answer.headers)) headers.set(name, value)
  headers.set('Content-Length', String(Buffer.byteLength(answer.body)))
  headers.set('X-Kong-Response-Latency', String(latency))
  headers.set('Server', KONG)
  headers.set('X-Kong-Request-Id', requestId)
  return headers
}
