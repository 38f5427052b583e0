import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessCondition } from '../../../policies/access/settings.js'
import { configOf, problemsOf, warningsOf } from './sample.js'

const file = (access: string, more = '') => `
version: 1
providers:
  openai: { kind: openai, apiKey: k, region: eu-west }
  cloud: { kind: cloud, region: us-east }
models:
  gpt-4: { targets: [ { provider: openai, model: gpt-4o } ] }
identity:
  headers: { user: x-user, role: x-role }
  tags: { headers: { env: x-env } }
  address: { header: x-forwarded-for, fromRight: 2 }
${more}
access: ${access}
`

const rules = (...list: readonly string[]) => `{ rules: [ ${list.join(', ')} ] }`
const matching = (match: string) => rules(`{ name: r, effect: deny, match: ${match} }`)

function conditionsOf(match: string, more = ''): readonly AccessCondition[] {
  return configOf(file(matching(match), more)).access?.rules[0]?.conditions ?? []
}

/** What is said of the section, without where it stands. */
const said = (access: string, more = '') =>
  problemsOf(file(access, more)).map((problem) => problem.replace(/^\d+:\d+ /, ''))

const DAY = 86_400_000
const HOUR = 3_600_000

test('a file without the section allows everything', () => {
  assert.equal(configOf(file('').replace(/access:.*/, '')).access, undefined)
})

test('rules in their order, with what they default to', () => {
  const { access } = configOf(
    file('{ default: deny, rules: [ { name: a, effect: allow }, { name: b, effect: deny, reason: "No." } ] }'),
  )
  assert.deepEqual(access, {
    byDefault: 'deny',
    rules: [
      { name: 'a', effect: 'allow', conditions: [] },
      { name: 'b', effect: 'deny', reason: 'No.', conditions: [] },
    ],
  })
  assert.deepEqual(configOf(file('{}')).access, { byDefault: 'allow', rules: [] })
})

test('conditions are one value, several, or what must not be', () => {
  const value = (dimension: string, how: string, ...values: readonly string[]) => ({
    kind: 'value',
    dimension,
    how,
    values,
  })
  assert.deepEqual(
    conditionsOf('{ role: intern, model: [gpt-4], region: { not: [us-east] }, tags: { env: { not: prod } } }'),
    [
      value('role', 'in', 'intern'),
      value('model', 'in', 'gpt-4'),
      value('region', 'not', 'us-east'),
      value('tag:env', 'not', 'prod'),
    ],
  )
})

test('networks are read as such', () => {
  const [network] = conditionsOf('{ network: { not: [10.0.0.0/8, "2001:db8::/32"] } }')
  assert.ok(network?.kind === 'network')
  const found = ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::7', '11.0.0.1'].map((address) =>
    network.networks.has(address),
  )
  assert.deepEqual([network.how, found], ['not', [true, true, true, false]])
})

test('windows', () => {
  const windowOf = (written: string) => {
    const [time] = conditionsOf(`{ time: ${written} }`)
    assert.ok(time?.kind === 'time')
    return { how: time.how, windows: time.windows }
  }
  const utc = { zone: 'UTC', from: 0, to: DAY }
  assert.deepEqual(windowOf('{ zone: Europe/Berlin, days: [mon-fri], from: "08:30", to: "18:00" }'), {
    how: 'in',
    windows: [{ zone: 'Europe/Berlin', from: 8.5 * HOUR, to: 18 * HOUR, days: [1, 2, 3, 4, 5] }],
  })
  assert.deepEqual(windowOf('[ { days: sat-mon }, { from: "22:00" } ]').windows, [
    { ...utc, days: [6, 0, 1] },
    { ...utc, from: 22 * HOUR },
  ])
  assert.deepEqual(windowOf('{ not: { monthDays: [1, 28-last], dates: 2026-12-24/2027-01-01 } }'), {
    how: 'not',
    windows: [
      {
        ...utc,
        monthDays: [
          { first: 1, last: 1 },
          { first: 28, last: 'last' },
        ],
        dates: [{ first: Date.UTC(2026, 11, 24) / DAY, last: Date.UTC(2027, 0, 1) / DAY }],
      },
    ],
  })
})

test('windows that are none are refused where they stand', () => {
  const at = 'access.rules[0].match.time'
  const refused = (written: string) => said(matching(`{ time: ${written} }`))
  assert.deepEqual(refused('{}'), [`${at}: must have at least one of the keys days, monthDays, dates, from, to`])
  assert.deepEqual(refused('{ from: "08:00", to: "08:00" }'), [
    `${at}.to: must differ from \`from\`; leave both out for the whole day`,
  ])
  assert.deepEqual(refused('{ zone: Berlin, days: mon }'), [
    `${at}.zone: must be the name of a time zone such as UTC or Europe/Berlin`,
  ])
  for (const [key, values] of [
    ['days', ['monday', 'mon-fri-sat', '[]', '7']],
    ['monthDays', ['0', '32', '5-3', 'last-3', '"-1"']],
    ['dates', ['2026-02-30', '2026-12-24/2026-12-23', 'tomorrow', '24.12.2026']],
    ['from', ['"8:00"', '"24:01"', '"08:60"', '8', '"24:00"']],
    ['to', ['"00:00"', 'noon']],
  ] as const) {
    for (const value of values) {
      const [first = '', more] = refused(`{ ${key}: ${value} }`)
      assert.ok(first.startsWith(`${at}.${key}`) && / must /.test(first), `${key}: ${value}: ${first}`)
      assert.equal(more, undefined)
    }
  }
})

test('what could never match is refused at its key', () => {
  const rest = 'is not established by identity; add it to identity.headers or identity.claims'
  assert.deepEqual(said(matching('{ team: red }')), [`access.rules[0].match.team: ${rest}`])
  assert.deepEqual(said(matching('{ tags: { cost: a } }')), [
    'access.rules[0].match.tags.cost: is not established by identity; add it to identity.tags.headers or identity.tags.claims',
  ])
  assert.deepEqual(said(matching('{ label: restricted }')), [
    'access.rules[0].match.label: is known only where the section classification is',
  ])
  assert.deepEqual(said(matching('{ label: resricted }'), 'classification: {}'), [
    'access.rules[0].match.label: must name only labels of classification: public, internal, confidential, restricted',
  ])
  assert.deepEqual(said(matching('{ region: us-eats }')), [
    "access.rules[0].match.region: must be the region or location of a configured provider: eu-west, us-east; did you mean 'us-east'?",
  ])
  assert.match(
    said(matching('{ provider: azure }'))[0] ?? '',
    /must be one of the configured providers: openai, cloud$/,
  )
  assert.match(
    said(matching('{ model: gpt-5 }'))[0] ?? '',
    /must be one of the configured models: gpt-4; did you mean 'gpt-4'\?$/,
  )
})

test('virtual keys establish who is calling', () => {
  const keys = 'keys: {}'
  assert.equal(conditionsOf('{ team: red, organization: acme, key: k, tags: { cost: a } }', keys).length, 4)
})

test('a network needs an address', () => {
  const without = file(matching('{ network: 10.0.0.0/8 }')).replace(/ {2}address:.*\n/, '')
  assert.deepEqual(
    problemsOf(without).map((problem) => problem.replace(/^\d+:\d+ /, '')),
    ['access.rules[0].match.network: needs the address that a request came from; add identity.address'],
  )
  assert.deepEqual(said(matching('{ network: 10.0.0.0/33 }')), [
    'access.rules[0].match.network: must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an IP address',
  ])
})

test('names are unique, and those that logs give to other refusals are nobody’s', () => {
  const twice = 'is the name of more than one rule; each needs a name of its own'
  assert.deepEqual(said(rules('{ name: a, effect: deny }', '{ name: a, effect: allow }')), [
    `access.rules[0].name: ${twice}`,
    `access.rules[1].name: ${twice}`,
  ])
  for (const name of ['default', 'key']) {
    assert.match(said(rules(`{ name: ${name}, effect: deny }`))[0] ?? '', /must not be default or key/)
  }
})

test('keys and words that are unknown are refused', () => {
  assert.match(said(rules('{ name: a, effect: block }'))[0] ?? '', /effect: must be one of these: allow, deny/)
  assert.match(said(matching('{ rôle: a }'))[0] ?? '', /is an unknown key; allowed: role, /)
  assert.match(
    said('{ defautl: deny }')[0] ?? '',
    /is an unknown key; allowed: default, rules; did you mean 'default'\?/,
  )
  assert.match(said(rules('{ name: a, effect: deny, reason: "a\\nb" }'))[0] ?? '', /must be text for the client/)
})

test('where the address stands', () => {
  const addressOf = (written: string) =>
    configOf(file('{}').replace('{ header: x-forwarded-for, fromRight: 2 }', written)).identity.address
  assert.deepEqual(addressOf('gateway'), { from: 'gateway' })
  assert.deepEqual(addressOf('{ header: X-Client }'), { from: 'header', name: 'x-client', fromRight: 1 })
  const wrong = (written: string) =>
    problemsOf(file('{}').replace('{ header: x-forwarded-for, fromRight: 2 }', written)).join(' ')
  assert.match(wrong('peer'), /identity\.address: must be gateway, or \{ header: \.\.\., fromRight: \.\.\. \}/)
  assert.match(wrong('{ header: x-a, fromRight: 0 }'), /fromRight: must be a whole number from 1 to 32/)
})

test('a region may be said of any provider that has no location', () => {
  assert.equal(configOf(file('{}')).providers.get('openai')?.region, 'eu-west')
  const both = file('{}').replace('region: us-east', 'region: us-east, location: us')
  assert.equal(configOf(both).providers.get('cloud')?.location, 'us')
})

test('a rule that is never reached, and providers that are nowhere, are warnings', () => {
  const list = rules(
    '{ name: a, effect: deny, match: { region: us-east } }',
    '{ name: b, effect: allow }',
    '{ name: c, effect: deny }',
  )
  const lost = file(list).replace('region: eu-west', '')
  const own = warningsOf(lost).filter((warning) => warning.includes('access'))
  assert.deepEqual(
    own.map((warning) => warning.replace(/^\d+:\d+ /, '')),
    [
      'access.rules[0]: asks for a region, and nobody says where these providers are: openai',
      'access.rules[2]: is never reached: access.rules[1] matches every call',
    ],
  )
})
