import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from '../../core/endpoint.js'
import type { JsonObject } from '../../core/json.js'
import type { Dialect, Provider } from '../../core/provider.js'
import { readRequest, rewritten } from '../../core/reading.js'
import type { Target } from '../../core/settings.js'
import { translate } from '../../core/translate.js'
import { LONG, type Turns } from '../../core/turns.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../llm/dialects/gemini.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'

const words = (count: number) => 'word '.repeat(count)

const call = (index: number) => ({ id: `c${index}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } })

const body = (dialect: Dialect, size: number): JsonObject => {
  const parts = Array.from({ length: size }, (_, index) => ({ type: 'text', text: `part ${index} é "😀"` }))
  const messages = [
    { role: 'user', content: parts },
    { role: 'user', content: words(size * 20) },
  ]
  if (dialect === anthropicMessages) return { model: 'm', max_tokens: 9, messages }
  const calls = Array.from({ length: size }, (_, index) => call(index))
  const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'ok' }))
  return { model: 'm', messages: [...messages, { role: 'assistant', tool_calls: calls }, ...results] }
}

/** Counts how often others had their turn, on a clock that stands still. */
function counting(): Turns & { readonly pauses: () => number } {
  let pauses = 0
  return { clock: { monotonic: () => 0 }, pause: async () => void pauses++, pauses: () => pauses }
}

const endpointOf = (dialect: Dialect): Endpoint => ({ dialect }) as Endpoint

const targetOf = (dialect: Dialect): Target => {
  const provider = { kind: 'p', dialect } as Provider
  const upstream = {
    name: 'p',
    provider,
    credentials: {},
    authority: 'p',
    basePath: '',
  } as unknown as Target['upstream']
  return { name: 'p/other', model: 'other', limits: {}, upstream }
}

for (const dialect of [openaiChat, anthropicMessages]) {
  test(`a long request in ${dialect.name} is read in turns as a short one is at once`, async () => {
    const value = body(dialect, 5000)
    const bytes = Buffer.from(JSON.stringify(value))
    assert.ok(bytes.length > 2 * LONG)
    const turns = counting()
    const reading = readRequest(endpointOf(dialect), bytes, '', turns)
    assert.ok(reading instanceof Promise)
    const { request, body: read } = await reading
    assert.ok(turns.pauses() > 5, `${turns.pauses()} pauses`)
    assert.deepEqual(request, dialect.decodeRequest(value))
    assert.deepEqual(read.value, value)
    const short = Buffer.from(JSON.stringify(body(dialect, 2)))
    assert.ok(!(readRequest(endpointOf(dialect), short, '', turns) instanceof Promise))
  })

  test(`a long request in ${dialect.name} is written in turns as it is at once`, async () => {
    const bytes = Buffer.from(JSON.stringify(body(dialect, 5000)))
    const { request, body: original } = await readRequest(endpointOf(dialect), bytes, '', counting())
    for (const to of [openaiChat, anthropicMessages, gemini]) {
      const turns = counting()
      const long = translate({ dialect, request, original, length: bytes.length }, targetOf(to), turns)
      assert.ok(long instanceof Promise || to === dialect)
      const atOnce = translate({ dialect, request, original, length: 0 }, targetOf(to), turns)
      assert.ok(!(atOnce instanceof Promise))
      assert.deepEqual({ ...(await long), body: undefined }, { ...atOnce, body: undefined })
      assert.ok(Buffer.from((await long).body).equals(atOnce.body))
    }
  })

  test(`a long request in ${dialect.name} is changed in turns, and every other byte stays`, async () => {
    const value = body(dialect, 5000)
    const text = JSON.stringify(value)
    const reading = await readRequest(endpointOf(dialect), Buffer.from(text), '', counting())
    const messages = structuredClone(value['messages']) as { content: string | { text: string }[] }[]
    const [first, second] = messages
    if (!first || !second || typeof first.content === 'string') throw new Error('no messages')
    for (const part of first.content.slice(0, 1000)) part.text = '[PART]'
    second.content = `[WORDS]${words(50_000)}`
    const turns = counting()
    const changed = await rewritten(endpointOf(dialect), reading, { messages }, turns)
    assert.ok(turns.pauses() > 5, `${turns.pauses()} pauses`)
    assert.equal(Buffer.from(changed.body.bytes).toString(), JSON.stringify({ ...value, messages }))
    assert.deepEqual(changed.request, dialect.decodeRequest({ ...value, messages }))
  })
}

test('what a long request is refused for is what a short one is refused for', async () => {
  const long = { model: 'm', messages: [{ role: 'user', content: words(50_000) }, { role: 'nobody' }] }
  const reading = async () => readRequest(endpointOf(openaiChat), Buffer.from(JSON.stringify(long)), '', counting())
  await assert.rejects(reading, { code: 'malformed_request', param: 'messages[1].role' })
})
