import type { Answer, Answers } from '../core/answer.js'
import type { Attempt } from '../core/attempt.js'
import { GatewayError } from '../core/errors.js'
import { type AsyncTransform, then } from '../core/transform.js'
import { type Unpack, unpacked } from '../core/unpacked.js'
import type { Incoming, Outgoing } from './messages.js'
import { textIn } from './metadata.js'
import {
  ANSWER_MEMBER,
  ANSWER_METADATA,
  ANSWER_SEPARATOR,
  BASE64_BODY_HEADER,
  BODY_HEADER,
  LENGTH_MEMBER,
} from './names.js'
import type { MessageStream } from './stream.js'
import { ERROR_BODY_TIMEOUT } from './upstream-level.js'
import { constant } from './write-messages.js'

type ResponseHeaders = Extract<Incoming, { kind: 'request-headers' | 'response-headers' }>
type Loss = GatewayError | undefined
type Step = readonly Outgoing[] | Promise<readonly Outgoing[]>

export interface DirectHooks {
  /** Undoes a provider's content coding. */
  readonly unpack: Unpack
  /** Milliseconds that the attempt may take to its answer. */
  readonly attemptTimeout: number
  /** The client's response when there is no answer. */
  fail(loss?: GatewayError): readonly Outgoing[]
  /** Where what is known without another message from Envoy goes. */
  readonly stream: Pick<MessageStream, 'send'>
}

/** The response half of an attempt that the router-level stream has made itself. */
export interface DirectAnswer {
  /** Envoy's message of the response's headers, the provider's or its own. Why there is no answer is known in the latter case. */
  head(message: ResponseHeaders, whose: 'the provider' | { readonly loss: Loss }): Step
  /** The whole body. */
  body(bytes: Buffer): Step
  /** Nothing follows. */
  stop(): void
}

/** Holds the response until its body is whole. */
const HOLD = constant({ kind: 'response-headers', body: 'held' })

/** What Envoy has added, and no client sees. */
const ADDED = ['x-envoy-upstream-service-time', BODY_HEADER, BASE64_BODY_HEADER]

/** Reads the provider's answer, which Envoy holds until it is whole, and puts the client's in its place. */
export function directAnswer(attempt: Attempt, hooks: DirectHooks): DirectAnswer {
  return new HeldAnswer(attempt, hooks)
}

class HeldAnswer implements DirectAnswer {
  private readonly attempt: Attempt
  private readonly hooks: DirectHooks
  private reader: AsyncTransform<Uint8Array, Answer> | undefined = undefined
  /** What Envoy awaits an answer to. */
  private asked: 'response-headers' | 'held-body' = 'held-body'
  private deadline: NodeJS.Timeout | undefined = undefined

  constructor(attempt: Attempt, hooks: DirectHooks) {
    this.attempt = attempt
    this.hooks = hooks
  }

  head({ metadata, endOfStream, along }: ResponseHeaders, whose: 'the provider' | { readonly loss: Loss }): Step {
    const { hooks } = this
    const told = metadata && toldIn(metadata)
    if (!told) return whose === 'the provider' ? hooks.fail() : hooks.fail(whose.loss)
    const { status, headers } = told
    const answer = this.attempt.respond(status, (name) => headers.get(name))
    this.reader = unpacked(headers.get('content-encoding'), answer.body, hooks.unpack)
    if (whose !== 'the provider') {
      // A failure that was not told to its end is one nevertheless, where there was time for its message.
      const late = whose.loss?.code === 'upstream_timeout' && hooks.attemptTimeout > ERROR_BODY_TIMEOUT
      return late && status >= 300 ? then(this.end('cut'), () => hooks.fail()) : hooks.fail(whose.loss)
    }
    if (endOfStream) return then(this.end('complete'), () => hooks.fail())
    if (along) {
      this.asked = 'response-headers'
      return this.body(along)
    }
    if (status >= 300) this.awaitMessage()
    return [HOLD]
  }

  body(bytes: Buffer): Step {
    clearTimeout(this.deadline)
    return then(this.push(bytes), (first) =>
      then(this.end('complete'), (rest) => this.answered([...first, ...rest], bytes)),
    )
  }

  stop(): void {
    clearTimeout(this.deadline)
    this.reader = undefined
  }

  private push(bytes: Buffer): Answers {
    return this.reader && bytes.length > 0 ? this.reader.push(bytes) : []
  }

  private end(how: 'complete' | 'cut'): Answers {
    return this.reader?.end(how) ?? []
  }

  private answered(answers: readonly Answer[], held: Buffer): readonly Outgoing[] {
    const head = answers.find((answer) => answer.kind === 'head')
    if (!head) return this.hooks.fail()
    const body = bodyOf(answers)
    const set: (readonly [string, string])[] = [[':status', String(head.status)]]
    for (const name in head.headers) if (name !== 'content-length') set.push([name, head.headers[name] ?? ''])
    set.push(['content-length', String(body.length)])
    const headers = { set, remove: ADDED }
    if (isSame(body, held)) return [{ kind: this.asked, headers }]
    const metadata = { namespace: ANSWER_METADATA, texts: [[LENGTH_MEMBER, String(body.length)]] } as const
    return [{ kind: this.asked, headers, replaceBody: body, ...(this.asked === 'response-headers' && { metadata }) }]
  }

  private awaitMessage(): void {
    // Envoy's own timeout has ended with these headers.
    const left = Math.max(0, this.hooks.attemptTimeout - this.attempt.ageMs())
    const loss = left < ERROR_BODY_TIMEOUT ? new GatewayError('upstream_timeout', 'no answer in time') : undefined
    this.deadline = setTimeout(() => this.giveUp(loss), Math.min(left, ERROR_BODY_TIMEOUT))
  }

  /** A failure is told without the rest of its message, or as the attempt's timeout where that comes first. */
  private giveUp(loss: Loss): void {
    const { hooks } = this
    const cut = loss ? [] : this.end('cut')
    this.stop()
    void Promise.resolve(cut).then(() => hooks.stream.send(hooks.fail(loss)))
  }
}

/** What the script of the provider's cluster has told of the answer; repeated headers are joined by `, `. */
function toldIn(metadata: Buffer): { status: number; headers: ReadonlyMap<string, string> } | undefined {
  const [status, ...parts] = textIn(metadata, ANSWER_METADATA, ANSWER_MEMBER)?.split(ANSWER_SEPARATOR) ?? []
  if (status === undefined) return undefined
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [name = '', value = ''] = [parts[i], parts[i + 1]]
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`)
  }
  return { status: Number(status), headers }
}

function bodyOf(answers: readonly Answer[]): Uint8Array {
  const pieces: Uint8Array[] = []
  for (const answer of answers) if (answer.kind === 'bytes') pieces.push(answer.bytes)
  const [only] = pieces
  return only && pieces.length === 1 ? only : Buffer.concat(pieces)
}

/** Whether both are the same bytes in the same place, so that Envoy has them already. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.buffer === other.buffer && one.byteOffset === other.byteOffset && one.length === other.length
}
