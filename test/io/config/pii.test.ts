import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PiiRule } from '../../../policies/pii/settings.js'
import { PII_VOCABULARY } from '../../../policies/pii/vocabulary.js'
import { configOf, fakeSource, problemsOf, warningsOf, withSections } from './sample.js'

const IDENTITY = 'identity: { headers: { team: x-team } }'

const file = (pii: string, others = {}) => withSections({ identity: IDENTITY, ...others, pii: `pii: ${pii}` })
const rules = (pii: string) => configOf(file(pii)).pii
const only = (pii: string): PiiRule => {
  const [first, ...others] = rules(pii)
  assert.ok(first !== undefined && others.length === 0)
  return first
}
/** The section has exactly one problem: this one, at the place that § marks. */
const refuses = (marked: string, problem: string) => {
  const text = file(marked)
  const before = text.slice(0, text.indexOf('§')).split('\n')
  const position = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
  assert.deepEqual(problemsOf(text.replace('§', '')), [`${position} ${problem}`], marked)
}

const DEFAULTS: PiiRule = {
  name: 'pii',
  match: new Map(),
  request: { mode: 'restore', byEntity: new Map(), secrets: 'mask' },
  answer: { mode: 'report', byEntity: new Map(), secrets: 'mask' },
  thresholds: {},
  allow: [],
  deny: {},
  patterns: [],
  unscannable: 'allow',
  onFailure: 'block',
  timeout: 1000,
}
const KEYS =
  'name, match, mode, answers, secrets, entities, per, locales, regions, threshold, allow, deny, patterns, analyzer, unscannable, onFailure, timeout, key'

test('a section without keys of its own restores everything in requests and reports what answers add', () => {
  assert.deepEqual(only('{ mode: restore }'), DEFAULTS)
  assert.deepEqual(only('{ mode: restore, entities: [email, phone, credit_card, iban, us_ssn] }'), {
    ...DEFAULTS,
    entities: ['email', 'phone', 'credit_card', 'iban', 'us_ssn'],
  })
})

test('every key is read', () => {
  const read = only(`{ name: hr, match: { team: [hr, legal], model: { not: gpt-4 } }, mode: mask, answers: synthetic,
    secrets: { mode: block, answers: report }, entities: [email, phone, project, ticket, nl_bsn],
    per: { email: { mode: hash, answers: mask, threshold: 0.7 }, phone: block, ticket: { threshold: 1 }, project: off },
    locales: [us, nl], regions: [US, NL], threshold: 0.6, allow: [help@acme.com], deny: { project: [Blue Heron, X1] },
    patterns: [ { name: ticket, pattern: "ACME-[0-9]+", confidence: 0.8, maxLength: 20 }, { name: ticket, pattern: "(?i)tt" } ],
    unscannable: block, onFailure: allow, timeout: 250ms, key: 0123456789abcdef }`)
  assert.deepEqual(read, {
    name: 'hr',
    match: new Map([
      ['team', { kind: 'in', values: ['hr', 'legal'] }],
      ['model', { kind: 'not', values: ['gpt-4'] }],
    ]),
    request: {
      mode: 'mask',
      byEntity: new Map([
        ['email', 'hash'],
        ['phone', 'block'],
        ['project', 'off'],
      ]),
      secrets: 'block',
    },
    answer: {
      mode: 'synthetic',
      byEntity: new Map([
        ['email', 'mask'],
        ['project', 'off'],
      ]),
      secrets: 'report',
    },
    entities: ['email', 'phone', 'project', 'ticket', 'nl_bsn'],
    packs: ['us', 'nl'],
    regions: ['US', 'NL'],
    threshold: 0.6,
    thresholds: { email: 0.7, ticket: 1 },
    allow: ['help@acme.com'],
    deny: { project: ['Blue Heron', 'X1'] },
    patterns: [
      { name: 'ticket', pattern: 'ACME-[0-9]+', confidence: 0.8, maxLength: 20 },
      { name: 'ticket', pattern: '(?i)tt' },
    ],
    unscannable: 'block',
    onFailure: 'allow',
    timeout: 250,
    key: '0123456789abcdef',
  })
})

test('left out, empty, or off altogether there is no rule', () => {
  for (const text of ['', '[]', '{}', '{ mode: off }', '[ { name: a, mode: off }, { name: b, mode: off } ]']) {
    assert.deepEqual(rules(text), [], text)
  }
  assert.deepEqual(rules('{ mode: off, entities: [email, person] }'), [])
  assert.deepEqual(configOf(withSections({})).pii, [])
})

test('with mode off only what is said is on', () => {
  const off = { mode: 'off', byEntity: new Map(), secrets: 'off' }
  const secrets = only('{ mode: off, secrets: block }')
  assert.deepEqual([secrets.request, secrets.answer], [{ ...off, secrets: 'block' }, off])
  const card = only('{ mode: off, per: { credit_card: block } }')
  assert.deepEqual([card.request, card.answer], [{ ...off, byEntity: new Map([['credit_card', 'block']]) }, off])
  assert.deepEqual(only('{ mode: off, answers: mask }').answer, { ...off, mode: 'mask' })
})

test('in a list a rule that is off stays: it keeps what it matches from the others', () => {
  assert.deepEqual(
    rules('[ { name: free, match: { team: lab }, mode: off }, { name: rest } ]').map(({ name, request }) => [
      name,
      request.mode,
    ]),
    [
      ['free', 'off'],
      ['rest', 'restore'],
    ],
  )
})

test('modes are words, and secrets are never restored', () => {
  for (const mode of ['restore', 'mask', 'hash', 'synthetic', 'block', 'report']) {
    assert.equal(only(`{ mode: ${mode} }`).request.mode, mode)
    assert.equal(only(`{ per: { email: ${mode} } }`).request.byEntity.get('email'), mode)
    if (mode === 'restore') continue
    assert.equal(only(`{ answers: ${mode} }`).answer.mode, mode)
    assert.deepEqual(only(`{ secrets: ${mode} }`).request.secrets, mode)
    assert.deepEqual(only(`{ secrets: ${mode} }`).answer.secrets, 'mask')
    assert.deepEqual(only(`{ secrets: { answers: ${mode} } }`).request.secrets, 'mask')
  }
  assert.deepEqual([only('{ secrets: off }').request.secrets, only('{ secrets: off }').answer.secrets], ['off', 'off'])
  const words = 'mask, hash, synthetic, block, report, off'
  refuses('{ mode: §redact }', `pii.mode: must be a mode: restore, ${words}`)
  refuses('{ mode: §maks }', `pii.mode: must be a mode: restore, ${words}; did you mean 'mask'?`)
  refuses('{ mode: §true }', `pii.mode: must be a mode: restore, ${words}`)
  refuses('{ answers: §restore }', `pii.answers: must be a mode of answers: ${words}`)
  refuses(
    '{ secrets: §restore }',
    `pii.secrets: must be { mode: ..., answers: ... } or a mode of secrets, which are never restored: ${words}`,
  )
  refuses('{ secrets: { mode: §restore } }', `pii.secrets.mode: must be a mode of answers: ${words}`)
  refuses(
    '{ secrets: { §modes: mask } }',
    "pii.secrets.modes: is an unknown key; allowed: mode, answers; did you mean 'mode'?",
  )
})

test('entities are those of the build, and names of deny and patterns', () => {
  assert.deepEqual(only('{ entities: [] }').entities, [])
  refuses('{ entities: §email }', 'pii.entities: must be a list of names of entities')
  refuses('{ entities: [email, §7] }', 'pii.entities[1]: must be the name of an entity')
  const [problem = ''] = problemsOf(file('{ entities: [emial] }'))
  assert.match(
    problem,
    /^5:19 pii\.entities\[0\]: is no entity of this build; allowed: credit_card, .* and \d+ more; did you mean 'email'\?$/,
  )
  const AMONG_WORDS = ['person', 'location', 'organization', 'postal_address', 'date_time', 'age', 'nationality']
  for (const name of AMONG_WORDS) {
    assert.deepEqual(only(`{ entities: [email, ${name}] }`).entities, ['email', name])
    assert.deepEqual(only(`{ per: { ${name}: block } }`).request.byEntity, new Map([[name, 'block']]))
    assert.deepEqual(only(`{ entities: [${name}], deny: { ${name}: [x] } }`).entities, [name])
    assert.deepEqual(only(`{ locales: [us], entities: [${name}] }`).entities, [name], 'they belong to no country')
  }
  const pack = 'belongs to the pack nl, which is not among locales; add it there'
  refuses('{ locales: [us], entities: [us_ssn, email, §nl_bsn] }', `pii.entities[2]: ${pack}`)
  refuses('{ locales: [us], per: { §nl_bsn: block } }', `pii.per.nl_bsn: ${pack}`)
})

test('what single entities have of their own is a mode or a map', () => {
  refuses('{ per: §[email] }', 'pii.per: must be a map of names of entities to what they have of their own')
  refuses(
    '{ per: { email: §[mask] } }',
    'pii.per.email: must be { mode: ..., answers: ..., threshold: ... } or a mode: restore, mask, hash, synthetic, block, report, off',
  )
  refuses('{ per: { email: { threshold: §1.1 } } }', 'pii.per.email.threshold: must be a number from 0 to 1')
  refuses(
    '{ per: { email: { answers: §restore } } }',
    'pii.per.email.answers: must be a mode of answers: mask, hash, synthetic, block, report, off',
  )
  refuses(
    '{ per: { email: { §confidence: 1 } } }',
    'pii.per.email.confidence: is an unknown key; allowed: mode, answers, threshold',
  )
  refuses('{ entities: [email], per: { §phone: block } }', 'pii.per.phone: is not among entities; add it there')
})

test('single rules for secrets may have modes of their own, but not restore', () => {
  const [secret = ''] = PII_VOCABULARY.secrets
  const read = only(`{ entities: [email], per: { ${secret}: off } }`)
  assert.deepEqual([read.request.byEntity.get(secret), read.answer.byEntity.get(secret)], ['off', 'off'])
  refuses(`{ per: { ${secret}: §restore } }`, `pii.per.${secret}: must not be restore: secrets are never put back`)
  refuses(`{ per: { ${secret}: { threshold: §1 } } }`, `pii.per.${secret}.threshold: has no use for secrets; remove it`)
  refuses(
    `{ entities: [§${secret}] }`,
    'pii.entities[0]: is a rule for secrets, which are looked for unless secrets is off; name it in per',
  )
})

test('locales are packs, regions are countries', () => {
  assert.deepEqual(only('{ locales: [global, eu] }').packs, ['global', 'eu'])
  assert.match(
    problemsOf(file('{ locales: [uk] }'))[0] ?? '',
    /^5:18 pii\.locales\[0\]: must be a pack of this build: global, .*; did you mean 'us'\?$/,
  )
  assert.match(
    problemsOf(file('{ regions: [us] }'))[0] ?? '',
    /^5:18 pii\.regions\[0\]: must be a country such as US: .*did you mean 'US'\?$/,
  )
  refuses('{ locales: §us }', 'pii.locales: must be a list of packs')
  refuses('{ regions: §US }', 'pii.regions: must be a list of countries')
})

test('a pattern that cannot be compiled is a problem where it stands', () => {
  const at = (pattern: string, fault: string) =>
    refuses(
      `{ patterns: [ { name: a, pattern: x }, { name: b, pattern: §'${pattern}' } ] }`,
      `pii.patterns[1].pattern: is no pattern: ${fault}; the syntax of RE2 is allowed`,
    )
  at('(abc', 'missing closing )')
  at('a(?=b)', 'invalid or unsupported Perl syntax')
  at('[z-a]', 'invalid character class range')
  at('(a)\\1', 'invalid escape sequence')
  const length = 'pii.patterns[0].pattern: must be a pattern of 1 to 1000 characters'
  refuses('{ patterns: [ { name: a, pattern: §"" } ] }', length)
  refuses(`{ patterns: [ { name: a, pattern: §${'x'.repeat(1001)} } ] }`, length)
  refuses('{ patterns: [ §{ name: a } ] }', `${length.replace('must', 'is missing; it must')}`)
  refuses('{ patterns: §x }', 'pii.patterns: must be a list of patterns, each { name: ..., pattern: ... }')
  refuses(
    '{ patterns: [ { name: §A-b, pattern: x } ] }',
    'pii.patterns[0].name: must be the name of an entity: a small letter, then up to 47 of a-z 0-9 _',
  )
  for (const most of ['0', '4097', '1.5']) {
    refuses(
      `{ patterns: [ { name: a, pattern: x, maxLength: §${most} } ] }`,
      'pii.patterns[0].maxLength: must be a whole number from 1 to 4096',
    )
  }
  refuses(
    '{ patterns: [ { name: a, pattern: x, confidence: §high } ] }',
    'pii.patterns[0].confidence: must be a number from 0 to 1',
  )
})

test('other values of the wrong kind are refused where they are', () => {
  refuses('§x', `pii: must be a map with the keys ${KEYS}`)
  refuses('{ §modes: mask }', `pii.modes: is an unknown key; allowed: ${KEYS}; did you mean 'mode'?`)
  for (const threshold of ['-0.1', '1.1', '"0.5"', 'high']) {
    refuses(`{ threshold: §${threshold} }`, 'pii.threshold: must be a number from 0 to 1')
  }
  refuses('{ allow: §x }', 'pii.allow: must be a list of values')
  refuses('{ allow: [a, §""] }', 'pii.allow[1]: must not be empty; it must be a value')
  refuses('{ deny: §[x] }', 'pii.deny: must be a map of names of entities to lists of terms')
  refuses('{ deny: { project: §x } }', 'pii.deny.project: must be a list of terms')
  refuses(
    '{ deny: { §E-Mail: [x] } }',
    'pii.deny.E-Mail: is no name of an entity; a small letter, then up to 47 of a-z 0-9 _ are allowed',
  )
  refuses('{ unscannable: §mask }', 'pii.unscannable: must be one of these: allow, block')
  refuses('{ onFailure: §retry }', 'pii.onFailure: must be one of these: block, allow')
  for (const timeout of ['0s', '1', '25h']) {
    refuses(`{ timeout: §${timeout} }`, 'pii.timeout: must be a duration such as 500ms, 5s, 2m or 1h, from 1ms to 24h')
  }
  refuses('{ key: §0123456789abcde }', 'pii.key: must be a secret text of at least 16 characters')
  refuses('{ key: §1234567890123456 }', 'pii.key: must be a secret text of at least 16 characters')
  refuses(
    '{ match: { §user: x } }',
    'pii.match.user: is not established by identity; add it to identity.headers or identity.claims',
  )
  refuses(
    '{ match: { model: §gpt4 } }',
    "pii.match.model: must be one of the configured models: gpt-4; did you mean 'gpt-4'?",
  )
})

test('in a list every rule has a name of its own', () => {
  const error = 'must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
  refuses('[ §{ mode: mask } ]', `pii[0].name: is missing; it ${error}`)
  refuses('[ { name: §a b } ]', `pii[0].name: ${error}`)
  refuses('[ { name: a, per: { §phon: off } } ]', `pii[0].per.phon: ${unknown('phon')}`)
  const twice = 'is the name of more than one entry of pii; each needs a name of its own'
  assert.deepEqual(problemsOf(file('[ { name: a }, { name: b }, { name: a } ]')), [
    `5:16 pii[0].name: ${twice}`,
    `5:42 pii[2].name: ${twice}`,
  ])
})

function unknown(name: string): string {
  const [problem = ''] = problemsOf(file(`{ per: { ${name}: mask } }`))
  return problem.replace(/^\S+ \S+ /, '')
}

test('a build without a detector refuses the section', () => {
  const { pii: _, ...source } = fakeSource()
  const refused = '5:6 pii: is not enforced by this build yet; remove it'
  for (const text of ['{ mode: mask }', '[ { name: a } ]', 'x'])
    assert.deepEqual(problemsOf(file(text), source), [refused])
  for (const text of ['', '{}', '[]', '{ mode: off }', '{ mode: off, entities: [person] }']) {
    assert.deepEqual(configOf(file(text), source).pii, [])
  }
})

test('a rule that is never reached, and a key that several Tollgates lack, are warnings', () => {
  assert.deepEqual(
    warningsOf(file('[ { name: a, match: { team: x } }, { name: b }, { name: c, match: { team: y } } ]')),
    ['5:54 pii[2]: is never reached: pii[1] matches every request'],
  )
  const store = { store: 'store: { kind: redis, url: "redis://127.0.0.1" }' }
  const message = 'has no key: each Tollgate that shares the store writes other placeholders and hashes; set one'
  assert.deepEqual(warningsOf(file('{ mode: mask }', store)), [`6:1 pii: ${message}`])
  assert.deepEqual(warningsOf(file('[ { name: a } ]', store)), [`6:8 pii[0]: ${message}`])
  assert.deepEqual(warningsOf(file('{ mode: mask, key: 0123456789abcdef }', store)), [])
  assert.deepEqual(warningsOf(file('{ mode: mask }')), [])
})
