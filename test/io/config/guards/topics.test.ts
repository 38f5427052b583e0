import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kind from '../../../../io/config/guards/topics.js'
import { STARTER_TOPICS } from '../../../../policies/guardrails/content/topics/starters.js'
import { reader } from './reader.js'

const { settings, refuses } = reader({ ...kind, kindMembers: () => kind.kindMembers(STARTER_TOPICS) })
const NAMES = 'politics, medical-advice, legal-advice, financial-advice, weapons, self-harm'

test('topics are those of this build, or have terms with weights', () => {
  assert.deepEqual(
    settings(
      '{ topics: [ weapons, { name: rivals, terms: { "acme corp": 2, acme: 0.5 } }, { name: x, terms: [y] } ] }',
    ),
    {
      mode: 'deny',
      topics: [
        STARTER_TOPICS.find(({ name }) => name === 'weapons'),
        {
          name: 'rivals',
          terms: [
            { term: 'acme corp', weight: 2 },
            { term: 'acme', weight: 0.5 },
          ],
        },
        { name: 'x', terms: [{ term: 'y', weight: 1 }] },
      ],
      threshold: 0.75,
      leastWords: 20,
    },
  )
  const { mode, threshold, leastWords } = settings('{ mode: allow, topics: [politics], threshold: 0.5, leastWords: 5 }')
  assert.deepEqual([mode, threshold, leastWords], ['allow', 0.5, 5])
})

test('what is wrong is told, with what is allowed', () => {
  const what = 'a list of topics, each { name: ..., terms: ... } or the name of one of this build'
  refuses('{}', `topics: must be ${what}`)
  refuses('{ topics: [] }', `topics: must not be empty; it must be ${what}`)
  refuses(
    '{ topics: [wepons] }',
    `topics.0: must be { name: ..., terms: ... } or a topic of this build: ${NAMES}; did you mean 'weapons'?`,
  )
  refuses(
    '{ topics: [weapons, weapons] }',
    'topics.1.name: is the name of an earlier entry; each needs a name of its own',
  )
  refuses('{ mode: ban, topics: [weapons] }', 'mode: must be one of these: deny, allow')
  const weight = 'must be a number above 0, up to 10'
  for (const wrong of ['0', '11', 'much']) {
    refuses(`{ topics: [ { name: a, terms: { b: ${wrong} } } ] }`, `topics.0.terms.b: ${weight}`)
  }
  refuses(
    '{ topics: [ { name: a, terms: {} } ] }',
    'topics.0.terms: must not be empty; it must be a map of terms to their weights',
  )
})
