import { createHmac } from 'node:crypto'
import type { Delivery } from '../../policies/alerts/alert.js'
import type { WebhookTarget } from '../../policies/alerts/settings.js'
import { alertBody, slackBody } from './payload.js'

/** What became of one attempt. */
export type Posted =
  | { readonly kind: 'delivered' }
  /** Worth another attempt; `reason` names no content, URL or secret. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The receiver refuses it, and would again. */
  | { readonly kind: 'rejected'; readonly reason: string }

/** Makes one attempt to deliver an alert; never rejects. */
export type Post = (delivery: Delivery, target: WebhookTarget, signal: AbortSignal) => Promise<Posted>

/** Bytes. */
const MOST_ANSWER = 16 * 1024

/** Statuses of 400 and above that say: later. */
const LATER = new Set([408, 425, 429])

/**
 * Posts over HTTP, within the webhook's timeout. Redirects are not followed: they count as refusals. `x-tollgate-signature` is
 * `t=UNIX,v1=HEX`, HMAC-SHA-256 with the webhook's secret over `UNIX.BODY`; `x-tollgate-alert-id` is the same for every attempt.
 */
export function createPost(now: () => number): Post {
  return async ({ alert }, { url, secret, format, timeout }, signal) => {
    const body = format === 'slack' ? slackBody(alert) : alertBody(alert)
    const seconds = Math.floor(now() / 1000)
    try {
      // Megabytes, of which most Tollgates have no use.
      const { request } = await import('undici')
      const answer = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'tollgate',
          'x-tollgate-alert-id': alert.id,
          ...(secret !== undefined && {
            'x-tollgate-signature': `t=${seconds},v1=${signature(secret, seconds, body)}`,
          }),
        },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      })
      // What it says does not matter; a short answer is read, so that the connection can be used again.
      answer.body.on('error', () => {})
      await answer.body.dump({ limit: MOST_ANSWER }).catch(() => undefined)
      return judged(answer.statusCode)
    } catch (cause) {
      return { kind: 'failed', reason: signal.aborted ? 'stopped' : reasonOf(cause) }
    }
  }
}

/** The signature of a body at a time, in hexadecimal digits. */
export function signature(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}

function judged(status: number): Posted {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  const reason = `status ${status}`
  return status >= 500 || LATER.has(status) ? { kind: 'failed', reason } : { kind: 'rejected', reason }
}

/** The system's or the library's short word: messages may have the URL in them. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  if (cause.name === 'TimeoutError') return 'timeout'
  const code = 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,47}$/.test(code) ? code : 'unknown'
}
