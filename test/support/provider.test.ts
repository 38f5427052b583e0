import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type FakeProvider, startProvider } from './provider.js'
import type { Coding } from './reply.js'

const LIMIT = { timeout: 10_000 }

let provider: FakeProvider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

const post = (path: string, body: string, signal?: AbortSignal) =>
  fetch(`${provider.url}${path}`, { method: 'POST', body, ...(signal === undefined ? {} : { signal }) })

test('records what it was sent and answers by the account in the path', LIMIT, async () => {
  provider.at('one', (_, reply) => reply.json(418, { says: 'one' }, { 'x-own': 'yes' }))
  const answer = await post('/one/v1/chat?x=1', '{"model":"m"}')
  assert.equal(answer.status, 418)
  assert.equal(answer.headers.get('x-own'), 'yes')
  assert.deepEqual(await answer.json(), { says: 'one' })
  const [call] = provider.callsOf('one')
  assert.deepEqual([call?.method, call?.path, call?.body['model']], ['POST', '/one/v1/chat?x=1', 'm'])
})

test('an account without a script answers 500', LIMIT, async () => {
  assert.equal((await post('/nobody/', '')).status, 500)
})

test('each write is one chunk on the wire', LIMIT, async () => {
  provider.at('pieces', (_, reply) => reply.stream(['a', 'bc', Uint8Array.of(0xff)]))
  const socket = connect(Number(new URL(provider.url).port), '127.0.0.1')
  socket.write('GET /pieces/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  let wire = ''
  socket.on('data', (bytes) => {
    wire += bytes.toString('latin1')
  })
  await once(socket, 'close')
  assert.ok(wire.endsWith('\r\n\r\n1\r\na\r\n2\r\nbc\r\n1\r\n\u00ff\r\n0\r\n\r\n'), wire)
})

for (const coding of ['gzip', 'br', 'deflate'] satisfies readonly Coding[]) {
  test(`each piece of a ${coding} answer can be decoded when it arrives`, LIMIT, async () => {
    let go = () => {}
    const ready = new Promise<void>((resolve) => {
      go = resolve
    })
    provider.at(coding, async (_, reply) => {
      reply.head(200, { 'content-encoding': coding })
      const encoder = reply.compressed(coding)
      await encoder.write('first ')
      await ready
      await encoder.write('second')
      await encoder.end()
    })
    const answer = await post(`/${coding}/`, '')
    let text = ''
    const decoder = new TextDecoder()
    for await (const bytes of answer.body ?? []) {
      text += decoder.decode(bytes, { stream: true })
      if (text.startsWith('first ')) go()
    }
    assert.equal(text, 'first second')
  })
}

test('tells that the client hung up', LIMIT, async () => {
  provider.at('left', async (_, reply) => {
    reply.head(200)
    await reply.hang()
  })
  const incoming = provider.nextCall('left')
  const controller = new AbortController()
  const answer = post('/left/', '', controller.signal)
  const call = await incoming
  assert.equal(call.isAborted(), false)
  await answer
  controller.abort()
  await call.aborted
  assert.equal(call.isAborted(), true)
})

test('an answer that was finished is not aborted', LIMIT, async () => {
  provider.at('done', (_, reply) => reply.json(200, {}))
  await (await post('/done/', '')).text()
  assert.equal(provider.callsOf('done')[0]?.isAborted(), false)
})

test('cuts, resets and speaks no HTTP', LIMIT, async () => {
  provider.at('cut', async (_, reply) => {
    reply.head(200)
    await reply.write('half')
    reply.cut()
  })
  provider.at('reset', (_, reply) => reply.reset())
  provider.at('raw', (_, reply) => {
    reply.raw('nonsense')
    reply.cut()
  })
  await assert.rejects((await post('/cut/', '')).text())
  await assert.rejects(post('/reset/', ''))
  await assert.rejects(post('/raw/', ''))
})
