import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { JsonValue } from '../../../core/json.js'
import { openaiEmbeddings } from '../../../llm/dialects/openai-embeddings.js'
import { countPrompt, promptCeiling } from '../../../llm/tokens/count-prompt.js'
import { createEncodings } from '../../../llm/tokens/encoding.js'
import { tokenizerFor } from '../../../llm/tokens/tokenizer.js'
import { TURNS } from '../../support/turns.js'

const encodings = createEncodings(readFile)

async function count(input: JsonValue, model = 'text-embedding-3-small') {
  const choice = tokenizerFor(model)
  const request = openaiEmbeddings.decodeRequest({ model, input })
  const counted = await countPrompt(request, { choice, encoding: await encodings.load(choice.encoding) }, TURNS)
  assert.ok((await promptCeiling(request, choice, TURNS)) >= counted.tokens)
  return counted
}

test('inputs count as their texts alone, as OpenAI counts them', async () => {
  assert.deepEqual([(await count('Hello world')).tokens, (await count('Hello world')).exact], [2, true])
  const batch = await count(['Hello world', 'How are you?', 'Testing embeddings'])
  assert.deepEqual([batch.tokens, batch.upperBound], [8, 8])
})

test('tokens count as what they are, and an empty text as one', async () => {
  assert.equal((await count([1, 2, 3])).tokens, 3)
  assert.equal((await count([[1, 2, 3], [4]])).tokens, 4)
  assert.equal((await count(['', 'Hello world'])).tokens, 3)
})

test("each of Mistral's inputs begins with a token of its own", async () => {
  const [one, two] = [await count('hi', 'mistral-embed'), await count(['hi', 'hi'], 'mistral-embed')]
  assert.ok(one.tokens >= 2)
  assert.ok(two.tokens >= 4)
})
