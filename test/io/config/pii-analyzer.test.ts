import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, problemsOf, withSections } from './sample.js'

const file = (analyzer: string) => withSections({ pii: `pii: { mode: mask, analyzer: ${analyzer} }` })
const analyzer = (text: string) => configOf(file(text)).pii[0]?.analyzer
const refuses = (text: string, path: string, message: string) => {
  const [problem = '', ...others] = problemsOf(file(text)).map((told) => told.replace(/^\d+:\d+ /, ''))
  assert.deepEqual([problem, others], [`pii.analyzer${path}: ${message}`, []])
}

test('an address is enough: names are asked for, and a failure leaves the built-in detector', () => {
  assert.deepEqual(analyzer('{ url: "http://presidio:3000/" }'), {
    url: 'http://presidio:3000',
    language: 'en',
    entities: ['PERSON', 'LOCATION', 'ORGANIZATION', 'NRP'],
    threshold: 0.5,
    timeout: 1000,
    onFailure: 'builtin',
  })
})

test('every key is read', () => {
  const written = `{ url: "https://p.test/api", language: de, entities: [PERSON, AGE], threshold: 0.7, timeout: 300ms,
    onFailure: block }`
  assert.deepEqual(analyzer(written), {
    url: 'https://p.test/api',
    language: 'de',
    entities: ['PERSON', 'AGE'],
    threshold: 0.7,
    timeout: 300,
    onFailure: 'block',
  })
})

test('what is wrong is told, with what is allowed', () => {
  const url = 'url: "http://p.test"'
  refuses('{}', '.url', 'is missing; it must be a URL such as https://api.example.com/v1')
  refuses(`{ ${url}, language: English }`, '.language', 'must be the code of a language, such as en')
  const entities = "must be a list of at least one of Presidio's names of entities, such as PERSON"
  refuses(`{ ${url}, entities: [] }`, '.entities', entities)
  refuses(`{ ${url}, entities: [person] }`, '.entities[0]', entities)
  refuses(`{ ${url}, threshold: 2 }`, '.threshold', 'must be a number from 0 to 1')
  refuses(`{ ${url}, onFailure: allow }`, '.onFailure', 'must be one of these: builtin, block')
})
