import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { audit } from '../../../io/config/audit.js'

const schema = audit(
  { providers: ['openai'], models: ['gpt-4'], established: new Set(['team', 'label']) },
  { resolve: (path) => `/etc/tollgate/${path}` },
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
    rules: [{ name: 'default', match: new Map(), content: 'off', keep: 30 }],
    maxContent: 65_536,
    onFull: 'refuse',
  })
})

test('a rule has what it says, and else what the section says', () => {
  const rules =
    '[{ name: legal, match: { team: law }, content: full }, { name: long, match: { label: secret }, keep: 400d }]'
  assert.deepEqual(settings(`{ content: redacted, keep: 7d, dir: records, rules: ${rules} }`), {
    dir: '/etc/tollgate/records',
    rules: [
      { name: 'legal', match: new Map([['team', { kind: 'in', values: ['law'] }]]), content: 'full', keep: 7 },
      { name: 'long', match: new Map([['label', { kind: 'in', values: ['secret'] }]]), content: 'redacted', keep: 400 },
      { name: 'default', match: new Map(), content: 'redacted', keep: 7 },
    ],
    maxContent: 65_536,
    onFull: 'refuse',
  })
})

test('says what is wrong, and what is allowed', () => {
  refuses('{ content: some }', 'content: must be how much is kept of prompts and answers: off, redacted, full')
  refuses('{ keep: 24h }', 'keep: must be a number of days such as 30d, from 1d to 3650d')
  refuses('{ keep: 0d }', 'keep: must be a number of days such as 30d, from 1d to 3650d')
  refuses(
    '{ maxContent: 1MiB }',
    'maxContent: must be a size such as 32MiB, 64KiB or 1000 (bytes), from 1KiB to 512KiB',
  )
  refuses(
    '{ rules: [{ name: default }] }',
    "rules.0.name: must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed, and not 'default'",
  )
  refuses(
    '{ rules: [{ name: a }, { name: a }] }',
    'rules.0.name: is the name of more than one rule of audit; each needs a name of its own',
    'rules.1.name: is the name of more than one rule of audit; each needs a name of its own',
  )
  refuses(
    '{ rules: [{ name: a, match: { user: ann } }] }',
    'rules.0.match.user: is not established by identity; add it to identity.headers or identity.claims',
  )
})
