import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]

let world: World
before(async () => {
  world = await startWorld({
    accounts: { mute: 'openai', slow: 'openai' },
    models: { mute: ['mute/x'], slow: ['slow/x'] },
    settings: { timeouts: { idle: '600ms', firstToken: '10s', response: '10s', drain: '10s' } },
  })
})
after(() => world?.stop())

const withText = openaiStream(['first ', 'second']).slice(0, 2).join('')

test("a stream that goes silent ends with an error event, not with the client's patience", LIMIT, async () => {
  world.provider.at('mute', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(withText)
    await reply.hang()
  })
  const stream = await world.client.chat.completions.create({ model: 'mute', messages: USER, stream: true })
  let text = ''
  await assert.rejects(async () => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  }, /sent nothing for 600 ms/)
  assert.match(text, /^first /)
  await world.settled()
})

test('a failure whose message never ends is reported without it', LIMIT, async () => {
  world.provider.at('mute', async (_, reply) => {
    reply.head(500, { 'content-type': 'application/json' })
    await reply.write('{"error":{"message":"this goes on')
    await reply.hang()
  })
  const started = Date.now()
  const response = await world.chat({ model: 'mute', messages: USER })
  assert.equal(response.status, 502)
  assert.ok(Date.now() - started < 9_000)
  await response.text()
  await world.settled()
})

test('a host that is stopped lets running streams finish', LIMIT, async () => {
  let go = () => {}
  const released = new Promise<void>((resolve) => {
    go = resolve
  })
  const frames = openaiStream(['first ', 'second'])
  world.provider.at('slow', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(frames.slice(0, 2).join(''))
    // Not silent for so long that it would be given up.
    const alive = setInterval(() => void reply.write(': still here\n\n'), 100)
    await released
    clearInterval(alive)
    await reply.write(frames.slice(2).join(''))
    reply.end()
  })
  const stream = await world.client.chat.completions.create({ model: 'slow', messages: USER, stream: true })
  let text = ''
  let stopped: Promise<void> | undefined
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    if (text === '' || stopped) continue
    stopped = world.host.drain()
    // New requests are refused while the old one goes on; behind Kong first by Kong, once its health checks have noticed.
    await eventually(
      'new requests are refused',
      async () => (await fetch(`${world.host.url}/v1/models`)).status === 503,
      8_000,
    )
    go()
  }
  assert.equal(text, 'first second')
  await stopped
})
