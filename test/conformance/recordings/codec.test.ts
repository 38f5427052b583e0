import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Provider } from '../../../core/provider.js'
import { openai } from '../../../llm/providers/openai.js'
import type { Recording } from '../recording.js'
import { cutDifferences } from './codec.js'

const NO_USAGE = { input_total: null, cached_input: null, cache_write: null, output: null, reasoning: null }
const CHUNKS = ['a', 'b', 'c'].map((content) => ({ choices: [{ index: 0, delta: { content } }] }))

const RECORDING: Recording = {
  ...{ id: 'r', provider: 'openai', api: 'chat.completions', stream: true, request: { body: null } },
  response: {
    ...{ status: 200, headers: {}, framing: 'sse' },
    body_text: CHUNKS.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''),
  },
  expected: {
    ...{ kind: 'chat', text: 'abc', reasoning: null, refusal: null, tool_calls: [], finish: null, finish_also: [] },
    ...{ usage: NO_USAGE, error: null, extra: {} },
  },
}

test('a codec that does not care where bytes are cut makes no difference', () => {
  assert.deepEqual(cutDifferences(RECORDING, openai, 1), [])
})

test('one that does is found', () => {
  const seen = new Set<string>()
  const careless: Provider = {
    ...openai,
    // Forgets frames that it has seen before: the second reading has fewer of them.
    unwrap: (frame) => {
      const known = seen.has(frame.data)
      seen.add(frame.data)
      return known ? { type: 'event', event: '', data: '{"choices":[]}' } : frame
    },
  }
  assert.equal(cutDifferences(RECORDING, careless, 1).length, 1)
})
