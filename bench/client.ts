import { randomBytes } from 'node:crypto'
import { Agent, type IncomingMessage, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { z } from 'zod'
import { CONTEXT_HEADERS, writeContext } from '../core/signed-context.js'
import { signWith } from '../relay/signing.js'
import { type Arrivals, arrive } from './arrivals.js'
import { answerParent, isStarted } from './child.js'
import { EXTRA_FRAMES, type Job, jobSchema, type Latency, type Report } from './job.js'
import { CALLER } from './kong-calls.js'
import { requestBody } from './prompt.js'
import { textLength } from './provider.js'
import { percentile } from './statistics.js'

type FullJob = z.output<typeof jobSchema>

interface Samples {
  readonly whole: number[]
  readonly firstFrame: number[]
  readonly gap: number[]
  /** When gaps begin to count. */
  readonly gapsFrom: number
  frames: number
}

/**
 * Sends `requests` chat completions over kept-alive connections, as `connections` and `rate` say, and checks every answer. Never rejects for what a server does: that is counted in the report's outcomes.
 */
export async function runJob(input: Job): Promise<Report> {
  const job = jobSchema.parse(input)
  const context = job.contextSecret === undefined ? () => ({}) : contextHeaders(job.contextSecret)
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections, scheduling: 'lifo' })
  const outcomes: Record<string, number> = {}
  const begin = performance.now()
  const samples: Samples = { whole: [], firstFrame: [], gap: [], gapsFrom: begin + job.gapsFromMs, frames: 0 }
  const arrivals: Arrivals = { ...job, begin, end: begin + job.seconds * 1000 }
  await arrive(arrivals, async (index) => {
    const outcome = await oneRequest(job, agent, { ...job.headers, ...context() }, index, samples)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  })
  const seconds = (performance.now() - begin) / 1000
  agent.destroy()
  const { whole, firstFrame, gap, frames } = samples
  return { outcomes, seconds, frames, whole: latency(whole), firstFrame: latency(firstFrame), gap: latency(gap) }
}

function latency(values: readonly number[]): Latency {
  const at = (share: number) => (values.length === 0 ? 0 : Number(percentile(values, share).toFixed(3)))
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** The header in which the gateway in front says who is calling; each is good for one request. */
function contextHeaders(secret: string): () => Readonly<Record<string, string>> {
  const sign = signWith(secret)
  const prefix = randomBytes(9).toString('base64url')
  let count = 0
  return () => {
    const context = {
      purpose: 'ingress',
      issuedAt: Date.now(),
      nonce: `${prefix}-${count++}`,
      content: CALLER,
    } as const
    return { [CONTEXT_HEADERS.ingress]: writeContext(context, sign) }
  }
}

function oneRequest(
  job: FullJob,
  agent: Agent,
  more: Readonly<Record<string, string>>,
  index: number,
  samples: Samples,
): Promise<string> {
  const body = requestBody(job, job.promptBytes, index, job.mention)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more }
  return new Promise((resolve) => {
    const begin = performance.now()
    let answered = false
    const call = request(job.url, { agent, method: 'POST', headers, timeout: job.timeoutMs }, (response) => {
      answered = true
      const reader = job.stream === 'yes' ? readStream : readWhole
      reader(job, response, samples, begin, (outcome) => {
        if (outcome === 'ok') samples.whole.push(performance.now() - begin)
        if (outcome === 'hung up') call.destroy()
        resolve(outcome)
      })
    })
    call.on('timeout', () => {
      resolve('timeout')
      call.destroy()
    })
    call.on('error', (error) => resolve(answered ? 'cut' : 'code' in error ? `${error.code}` : error.name))
    call.end(body)
  })
}

type Reader = (
  job: FullJob,
  response: IncomingMessage,
  samples: Samples,
  begin: number,
  done: (outcome: string) => void,
) => void

const readWhole: Reader = (_job, response, _samples, _begin, done) => {
  const parts: Buffer[] = []
  response.on('data', (part) => parts.push(part))
  response.on('error', () => done('cut'))
  response.on('end', () => {
    if (response.statusCode !== 200) done(`status ${response.statusCode}`)
    else done(isCompletion(Buffer.concat(parts).toString()) ? 'ok' : 'body')
  })
}

const readStream: Reader = (job, response, samples, begin, done) => {
  let frames = 0
  let last = begin
  let tail = ''
  let whole = ''
  response.on('data', (part: Buffer) => {
    const text = part.toString('latin1')
    // A frame's end may itself be cut in two.
    const arrived = `${tail.slice(-1)}${text}`.split('\n\n').length - 1
    tail = `${tail}${text}`.slice(-16)
    if (job.merged === 'yes') whole += text
    if (arrived === 0) return
    const now = performance.now()
    if (frames === 0) samples.firstFrame.push(now - begin)
    else if (now >= samples.gapsFrom) samples.gap.push(now - last)
    last = now
    frames += arrived
    samples.frames += arrived
    if (job.hangUpAfter !== undefined && frames >= job.hangUpAfter) done('hung up')
  })
  response.on('error', () => done('cut'))
  response.on('end', () => {
    if (response.statusCode !== 200) done(`status ${response.statusCode}`)
    else if (!tail.endsWith('data: [DONE]\n\n')) done('cut')
    else if (job.merged === 'yes') done(contentLength(whole) === textLength(job.chunks) ? 'ok' : 'text')
    else done(frames === job.chunks + EXTRA_FRAMES ? 'ok' : `frames ${frames}`)
  })
}

/** Characters of all deltas; the fake provider writes none that JSON would escape. */
function contentLength(stream: string): number {
  return [...stream.matchAll(/"content":"([^"]*)"/g)].reduce((sum, [, text = '']) => sum + text.length, 0)
}

function isCompletion(text: string): boolean {
  try {
    return typeof JSON.parse(text).choices[0].message.content === 'string'
  } catch {
    return false
  }
}

if (isStarted(import.meta.url)) answerParent((question) => runJob(jobSchema.parse(question)))
