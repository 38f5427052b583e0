import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../core/json.js'
import { gemini } from '../../../../llm/dialects/gemini.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

function said(body: JsonObject): readonly string[] {
  const { contentOf, sourceOf } = gemini
  assert.ok(contentOf && sourceOf)
  return surfacesOf(body, contentOf, sourceOf)
    .sites.filter(({ text }) => /\s/.test(text))
    .map(({ source, text }) => `${source}: ${text}`)
}

test('a single content or part stands for a list of one', () => {
  assert.deepEqual(said({ contents: { role: 'model', parts: { text: 'a b' } } }), ['assistant: a b'])
  assert.deepEqual(said({ contents: { parts: { functionResponse: { response: { a: 'a b' } } } } }), ['tool: a b'])
  assert.deepEqual(said({ contents: [[{ role: 'model', parts: [{ text: 'a b' }] }]] }), ['user: a b'])
})

test('only contents have a role, and within the user’s nobody gets the model’s', () => {
  const part = { role: 'model', type: 'thinking', thought: true, text: 'a b', functionCall: { args: { a: 'c d' } } }
  assert.deepEqual(said({ role: 'model', contents: [{ role: 'user', parts: [part] }] }), ['user: a b', 'user: c d'])
  for (const role of ['system', 'assistant', 'tool', null]) {
    assert.deepEqual(said({ contents: [{ role, parts: [{ text: 'a b' }] }] }), ['user: a b'])
  }
})

test('only a request itself has an instruction, also one within a request to count', () => {
  const systemInstruction = { parts: [{ text: 'a b' }] }
  const contents = [{ role: 'user', systemInstruction, parts: [{ systemInstruction, text: 'c d' }] }]
  const within = ['system: a b', 'user: a b', 'user: a b', 'user: c d']
  assert.deepEqual(said({ systemInstruction, contents }), within)
  assert.deepEqual(said({ generateContentRequest: { systemInstruction, contents } }), within)
  const twice = { generate_content_request: { generateContentRequest: { systemInstruction } } }
  assert.deepEqual(said(twice), ['user: a b'])
})

test('what a function has returned is no schema, whatever stands beside it', () => {
  const response = { type: 'a b', 'c d': 1 }
  const part = { functionResponse: { name: 'f', description: 'x', parameters: {}, response } }
  assert.deepEqual(said({ contents: [{ role: 'user', parts: [part] }] }), ['tool: a b', 'tool: c d'])
})
