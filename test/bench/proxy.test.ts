import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders, type RequestListener, request, type Server } from 'node:http'
import { test } from 'node:test'
import { runJob } from '../../bench/client.js'
import { createProvider } from '../../bench/provider.js'
import { createProxy, type ProxyForm } from '../../bench/proxy/proxy.js'

const FORMS: readonly ProxyForm[] = ['bare', 'parsing']

async function behindProxy<T>(form: ProxyForm, server: Server, use: (port: number) => Promise<T>): Promise<T> {
  const proxy = createProxy(form, await listening(server))
  try {
    return await use(await listening(proxy))
  } finally {
    for (const one of [proxy, server]) {
      one.close()
      one.closeAllConnections()
    }
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Status, headers and body of one exchange; fetch would not send or show all headers. */
function ask(port: number, headers: Record<string, string>, body: string) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: '/v1/x?y=1', method: 'POST', headers }, async (response) => {
      response.on('error', reject)
      let text = ''
      response.on('data', (part) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    call.on('error', reject)
    call.end(body)
  })
}

for (const form of FORMS) {
  test(`the ${form} proxy passes whole answers and streams on`, async () => {
    const job = { connections: 2, requests: 6, model: 'gpt-4o', promptBytes: 64, contextSecret: 'a secret' } as const
    await behindProxy(form, createProvider(), async (port) => {
      const url = `http://127.0.0.1:${port}/v1/chat/completions`
      const whole = await runJob({ ...job, url, stream: 'no' })
      assert.deepEqual(whole.outcomes, { ok: 6 })
      const streamed = await runJob({ ...job, url, stream: 'yes', chunks: 5 })
      assert.deepEqual(streamed.outcomes, { ok: 6 })
    })
  })

  test(`the ${form} proxy keeps hop-by-hop headers to itself, on both sides`, async () => {
    const seen: { headers?: IncomingHttpHeaders; url?: string | undefined; body?: string } = {}
    const listener: RequestListener = (message, response) => {
      let text = ''
      message.on('data', (part) => (text += part))
      message.on('end', () => {
        Object.assign(seen, { headers: message.headers, url: message.url, body: text })
        response.writeHead(429, { 'keep-alive': 'timeout=1', connection: 'x-inner', 'x-inner': '1', 'x-end': '2' })
        response.end('{}')
      })
    }
    await behindProxy(form, createServer(listener), async (port) => {
      const sent = { te: 'trailers', connection: 'x-mine, keep-alive', 'x-mine': '1', 'x-kept': '2' }
      const answer = await ask(port, sent, '{"a":1}')
      assert.equal(seen.url, '/v1/x?y=1')
      assert.equal(seen.body, '{"a":1}')
      assert.equal(seen.headers?.['x-kept'], '2')
      assert.equal(seen.headers?.['x-mine'], undefined)
      assert.equal(seen.headers?.['te'], undefined)
      assert.equal(answer.status, 429)
      assert.equal(answer.body, '{}')
      assert.equal(answer.headers['x-end'], '2')
      assert.equal(answer.headers['x-inner'], undefined)
      assert.notEqual(answer.headers['keep-alive'], 'timeout=1')
    })
  })
}

test('a provider that breaks off, before or midway, is told to the client', async () => {
  const job = { connections: 1, requests: 2, promptBytes: 64, stream: 'yes', chunks: 50, intervalMs: 5 } as const
  await behindProxy('bare', createProvider(), async (port) => {
    const url = `http://127.0.0.1:${port}/v1/chat/completions`
    const before = await runJob({ ...job, url, model: 'reset-before' })
    assert.deepEqual(before.outcomes, { 'status 502': 2 })
    const midway = await runJob({ ...job, url, model: 'reset-midway' })
    assert.deepEqual(midway.outcomes, { cut: 2 })
  })
})
