import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import { test } from 'node:test'
import { runJob } from '../../bench/client.js'
import type { Job } from '../../bench/job.js'
import { createProvider } from '../../bench/provider.js'
import { systemClock } from '../../io/system-clock.js'
import { authenticator } from '../../relay/authenticate.js'

const json = { connections: 2, requests: 6, model: 'gpt-4o', stream: 'no', promptBytes: 64 } as const
const stream = { ...json, stream: 'yes', chunks: 5 } as const

async function against(server: Server, job: Omit<Job, 'url'>) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    return await runJob({ ...job, url: `http://127.0.0.1:${port}/v1/chat/completions` })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const answering = (listener: RequestListener) => createServer(listener)

test('whole answers of the fake provider are good', async () => {
  const report = await against(createProvider(), json)
  assert.deepEqual(report.outcomes, { ok: 6 })
  assert.ok(report.whole.p50 > 0)
})

test('a good stream has its chunks, the role, the finish reason and [DONE]', async () => {
  const report = await against(createProvider(), stream)
  assert.deepEqual(report.outcomes, { ok: 6 })
  assert.equal(report.frames, 6 * 8)
})

test('chunks that arrive put together are good where that is asked for, as long as no text is missing', async () => {
  const frame = (content: string) => `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`
  const server = (text: string) => answering((_, response) => response.end(`${frame(text)}data: [DONE]\n\n`))
  const job = { ...stream, chunks: 3, merged: 'yes' } as const
  assert.deepEqual((await against(server('Two roads diverged'), job)).outcomes, { ok: 6 })
  assert.deepEqual((await against(server('Two roads'), job)).outcomes, { text: 6 })
})

test('a client that hangs up is not counted as a failure of the server', async () => {
  const report = await against(createProvider(), { ...stream, chunks: 1000, intervalMs: 1, hangUpAfter: 3 })
  assert.deepEqual(report.outcomes, { 'hung up': 6 })
})

test('a provider that resets before or midway is told apart', async () => {
  const before = await against(createProvider(), { ...json, model: 'reset-before' })
  assert.deepEqual(before.outcomes, { ECONNRESET: 6 })
  const midway = await against(createProvider(), { ...stream, model: 'reset-midway', intervalMs: 5 })
  assert.deepEqual(midway.outcomes, { cut: 6 })
})

test('an error status, a body that is no completion and missing frames are counted by kind', async () => {
  const busy = await against(
    answering((_, response) => response.writeHead(503).end('busy')),
    json,
  )
  assert.deepEqual(busy.outcomes, { 'status 503': 6 })
  const html = await against(
    answering((_, response) => response.end('<html>')),
    json,
  )
  assert.deepEqual(html.outcomes, { body: 6 })
  const short = await against(
    answering((_, response) => response.end('data: {}\n\ndata: [DONE]\n\n')),
    stream,
  )
  assert.deepEqual(short.outcomes, { 'frames 2': 6 })
})

test('a server that does not answer in time is a timeout', async () => {
  const report = await against(
    answering(() => {}),
    { ...json, requests: 2, timeoutMs: 20 },
  )
  assert.deepEqual(report.outcomes, { timeout: 2 })
})

test('a frame whose end is cut in two is counted once', async () => {
  const parts = ['data: 1\n', '\ndata: 2', '\n', '\ndata: [DONE]\n\n']
  const server = answering((_, response) => {
    const next = () => {
      const part = parts.shift()
      if (part === undefined) response.end()
      else response.write(part, () => setImmediate(next))
    }
    next()
  })
  const report = await against(server, { ...stream, chunks: 0, connections: 1, requests: 1 })
  assert.deepEqual(report.outcomes, { ok: 1 })
})

test('with a secret every request carries a context that the relay takes once', async () => {
  const authenticate = authenticator({ secrets: ['shared'], clock: systemClock })
  const kinds: string[] = []
  const server = answering((request, response) => {
    const value = request.headers['x-tollgate-context']
    kinds.push(authenticate(typeof value === 'string' ? value : undefined).kind)
    response.end()
  })
  await against(server, { ...json, contextSecret: 'shared' })
  assert.deepEqual(kinds, Array(6).fill('caller'))
})
