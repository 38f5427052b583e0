import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import type { Gateway } from '../../core/gateway.js'
import { openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { left } from '../support/left.js'
import { type RelayWorld, startRelayWorld } from './world.js'

let world: RelayWorld
before(async () => {
  world = await startRelayWorld({ accounts: { oa: 'openai' }, models: { gpt: ['oa/x'] } })
})
after(() => world?.stop())

test("the client's body is let go once its answer has begun, however long that goes on", async () => {
  const { open } = world.gateway
  let body: WeakRef<object> | undefined
  const noted: Gateway['open'] = (inbound, wanted) => {
    body = new WeakRef(inbound.body.buffer)
    return open(inbound, wanted)
  }
  Object.assign(world.gateway, { open: noted })
  const pieces = openaiStream(['part'])
  let goOn = () => {}
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(pieces.slice(0, 2).join(''))
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
    reply.end(pieces.slice(2).join(''))
  })
  const content = 'x'.repeat(100_000)
  const answer = await world.chat({ model: 'gpt', stream: true, messages: [{ role: 'user', content }] })
  await once(answer.body, 'readable')
  assert.ok(body)
  await eventually('the body is gone', async () => (await left(body)) === undefined)
  goOn()
  assert.match(await answer.text(), /DONE/)
})
