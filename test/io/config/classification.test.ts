import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { classification } from '../../../io/config/classification.js'

const schema = classification(
  { providers: ['local', 'openai'], models: ['gpt-4'], established: new Set(['team']) },
  { entities: ['email', 'us_ssn'], guards: ['injection', 'words'] },
)
const parsed = (yaml: string) => schema.safeParse(parse(yaml, { mapAsMap: true }))
const settings = (yaml: string) => {
  const { data, error } = parsed(yaml)
  assert.equal(error, undefined)
  return data
}
const refuses = (yaml: string, ...problems: readonly string[]) => {
  const found = parsed(yaml).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  assert.deepEqual(found, problems, yaml)
}

test('left out there is none, and everything has a default', () => {
  assert.equal(schema.parse(undefined), undefined)
  assert.deepEqual(settings('{}'), {
    labels: ['public', 'internal', 'confidential', 'restricted'],
    byDefault: 'public',
    rules: [],
    targets: new Map(),
  })
})

test('every key is read', () => {
  const read = settings(`{ labels: [low, high], default: low,
    rules: [ { label: high, when: { entities: us_ssn, atLeast: 2, guards: [words], match: { team: hr } } },
             { label: high, when: { entities: [email, us_ssn] } } ],
    targets: { high: local, low: [local, openai] } }`)
  assert.deepEqual(read, {
    labels: ['low', 'high'],
    byDefault: 'low',
    rules: [
      {
        label: 'high',
        when: {
          entities: ['us_ssn'],
          atLeast: 2,
          guards: ['words'],
          match: new Map([['team', { kind: 'in', values: ['hr'] }]]),
        },
      },
      { label: 'high', when: { entities: ['email', 'us_ssn'] } },
    ],
    targets: new Map([
      ['high', ['local']],
      ['low', ['local', 'openai']],
    ]),
  })
})

test('what is wrong is told, with what is allowed', () => {
  const all = 'public, internal, confidential, restricted'
  refuses('{ default: secret }', `default: must be one of the labels: ${all}`)
  refuses('{ rules: [ { label: secret, when: { atLeast: 1 } } ] }', `rules.0.label: must be one of the labels: ${all}`)
  refuses('{ targets: { secret: local } }', `targets.secret: is none of the labels: ${all}`)
  refuses('{ targets: { public: nobody } }', 'targets.public: must be one of the configured providers: local, openai')
  refuses('{ labels: [] }', 'labels: must not be empty; it must be a list of labels, the lowest first')
  refuses('{ labels: [a, a] }', 'labels: has a label twice; once is enough')
  refuses('{ labels: [A] }', 'labels.0: must be a label; 1 to 32 of a-z 0-9 _ - are allowed')
  refuses(
    '{ rules: [ { label: public, when: {} } ] }',
    'rules.0.when: must have at least one of the keys entities, atLeast, guards, match',
  )
  refuses(
    '{ rules: [ { label: public, when: { entities: mail } } ] }',
    "rules.0.when.entities: must be an entity that is looked for: email, us_ssn; did you mean 'email'?",
  )
  refuses(
    '{ rules: [ { label: public, when: { guards: [word] } } ] }',
    "rules.0.when.guards.0: must be one of the guardrails: injection, words; did you mean 'words'?",
  )
  refuses(
    '{ rules: [ { label: public, when: { atLeast: 0 } } ] }',
    'rules.0.when.atLeast: must be a whole number from 1 to 1000000000000000',
  )
})
