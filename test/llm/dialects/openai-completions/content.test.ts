import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openaiCompletions } from '../../../../llm/dialects/openai-completions.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'
import { assertContent } from '../said-body.js'

test('everything that is said in a Completions request is content, and nothing else', () => {
  assertContent(
    openaiCompletions,
    (say) => ({
      ...{
        model: 'gpt-3.5-turbo-instruct',
        prompt: [say()],
        suffix: say(),
        stop: [say()],
        user: say(),
        seed: 123456789,
      },
      ...{ max_tokens: 123456, logprobs: 3, echo: true, best_of: 1, logit_bias: { 123456: 1 }, stream: true },
      ...{ stream_options: { include_usage: true }, nobody_knows: { [say()]: [say()] } },
    }),
    [],
  )
})

test('a prompt of tokens cannot be scanned', () => {
  assert.ok(openaiCompletions.contentOf)
  const { contentOf } = openaiCompletions
  assert.deepEqual(surfacesOf({ prompt: [1, 2] }, contentOf).unscannable, ['prompt'])
  assert.deepEqual(surfacesOf({ prompt: [[1, 2]] }, contentOf).unscannable, ['prompt'])
})
