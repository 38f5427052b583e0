import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anthropicStream, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import type { Coding } from '../support/reply.js'
import { type Lockstep, lockstep } from './lockstep.js'
import { startWorld, type World } from './world.js'

const LIMIT = { timeout: 20_000 }
const USER = [{ role: 'user' as const, content: 'hi' }]
const PIECES = ['one ', 'two ', 'three ', 'Grüße 🌍']

/** Both wire formats: the model that leads to one, its account, and frames that carry the text. */
const FORMATS = [
  { model: 'gpt', account: 'oa', frames: openaiStream },
  { model: 'claude', account: 'an', frames: anthropicStream },
]

let world: World
before(async () => {
  world = await startWorld({
    accounts: { oa: 'openai', an: 'anthropic' },
    models: { gpt: ['oa/gpt-target'], claude: ['an/claude-sonnet-4-5'] },
  })
})
after(() => world?.stop())

/** Streams from the gateway and tells `steps` about each piece of text; resolves to the whole text. */
async function readText(model: string, steps?: Lockstep): Promise<string> {
  const stream = await world.client.chat.completions.create({ model, messages: USER, stream: true })
  let text = ''
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.delta.content ?? ''
    if (piece === '') continue
    text += piece
    steps?.saw()
  }
  return text
}

/** The frames in runs: the first ends with the first piece of text, each further one with the next, the last has the rest. */
function runsPerPiece(frames: readonly string[], pieces: readonly string[]): readonly string[] {
  const ends = pieces.map((piece) => frames.findIndex((frame) => frame.includes(JSON.stringify(piece))) + 1)
  return [...ends, frames.length].map((end, index) => frames.slice(ends[index - 1] ?? 0, end).join(''))
}

for (const { model, account, frames } of FORMATS) {
  test(`${model}: each piece is out before the provider sends the next`, LIMIT, async () => {
    const steps = lockstep()
    world.provider.at(account, async (_, reply) => {
      reply.head(200, { 'content-type': 'text/event-stream' })
      for (const [sent, run] of runsPerPiece(frames(PIECES), PIECES).entries()) {
        await steps.seen(sent)
        await reply.write(run)
      }
      reply.end()
    })
    assert.equal(await readText(model, steps), PIECES.join(''))
  })

  test(`${model}: bytes of the next frame do not hold back the frames before it`, LIMIT, async () => {
    const steps = lockstep()
    world.provider.at(account, async (_, reply) => {
      reply.head(200, { 'content-type': 'text/event-stream' })
      const all = frames(PIECES).join('')
      const [first = ''] = runsPerPiece(frames(PIECES), PIECES)
      await reply.write(all.slice(0, first.length + 9))
      await steps.seen(1)
      reply.end(all.slice(first.length + 9))
    })
    assert.equal(await readText(model, steps), PIECES.join(''))
  })

  test(`${model}: the text is the same when every byte comes alone`, LIMIT, async () => {
    const bytes = Buffer.from(frames(['Grüße ', '🌍']).join(''))
    world.provider.at(account, (_, reply) => reply.stream([...bytes].map((byte) => Uint8Array.of(byte))))
    assert.equal(await readText(model), 'Grüße 🌍')
  })

  test(`${model}: the text is the same when all frames come in one chunk, with CRLF and comments`, LIMIT, async () => {
    const text = `: hello\r\n\r\n${frames(PIECES).join(': ping\n\n').replaceAll('\n', '\r\n')}`
    world.provider.at(account, (_, reply) => reply.stream([text]))
    assert.equal(await readText(model), PIECES.join(''))
  })

  for (const coding of ['gzip', 'br', 'deflate'] satisfies readonly Coding[]) {
    test(`${model}: a ${coding} stream is decoded piece by piece`, LIMIT, async () => {
      const steps = lockstep()
      world.provider.at(account, async (_, reply) => {
        reply.head(200, { 'content-type': 'text/event-stream', 'content-encoding': coding })
        const encoder = reply.compressed(coding)
        for (const [sent, run] of runsPerPiece(frames(PIECES), PIECES).entries()) {
          await steps.seen(sent)
          await encoder.write(run)
        }
        await encoder.end()
      })
      assert.equal(await readText(model, steps), PIECES.join(''))
    })
  }

  test(`${model}: the provider is asked for an answer without content coding`, LIMIT, async () => {
    world.provider.at(account, (_, reply) => reply.stream(frames(PIECES)))
    await readText(model)
    assert.ok([undefined, 'identity'].includes(world.provider.calls.at(-1)?.headers['accept-encoding']?.toString()))
  })

  test(`${model}: a client that hangs up in the middle ends the call to the provider`, LIMIT, async () => {
    const incoming = world.provider.nextCall(account)
    world.provider.at(account, async (_, reply) => {
      const [first = ''] = runsPerPiece(frames(PIECES), PIECES)
      reply.head(200, { 'content-type': 'text/event-stream' })
      await reply.write(first)
      await reply.hang()
    })
    const stream = await world.client.chat.completions.create({ model, messages: USER, stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break
    stream.controller.abort()
    await (await incoming).aborted
    await world.settled()
  })

  test(`${model}: a client that hangs up before the first byte ends the call to the provider`, LIMIT, async () => {
    const incoming = world.provider.nextCall(account)
    world.provider.at(account, (_, reply) => reply.hang())
    const controller = new AbortController()
    const request = world.client.chat.completions.create(
      { model, messages: USER, stream: true },
      { signal: controller.signal },
    )
    const rejected = assert.rejects(request)
    const call = await incoming
    controller.abort()
    await rejected
    await call.aborted
    await world.settled()
  })

  test(`${model}: a stream that the provider breaks off ends with an error event`, LIMIT, async () => {
    world.provider.at(account, async (_, reply) => {
      const [first = ''] = runsPerPiece(frames(PIECES), PIECES)
      reply.head(200, { 'content-type': 'text/event-stream' })
      await reply.write(first)
      await eventually('the client has the first piece', () => seen > 0)
      reply.cut()
    })
    let seen = 0
    const stream = await world.client.chat.completions.create({ model, messages: USER, stream: true })
    await assert.rejects(async () => {
      for await (const chunk of stream) seen += chunk.choices[0]?.delta.content?.length ?? 0
    }, /./)
    assert.equal(seen, 'one '.length)
    await world.settled()
  })

  test(`${model}: the error event of a broken stream is in the OpenAI form and the last frame`, LIMIT, async () => {
    world.provider.at(account, async (_, reply) => {
      const [first = ''] = runsPerPiece(frames(PIECES), PIECES)
      reply.head(200, { 'content-type': 'text/event-stream' })
      await reply.write(first)
      reply.reset()
    })
    const answer = await world.chat({ model, messages: USER, stream: true })
    const text = await answer.text().catch((error: unknown) => assert.fail(`the stream was cut: ${error}`))
    if (answer.status === 200) {
      const last =
        text
          .trimEnd()
          .split('\n')
          .findLast((line) => line.startsWith('data: ')) ?? ''
      assert.equal(typeof JSON.parse(last.slice(6)).error?.message, 'string', last)
    } else {
      // The reset may overtake the first piece; then nothing had begun.
      assert.equal(answer.status, 502)
      assert.equal(typeof JSON.parse(text).error?.message, 'string', text)
    }
    await world.settled()
  })
}
