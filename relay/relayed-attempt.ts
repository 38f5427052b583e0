import type { Answer, AnswerStream } from '../core/answer.js'
import type { Attempt, Position } from '../core/attempt.js'
import { GatewayError } from '../core/errors.js'
import type { Exchange } from '../core/exchange.js'
import { RETRIED_STATUSES } from '../core/failure.js'
import { type AsyncTransform, then } from '../core/transform.js'
import { type Unpack, unpacked } from '../core/unpacked.js'
import type { Client } from './client.js'
import type { Egress, HeaderLookup, Sending } from './egress.js'
import { inOrder } from './in-order.js'

export interface AttemptParts {
  readonly exchange: Exchange
  readonly place: Position
  readonly client: Client
  readonly egress: Egress
  readonly unpack: Unpack
  /** Something threw that should not have; the answer has been ended. */
  broken(error: unknown): void
}

/** `over`: the client has its answer, or has left, or another target would be asked in vain. */
export type AttemptEnd = 'next' | 'over'

/** How long the body of a failure may take, in milliseconds; its status is known, only its message is missing. */
const ERROR_BODY_TIMEOUT = 5_000

const EMPTY = new Uint8Array(0)

/**
 * Asks one target and passes its answer on to the client as it comes, no faster than the client reads. Resolves when no more of it
 * is wanted and the provider has been left; never rejects.
 */
export function relayAttempt(attempt: Attempt, parts: AttemptParts): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    try {
      start(attempt, parts, resolve)
    } catch (cause) {
      // The egress threw, e.g. on authorities that it cannot read: nobody has been asked.
      parts.broken(cause)
      attempt.lost(new GatewayError('upstream_error', 'connection failed', { cause }))
      resolve('next')
    }
  })
}

function start(attempt: Attempt, parts: AttemptParts, done: (end: AttemptEnd) => void): void {
  const { exchange, client } = parts
  let phase: 'waiting' | 'sending' | 'over' = 'waiting'
  let answer: AnswerStream | undefined
  let body: AsyncTransform<Uint8Array, Answer> | undefined
  let kind: 'answer' | 'failure' = 'answer'
  let errorTimer: NodeJS.Timeout | undefined
  let reading: 'keeping up' | 'slow' = 'keeping up'
  let provider: 'running' | 'paused' = 'running'

  const finish = (end: AttemptEnd) => {
    if (phase === 'over') return
    phase = 'over'
    clearTimeout(timer)
    clearTimeout(errorTimer)
    client.watch(undefined)
    sending.destroy()
    // What is still at work on this attempt must not change it after it has been reported.
    void then(work.finished(), () => done(end))
  }
  const lose = (error: GatewayError) => {
    attempt.lost(error)
    finish('next')
  }

  const regulate = () => {
    const wanted = work.busy() || reading === 'slow' ? 'paused' : 'running'
    if (wanted === provider || phase === 'over') return
    provider = wanted
    if (wanted === 'paused') sending.pause()
    else sending.resume()
  }
  const work = inOrder({
    changed: regulate,
    failed: (error) => {
      parts.broken(error)
      if (attempt.committed()) breakOff()
      else lose(new GatewayError('upstream_error', 'The answer could not be processed.', { cause: error }))
    },
  })
  /** What comes while a step takes its time, e.g. at a guard, waits for it; what comes after the end is nobody's. */
  const next = (step: () => void | Promise<void>) => work.run(() => (phase === 'over' ? undefined : step()))

  const write = (bytes: Uint8Array) => {
    timer.refresh()
    if (client.write(bytes) === 'more') return
    reading = 'slow'
    regulate()
  }
  const deliver = (steps: readonly Answer[]) => {
    if (phase === 'over' || steps.length === 0) return
    let head: Extract<Answer, { kind: 'head' }> | undefined
    let rest: 'more' | 'none' | 'cut' = 'more'
    const pieces: Uint8Array[] = []
    for (const step of steps) {
      switch (step.kind) {
        case 'head':
          head = step
          break
        case 'bytes':
          pieces.push(step.bytes)
          break
        case 'failed':
          finish(step.status >= 500 || RETRIED_STATUSES.includes(step.status) ? 'next' : 'over')
          return
        case 'end':
        case 'stop':
          rest = 'none'
          break
        case 'cut':
          rest = 'cut'
          break
      }
    }
    if (head && rest === 'none') client.reply({ ...head, body: joined(pieces) ?? EMPTY })
    else pass(head, joined(pieces), rest === 'none' ? 'none' : 'more')
    if (rest === 'none') finish('over')
    if (rest === 'cut') breakOff()
  }
  const pass = (
    head: Extract<Answer, { kind: 'head' }> | undefined,
    bytes: Uint8Array | undefined,
    rest: 'more' | 'none',
  ) => {
    if (head) {
      phase = 'sending'
      clearTimeout(timer)
      timer = setTimeout(silent, exchange.idleTimeout)
      client.head(head.status, head.headers)
      exchange.seen()
    }
    if (bytes) write(bytes)
    if (rest === 'none') client.end()
  }

  const tooLate = () => {
    if (phase !== 'waiting') return
    const known = parts.place === 'last' ? 'no answer in time' : `no answer within ${exchange.attemptTimeout} ms`
    lose(new GatewayError('upstream_timeout', known))
  }
  const silent = () => {
    // A step has its own deadlines, and ends by itself.
    if (work.busy()) timer.refresh()
    else if (reading === 'slow') breakOff()
    else {
      const message = `The provider sent nothing for ${exchange.idleTimeout} ms.`
      deliver(answer?.abort(new GatewayError('upstream_timeout', message)) ?? [])
    }
  }
  const breakOff = () => {
    client.cutOff()
    finish('over')
  }

  const respond = (status: number, header: HeaderLookup) => {
    answer = attempt.respond(status, header)
    body = unpacked(header('content-encoding'), answer.body, parts.unpack)
    if (status >= 300) {
      kind = 'failure'
      errorTimer = setTimeout(() => next(() => end('cut')), ERROR_BODY_TIMEOUT)
    }
    deliver(answer.opening)
  }
  const end = (how: 'complete' | 'cut') => (body ? then(body.end(how), deliver) : undefined)

  const sending: Sending = parts.egress.send(attempt.request, attempt.target.upstream, {
    head: (status, header) => next(() => respond(status, header)),
    chunk(bytes) {
      if (phase === 'sending' && !work.busy() && answer?.body === body && answer?.forward(bytes)) write(bytes)
      else next(() => (body ? then(body.push(bytes), deliver) : undefined))
    },
    end: () => next(() => end('complete')),
    // Nothing of an answer has been shown yet: as far as the client is concerned there was none.
    failed: (error) => next(() => (phase === 'waiting' && kind === 'answer' ? lose(error) : end('cut'))),
  })
  let timer = setTimeout(() => next(tooLate), exchange.attemptTimeout)
  client.watch({
    gone: () => finish('over'),
    drained() {
      reading = 'keeping up'
      timer.refresh()
      regulate()
    },
  })
}

function joined(pieces: readonly Uint8Array[]): Uint8Array | undefined {
  return pieces.length > 1 ? Buffer.concat(pieces) : pieces[0]
}
