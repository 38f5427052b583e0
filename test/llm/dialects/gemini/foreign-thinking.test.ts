import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { SKIPPED_SIGNATURE } from '../../../../llm/dialects/gemini/signature.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { decode as decodeAnthropic, event } from '../anthropic-messages/fixtures.js'
import { encode } from './answer.js'

const own = { functionCall: { name: 'f', args: {} }, thoughtSignature: 'Z29vZ2xl' }

/** What a client keeps of an answer that Claude gave. */
function foreignTurn(): JsonObject {
  const block = (index: number, content_block: JsonObject) => [
    event({ type: 'content_block_start', index, content_block }),
    event({ type: 'content_block_stop', index }),
  ]
  const events = decodeAnthropic([
    event({ type: 'message_start', message: { id: 'm', model: 'c', usage: {} } }),
    ...block(0, { type: 'thinking', thinking: 'hm', signature: 'c2ln' }),
    ...block(1, { type: 'tool_use', id: 't', name: 'f', input: {} }),
    event({ type: 'message_delta', delta: { stop_reason: 'tool_use' } }),
    event({ type: 'message_stop' }),
  ])
  const [frame] = encode(events, 'body')
  return JSON.parse(frame?.data ?? '').candidates[0].content
}

const patched = (body: JsonObject, model: string) => gemini.patchRequest(body, model)['contents']
const user = { role: 'user', parts: [{ text: 'q' }] }

test("another provider's thinking does not go to Google, and is reported", () => {
  const body = { contents: [user, foreignTurn(), user] }
  const contents = patched(body, 'gemini-2.5-pro') as readonly JsonObject[]
  assert.deepEqual(contents[1]?.['parts'], [{ functionCall: { id: 't', name: 'f', args: {} } }])
  assert.deepEqual(gemini.lostInPatch?.(body), ['contents[1].parts[0]'])
})

test('since Gemini 3 the first call of an unsigned turn has the documented stand-in', () => {
  const contents = patched({ contents: [user, foreignTurn(), user] }, 'gemini-3-pro-preview') as readonly JsonObject[]
  assert.deepEqual(contents[1]?.['parts'], [
    { functionCall: { id: 't', name: 'f', args: {} }, thoughtSignature: SKIPPED_SIGNATURE },
  ])
})

test("Google's own turns pass as they are, in both spellings", () => {
  const snake = { function_call: { name: 'f' }, thought_signature: 'Z29vZ2xl' }
  for (const part of [own, snake]) {
    const body = { contents: [user, { role: 'model', parts: [part] }] }
    assert.equal(patched(body, 'gemini-3-pro-preview'), undefined)
    assert.deepEqual(gemini.lostInPatch?.(body), [])
  }
})

test('a turn of which nothing is left goes whole', () => {
  const turn = foreignTurn()
  const [thought] = turn['parts'] as readonly JsonObject[]
  const contents = [user, { role: 'model', parts: [thought ?? {}] }]
  assert.deepEqual(patched({ contents }, 'gemini-2.5-pro'), [user])
})
