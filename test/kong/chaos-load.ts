import assert from 'node:assert/strict'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { CLIENT_KEY } from '../conformance/world.js'

/** What became of a client's request, in words: `200`, `503 from Kong`, `502 upstream_error`, `broken in mid-stream` ... */
export interface Result {
  readonly tag: string
  readonly kind: string
}

/** Clients that ask one thing after the other. */
export interface Load {
  readonly results: readonly Result[]
  /** How many there are of each kind. */
  counts(): Readonly<Record<string, number>>
  /** Resolves when that many more, of a kind if one is said, have come from now on. */
  more(count: number, kind?: string): Promise<void>
  /** Begins nothing any more; resolves when all that is under way has ended. */
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly url: string
  readonly models: readonly string[]
  readonly clients?: number
  /** How long after the beginning of a request its client begins the next, at the soonest; in milliseconds. */
  readonly pace?: number
}

/** What a request carries in its body and as its id. */
export const TAG = /request-\d+(?=")/

/** What the provider answers to it, in pieces. */
export const answerTo = (tag: string): readonly string[] => ['You ', 'sent ', tag]

const WITHIN = 25_000
let count = 0

/** Starts clients that take turns at models, and at JSON and streams. */
export function startLoad({ url, models, clients = 16, pace = 60 }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true })
  const results: Result[] = []
  const waiting = new Set<() => void>()
  const counts = () => {
    const sums: Record<string, number> = {}
    for (const { kind } of results) sums[kind] = (sums[kind] ?? 0) + 1
    return sums
  }
  let state: 'running' | 'stopping' = 'running'

  const client = async () => {
    while (state === 'running') {
      const number = count++
      const soonest = delay(pace)
      const model = models[number % models.length] ?? ''
      const stream = Math.floor(number / models.length) % 2 === 0
      results.push(await ask({ url, agent, tag: `request-${number}`, model, stream }))
      for (const look of [...waiting]) look()
      await soonest
    }
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  return {
    results,
    counts,
    more: (wanted, kind) =>
      new Promise((resolve, reject) => {
        const from = results.length
        const late = () => end(() => reject(new Error(`no ${wanted} more of ${kind}: ${JSON.stringify(counts())}`)))
        const timer = setTimeout(late, WITHIN)
        const end = (settle: () => void) => {
          clearTimeout(timer)
          waiting.delete(look)
          settle()
        }
        const look = () => {
          const found = results.slice(from).filter((one) => kind === undefined || one.kind === kind)
          if (found.length >= wanted) end(resolve)
        }
        waiting.add(look)
        look()
      }),
    stop: async () => {
      state = 'stopping'
      await running
      agent.destroy()
    },
  }
}

interface Asked {
  readonly url: string
  readonly agent: Agent
  readonly tag: string
  readonly model: string
  readonly stream: boolean
}

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly end: 'complete' | 'cut'
}

function ask({ url, agent, tag, model, stream }: Asked): Promise<Result> {
  return new Promise((resolve) => {
    const sent = request(`${url}/v1/chat/completions`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${CLIENT_KEY}`, 'x-request-id': tag },
    })
    sent.on('error', () => resolve({ tag, kind: 'broken before the answer' }))
    sent.on('response', (answer) => {
      const status = answer.statusCode ?? 0
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('error', () => undefined)
      answer.on('close', () => {
        const end = answer.complete ? 'complete' : 'cut'
        resolve({ tag, kind: kindOf(tag, stream, { status, headers: answer.headers, text, end }) })
      })
    })
    sent.end(JSON.stringify({ model, stream, messages: [{ role: 'user', content: tag }] }))
  })
}

/** Anything that is not as Tollgate or Kong would have it is `wrong`, with what was wrong. */
function kindOf(tag: string, stream: boolean, answer: Answered): string {
  try {
    if (answer.status !== 200) return errorKind(answer)
    assert.equal(answer.headers['x-request-id'], tag)
    assert.ok(answer.headers['x-tollgate-target'], 'the answer tells its target')
    return stream ? streamKind(tag, answer) : jsonKind(tag, answer)
  } catch (error) {
    return `wrong: ${answer.status} ${answer.text.slice(0, 200)}: ${error}`
  }
}

function errorKind({ status, headers, text, end }: Answered): string {
  assert.equal(end, 'complete')
  const body = JSON.parse(text)
  if (typeof body.error?.code === 'string') {
    assert.ok(typeof body.error.message === 'string' && typeof body.error.type === 'string')
    return `${status} ${body.error.code}`
  }
  assert.match(String(headers['server']), /^kong\//)
  assert.equal(headers['x-kong-upstream-latency'], undefined)
  assert.ok(typeof body.message === 'string' && typeof body.request_id === 'string')
  return `${status} from Kong`
}

function jsonKind(tag: string, { text, end }: Answered): string {
  if (end === 'cut') return 'broken in mid-stream'
  const body = JSON.parse(text)
  assert.equal(body.object, 'chat.completion')
  assert.equal(body.choices[0].message.content, answerTo(tag).join(''))
  return '200'
}

function streamKind(tag: string, { text, end }: Answered): string {
  const frames = text.split('\n\n').slice(0, -1)
  let said = ''
  let last: 'content' | 'error' | 'done' = 'content'
  for (const frame of frames) {
    assert.equal(last, 'content', 'nothing follows the end')
    assert.ok(frame.startsWith('data: '))
    const data = frame.slice('data: '.length)
    if (data === '[DONE]') {
      last = 'done'
      continue
    }
    const chunk = JSON.parse(data)
    if (chunk.error !== undefined) {
      last = 'error'
      continue
    }
    assert.equal(chunk.object, 'chat.completion.chunk')
    said += chunk.choices[0]?.delta.content ?? ''
  }
  if (end === 'cut') {
    assert.ok(answerTo(tag).join('').startsWith(said))
    return 'broken in mid-stream'
  }
  if (last === 'error') return 'error event'
  assert.equal(last, 'done')
  assert.equal(said, answerTo(tag).join(''))
  return '200'
}
