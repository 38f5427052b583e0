import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainFor } from '../../core/chain.js'
import type { Dialect, Provider, Task } from '../../core/provider.js'
import type { Target } from '../../core/settings.js'
import { anthropicMessages } from '../../llm/dialects/anthropic-messages.js'
import { gemini } from '../../llm/dialects/gemini.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'

const named = (name: string, task: Task): Dialect => ({ ...openaiChat, name, task })

function target(name: string, dialect: Dialect, others?: readonly Target[]): Target {
  const provider = { kind: 'k', dialect } as Provider
  const upstream = {
    name,
    provider,
    credentials: {},
    authority: 'a',
    scheme: 'http',
    basePath: '',
    cluster: 'c',
  } as const
  return { name, upstream, model: 'm', limits: {}, ...(others && { others }) }
}

test('a target serves with the API that speaks the dialect, else with its first of the same task', () => {
  const native = target('two', anthropicMessages)
  const chain = [target('one', gemini), target('two', openaiChat, [native])]
  assert.deepEqual(chainFor(anthropicMessages, chain), [chain[0], native])
  assert.deepEqual(chainFor(openaiChat, chain), chain)
})

test('targets that serve the task in no way are left out', () => {
  const embeddings = named('vectors', 'embeddings')
  const embedder = target('two', named('other-vectors', 'embeddings'))
  const chain = [target('one', openaiChat), target('two', openaiChat, [embedder])]
  assert.deepEqual(chainFor(embeddings, chain), [embedder])
  assert.deepEqual(chainFor(embeddings, [target('one', openaiChat)]), [])
})

test('a dialect that stands alone reaches only those who speak it', () => {
  const images = named('images', 'alone')
  const own = target('two', images)
  const chain = [target('one', openaiChat, [target('one', named('speech', 'alone'))]), target('two', openaiChat, [own])]
  assert.deepEqual(chainFor(images, chain), [own])
})

test('a chain that needs nothing is the same list', () => {
  const chain = [target('one', openaiChat), target('two', openaiChat)]
  assert.equal(chainFor(openaiChat, chain), chain)
})
