import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatProblem, parseConfig } from '../../../io/config.js'
import { providers } from '../../../llm/providers/index.js'

function read(kind: string, target: string) {
  const text = [
    'version: 1',
    `providers: { p: { kind: ${kind}, baseUrl: "http://127.0.0.1:9/v1" } }`,
    `models: { m: { targets: [ ${target} ] } }`,
  ].join('\n')
  const source = { path: '/c.yaml', env: {}, kinds: [...providers.values()], tokenizers: [] }
  const parsed = parseConfig(text, { ...source, readFile: () => '' })
  return parsed.ok
    ? parsed.config.models.get('m')?.targets[0]?.api
    : parsed.problems.map((problem) => formatProblem('c', problem)).join('\n')
}

test('a target may choose among the APIs of its kind', () => {
  for (const api of ['chat', 'responses', 'completions']) {
    assert.equal(read('openai', `{ provider: p, model: x, api: ${api} }`), api)
    assert.equal(read('vllm', `{ provider: p, model: x, api: ${api} }`), api)
  }
  assert.equal(read('openai', '{ provider: p, model: x }'), undefined)
})

test('an API that the kind does not have is refused where it stands', () => {
  assert.equal(
    read('groq', '{ provider: p, model: x, api: completions }'),
    'c:3:57 models.m.targets[0].api: groq has chat, responses',
  )
  assert.match(
    String(read('anthropic', '{ provider: p, model: x, api: chat }')),
    /has no use with kind anthropic; remove it/,
  )
  assert.equal(
    read('openai', '{ provider: p, model: x, api: chats }'),
    "c:3:57 models.m.targets[0].api: must be an API: chat, responses, completions; did you mean 'chat'?",
  )
})
