import type { Position } from './attempt.js'
import { GatewayError } from './errors.js'
import { wireStatus } from './failure.js'
import type { Dialect } from './provider.js'
import type { AsyncTransform } from './transform.js'

/** One step of a response on its way to the client. */
export type Answer =
  /** The response begins; nothing was sent before. */
  | { readonly kind: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The attempt failed before anything was sent; a gateway that sees `status` tries the next target, or gives up. */
  | { readonly kind: 'failed'; readonly status: number }
  /** Nothing follows. */
  | { readonly kind: 'end' }
  /** Nothing follows, though the provider has more: it must be cut off. */
  | { readonly kind: 'stop' }
  /** Nothing follows, though there should be more, and no bytes could say so: the client must be cut off. */
  | { readonly kind: 'cut' }

/** Steps, at once where nothing must be waited for. */
export type Answers = readonly Answer[] | Promise<readonly Answer[]>

/** The response half of an attempt: provider bytes in (identity-encoded), steps of the client's response out. */
export interface AnswerStream {
  /** What is known from the status alone. */
  readonly opening: readonly Answer[]
  readonly body: AsyncTransform<Uint8Array, Answer>
  /**
   * The shortest way for a chunk of a stream that has begun: when it says true the chunk goes to the client as it is, and `body`
   * must not see it; when false, `body` must.
   */
  forward(chunk: Uint8Array): boolean
  /** Ends the answer where it stands, e.g. when the provider has gone silent. */
  abort(error: GatewayError): readonly Answer[]
  /** Reads what was passed on unread, so that the tally is complete. */
  unread(): void
}

/** Enough of an error body to find its message. */
const MAX_ERROR_BYTES = 64 * 1024

interface ErrorReaderOptions {
  readonly status: number
  readonly place: Position
  readonly dialect: Dialect
  fail(error: GatewayError): void
}

/** Whether the message of a failure may reach the client, and so must be read. */
function isRead(status: number, place: Position): boolean {
  if (status === 400 || status === 404 || status === 413 || status === 422) return true
  return place === 'last' || (place === 'before-spare' && !KEY_STATUSES.has(status))
}

/** With these another key is tried. */
const KEY_STATUSES: ReadonlySet<number> = new Set([401, 402, 403, 429])

/** Reads a response that is no answer. Its body matters only where its message may reach the client. */
export function errorReader({ status, place, dialect, fail }: ErrorReaderOptions): AnswerStream {
  let pieces: Uint8Array[] = []
  let size = 0
  const finish = (): readonly Answer[] => {
    const decoder = new TextDecoder()
    const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode()
    pieces = []
    const error =
      status < 400
        ? new GatewayError('upstream_error', `The provider answered with status ${status}, which is no answer.`)
        : dialect.decodeError(status, text)
    fail(error)
    return [{ kind: 'failed', status: wireStatus(error, status) }]
  }
  let over = false
  const abort = (error: GatewayError): readonly Answer[] => {
    if (over) return []
    over = true
    fail(error)
    return [{ kind: 'failed', status: wireStatus(error, status) }]
  }
  if (!isRead(status, place)) over = true
  return {
    opening: over ? finish() : [],
    abort,
    unread: () => {},
    forward: () => false,
    body: {
      push(chunk) {
        if (over) return []
        pieces.push(chunk.subarray(0, MAX_ERROR_BYTES - size))
        size += chunk.length
        if (size < MAX_ERROR_BYTES) return []
        over = true
        return finish()
      },
      end() {
        if (over) return []
        over = true
        return finish()
      },
    },
  }
}
