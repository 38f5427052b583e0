import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openaiStream } from '../support/answers.js'
import { startWorld, type World } from './world.js'

const LIMIT = { timeout: 30_000 }
const PIECES = Array.from({ length: 2000 }, (_, index) => `piece ${index} of a long answer `)

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai' },
    models: { gpt: ['oa/gpt-target'] },
    settings: { maxBody: '64KiB' },
  })
})
after(() => world?.stop())

test('streams that run ahead of their clients by more than maxBody arrive whole, and nothing dies', LIMIT, async () => {
  const frames = openaiStream(PIECES).join('')
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(frames)
    reply.end()
  })
  const read = async () => {
    const answer = await world.chat({ model: 'gpt', stream: true, messages: [{ role: 'user', content: 'hi' }] })
    const text = await answer.text()
    for (const piece of PIECES) assert.ok(text.includes(piece), piece)
  }
  for (let round = 0; round < 12; round++) await Promise.all([read(), read(), read(), read()])
})
