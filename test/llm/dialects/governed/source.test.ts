import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rerank } from '../../../../llm/dialects/governed/scores.js'
import { surfacesOf } from '../../../../policies/content/surfaces.js'

test('what is to be ranked are documents, how to speak is the application’s, all else is the user’s', () => {
  const { contentOf, sourceOf } = rerank
  assert.ok(contentOf && sourceOf)
  const { sites } = surfacesOf(
    {
      ...{ model: 'm', role: 'system', type: 'thinking', query: 'a b', tools: 'c d', system: 'e f' },
      ...{ input: [{ type: 'document', documents: 'g h', text: 'i j' }], instructions: 'k l', documents: ['m n'] },
    },
    contentOf,
    sourceOf,
  )
  assert.deepEqual(
    sites.filter(({ text }) => /\s/.test(text)).map(({ source, text }) => `${source}: ${text}`),
    [...['user: a b', 'user: c d', 'user: e f', 'user: g h', 'user: i j'], ...['system: k l', 'document: m n']],
  )
})
