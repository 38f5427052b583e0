import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import type { Call, RequestContent } from '../../../core/policy.js'
import { readAhead } from '../../../policies/content/read-ahead.js'
import { surfacesIn, surfacesOf } from '../../../policies/content/surfaces.js'

const REQUEST = {} as ChatRequest

/** Asks a policy that reads the texts of this body; tells how often others had their turn before it did. */
async function asked(body: JsonObject) {
  let pauses = 0
  const content: RequestContent = {
    ...{ body, contentOf: () => 'data', sourceOf: undefined, files: [] },
    duplicates: () => false,
    kept: {},
  }
  let texts: readonly string[] = []
  const reader = readAhead(
    {
      name: 'reader',
      admit(request, call) {
        texts = surfacesIn(call.content).sites.map(({ text }) => text)
        return { kind: 'continue', request }
      },
    },
    { clock: { monotonic: () => 0 }, pause: async () => void pauses++ },
  )
  const verdict = reader.admit(REQUEST, { content } as Call)
  const how = verdict instanceof Promise ? 'later' : 'at once'
  await verdict
  return { how, pauses, texts }
}

test('the few texts of a request are found at once, many of them in turns, and they are the same', async () => {
  const few = { messages: [{ role: 'user', content: 'hi' }] }
  assert.deepEqual(await asked(few), { how: 'at once', pauses: 0, texts: ['role', 'user', 'content', 'hi'] })
  const parts = Array.from({ length: 50_000 }, (_, index) => ({ type: 'text', text: `part ${index}` }))
  const bodies: readonly JsonObject[] = [
    { messages: [{ role: 'user', content: parts }] },
    { metadata: Object.fromEntries(parts.map(({ text }) => [text, text])) },
    { texts: Array.from({ length: 200 }, () => `{"a":"${'x'.repeat(10_000)}"}`) },
  ]
  for (const body of bodies) {
    const { how, pauses, texts } = await asked(body)
    assert.equal(how, 'later')
    assert.ok(pauses > 10, `${pauses} pauses`)
    const { sites } = surfacesOf(
      body,
      () => 'data',
      () => undefined,
    )
    assert.deepEqual(
      texts,
      sites.map(({ text }) => text),
    )
  }
})
