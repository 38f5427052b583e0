import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rule } from '../../../policies/budget/rules.js'
import { configOf, problemsOf, withSections } from './sample.js'

const IDENTITY =
  'identity: { headers: { user: x-user, team: x-team, organization: x-org, key: x-key-id, route: x-route }, ' +
  'tags: { headers: { env: x-env } } }'

const file = (section: string) => withSections({ identity: IDENTITY, section })
const budget = (members: string) => file(`budgets: [ { name: b, ${members} } ]`)
const limit = (members: string) => file(`limits: [ { name: l, ${members} } ]`)
const rules = (text: string) => configOf(text).rules
const only = (text: string): Rule => {
  const [first, ...others] = rules(text)
  assert.ok(first !== undefined && others.length === 0)
  return first
}
/** The text has exactly one problem: this one, at the place that § marks. */
const refuses = (marked: string, problem: string) => {
  const before = marked.slice(0, marked.indexOf('§')).split('\n')
  const position = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
  assert.deepEqual(problemsOf(marked.replace('§', '')), [`${position} ${problem}`])
}

const DEFAULTS = {
  each: [],
  onExhausted: { kind: 'refuse' },
  onStoreDown: 'refuse',
  onLost: 'charge',
  clampOutput: false,
  assumeOutput: 4096,
  onStreamLimit: 'stop',
} as const
const DAY = { kind: 'calendar', unit: 'day', timeZone: 'UTC' } as const
const PER_DAY = 'limit: { usd: 1, per: day }'

test("the contract's sample becomes three budgets and two limits", () => {
  const text = `version: 1
providers:
  openai: { kind: openai, apiKey: k }
  claude: { kind: anthropic, apiKey: k, baseUrl: "http://127.0.0.1:9001" }
  local:  { kind: openai, baseUrl: "http://127.0.0.1:11434/v1" }
models:
  gpt-4:
    targets:
      - { provider: openai, model: gpt-4o-2024-08-06 }
      - { provider: claude, model: claude-sonnet-4-5 }
  llama-3-70b:      { targets: [ { provider: local, model: llama-3-70b } ] }
  any-model-i-want: { targets: [ { provider: local, model: llama-3-70b } ] }
identity:                                   # what the gateway's auth established; never trusted from clients directly
  headers: { user: x-user-id, team: x-team-id }
budgets:
  - { name: eng-gpt4, match: { team: llm-eng, model: gpt-4 }, limit: { usd: 100, per: day }, onExhausted: { use: llama-3-70b } }
  - { name: product-gpt4, match: { team: product, model: gpt-4 }, limit: { usd: 30, per: day } }           # onExhausted: refuse
  - { name: others, match: { team: { not: [llm-eng, product] }, model: gpt-4 }, each: user, limit: { usd: 20, per: day }, onExhausted: { use: llama-3-70b } }
limits:
  - { name: per-user, each: user, requests: 60, tokens: 100000, per: minute }
prices:  { llama-3-70b: { input: 0.6, output: 0.8, cachedInput: 0.1 } }
catalog: { llama-3-70b: { contextWindow: 8192, maxOutput: 4096, tokenizer: llama3 } }
strict: false
maxBody: 32MiB
store: { kind: memory }
`
  const config = configOf(text)
  const team = (kind: 'in' | 'not', ...values: string[]) =>
    new Map([
      ['team', { kind, values }],
      ['model', { kind: 'in', values: ['gpt-4'] }],
    ])
  const usd = { ...DEFAULTS, section: 'budgets', unit: 'usd', period: DAY }
  const use = { kind: 'use', model: 'llama-3-70b' }
  const perUser = {
    ...DEFAULTS,
    ...{ name: 'per-user', section: 'limits', match: new Map(), each: ['user'] },
    period: { kind: 'rolling', length: 60_000, slices: 20 },
  }
  assert.deepEqual(config.rules, [
    { ...usd, name: 'eng-gpt4', match: team('in', 'llm-eng'), limit: 100_000_000_000, onExhausted: use },
    { ...usd, name: 'product-gpt4', match: team('in', 'product'), limit: 30_000_000_000 },
    {
      ...{ ...usd, name: 'others', match: team('not', 'llm-eng', 'product'), each: ['user'] },
      ...{ limit: 20_000_000_000, onExhausted: use },
    },
    { ...perUser, unit: 'requests', limit: 60 },
    { ...perUser, unit: 'tokens', limit: 100_000 },
  ])
  assert.deepEqual(config.identity, {
    user: { from: 'header', name: 'x-user-id' },
    team: { from: 'header', name: 'x-team-id' },
    tags: new Map(),
  })
  assert.deepEqual(config.store, { kind: 'memory' })
})

test('every key of a budget is read', () => {
  const text = budget(`match: { user: u, team: { not: t }, organization: [o, p], key: { not: [k, l] }, route: r,
    model: gpt-4, provider: [openai], tags: { env: prod } }, each: [team, model, tag:env],
    limit: { outputTokens: 5, per: month, timeZone: Europe/Berlin }, onExhausted: alert, clampOutput: true,
    assumeOutput: 100, onStoreDown: local-share, onLost: release, onStreamLimit: continue`)
  assert.deepEqual(only(text), {
    ...{ name: 'b', section: 'budgets', each: ['team', 'model', 'tag:env'], unit: 'outputTokens', limit: 5 },
    match: new Map([
      ['user', { kind: 'in', values: ['u'] }],
      ['team', { kind: 'not', values: ['t'] }],
      ['organization', { kind: 'in', values: ['o', 'p'] }],
      ['key', { kind: 'not', values: ['k', 'l'] }],
      ['model', { kind: 'in', values: ['gpt-4'] }],
      ['provider', { kind: 'in', values: ['openai'] }],
      ['route', { kind: 'in', values: ['r'] }],
      ['tag:env', { kind: 'in', values: ['prod'] }],
    ]),
    period: { kind: 'calendar', unit: 'month', timeZone: 'Europe/Berlin' },
    ...{ onExhausted: { kind: 'alert' }, clampOutput: true, assumeOutput: 100, onStoreDown: 'local-share' },
    ...{ onLost: 'release', onStreamLimit: 'continue' },
  })
})

test('dollars are read exactly, as a number or as text', () => {
  const usd = (written: string) => only(budget(`limit: { usd: ${written}, per: day }`)).limit
  for (const [written, nano] of [
    ['100', 100_000_000_000],
    ['1.1', 1_100_000_000],
    ['0.000000001', 1],
    ['1e-9', 1],
    ['8.95', 8_950_000_000],
    ['0.1', 100_000_000],
    ['1234567.123456789', 1_234_567_123_456_789],
    ['9000000', 9_000_000_000_000_000],
    ['"8999999.999999999"', 8_999_999_999_999_999],
    ['"20"', 20_000_000_000],
    ['"0.50"', 500_000_000],
  ] as const) {
    assert.equal(usd(written), nano, written)
  }
  const rest = 'must be a number of US dollars with at most 9 decimals, more than 0 and at most 9000000'
  for (const written of [
    ...['0', '-1', '9000000.1', '9000001', '1e22', '0.0000000001', '1.0000000001', '.inf', '.nan', 'true', '[]'],
    ...['"1,5"', '"$5"', '""', '"1e3"', '" 1"', '"9000000.000000001"', '"1.0000000001"', 'free'],
  ]) {
    refuses(budget(`limit: { usd: §${written}, per: day }`), `budgets[0].limit.usd: ${rest}`)
  }
})

test('a budget counts one unit over one period', () => {
  const read = (members: string) => {
    const { unit, limit, period } = only(budget(`limit: { ${members} }`))
    return [unit, limit, period]
  }
  for (const unit of ['tokens', 'inputTokens', 'outputTokens', 'requests']) {
    assert.deepEqual(read(`${unit}: 7, per: day`), [unit, 7, DAY])
    refuses(
      budget(`limit: { per: day, ${unit}: §0 }`),
      `budgets[0].limit.${unit}: must be a whole number from 1 to 1000000000000000`,
    )
  }
  for (const unit of ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']) {
    assert.deepEqual(read(`usd: 1, per: ${unit}`)[2], { kind: 'calendar', unit, timeZone: 'UTC' })
  }
  assert.deepEqual(read('usd: 1, per: life')[2], { kind: 'life' })
  for (const [written, length] of [
    ['1s', 1000],
    ['90s', 90_000],
    ['24h', 86_400_000],
    ['366d', 31_622_400_000],
  ] as const) {
    assert.deepEqual(read(`usd: 1, rolling: ${written}`)[2], { kind: 'rolling', length, slices: 20 })
  }
  for (const written of ['0s', '500ms', '367d', '24', '1.5h', '1w', '""', 'day']) {
    refuses(
      budget(`limit: { usd: 1, rolling: §${written} }`),
      'budgets[0].limit.rolling: must be the length of a window such as 90s, 24h or 30d, from 1s to 366d',
    )
  }
  const amounts = 'budgets[0].limit: must have exactly one of the keys usd, tokens, inputTokens, outputTokens, requests'
  const periods = 'budgets[0].limit: must have exactly one of the keys per, rolling'
  refuses(budget('limit: §{ per: day }'), amounts)
  refuses(budget('limit: §{ usd: 1, tokens: 1, per: day }'), amounts)
  refuses(budget('limit: §{ usd: 1 }'), periods)
  refuses(budget('limit: §{ usd: 1, per: day, rolling: 1h }'), periods)
  refuses(
    budget('limit: { usd: 1, per: §second }'),
    'budgets[0].limit.per: must be a period: minute, hour, day, week, month, quarter, year, life',
  )
})

test('a time zone is one that this Node knows, and has a calendar period to apply to', () => {
  const zone = (name: string, mark = '') => budget(`limit: { usd: 1, per: day, timeZone: ${mark}${name} }`)
  for (const timeZone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3']) {
    assert.deepEqual(only(zone(timeZone)).period, { ...DAY, timeZone })
  }
  const message = 'budgets[0].limit.timeZone: must be the name of a time zone such as UTC or Europe/Berlin'
  refuses(zone('Europe/Berln', '§'), `${message}; did you mean 'Europe/Berlin'?`)
  for (const name of ['"+02:00"', 'Mars/Olympus', '""', '1']) refuses(zone(name, '§'), message)
  for (const window of ['per: life', 'rolling: 24h']) {
    refuses(
      budget(`limit: { timeZone: §UTC, usd: 1, ${window} }`),
      'budgets[0].limit.timeZone: has no use without a calendar period (per: day and the like); remove it',
    )
  }
})

test('what happens at the limit is refuse, alert, another model, or waiting', () => {
  const read = (members: string) => only(budget(`${PER_DAY}, ${members}`)).onExhausted
  assert.deepEqual(read('onExhausted: refuse'), { kind: 'refuse' })
  assert.deepEqual(read('onExhausted: alert'), { kind: 'alert' })
  assert.deepEqual(read('onExhausted: { wait: 25s }'), { kind: 'wait', atMost: 25_000 })
  assert.deepEqual(read('onExhausted: { use: gpt-4 }'), { kind: 'use', model: 'gpt-4' })
  assert.deepEqual(read('onExhausted: { use: gpt-4 }, match: { model: { not: gpt-4 } }'), {
    kind: 'use',
    model: 'gpt-4',
  })

  const at = (members: string, problem: string) => refuses(budget(`${PER_DAY}, onExhausted: ${members}`), problem)
  at('§wait', 'budgets[0].onExhausted: must be { use: MODEL }, { wait: DURATION } or one of these words: refuse, alert')
  at('{ use: §gpt4 }', "budgets[0].onExhausted.use: must be one of the configured models: gpt-4; did you mean 'gpt-4'?")
  at(
    '{ use: §gpt-4o }',
    "budgets[0].onExhausted.use: must be one of the configured models: gpt-4; did you mean 'gpt-4'?",
  )
  at('§{ use: gpt-4, wait: 1s }', 'budgets[0].onExhausted: must have exactly one of the keys use, wait')
  at('§{}', 'budgets[0].onExhausted: must have exactly one of the keys use, wait')
  at('{ wait: §26s }', 'budgets[0].onExhausted.wait: must be at most 25s: the gateway waits no longer')
  at('{ wait: §30 }', 'budgets[0].onExhausted.wait: must be a duration such as 500ms, 5s, 2m or 1h, from 1ms to 24h')
  at(
    '{ use: gpt-4, §used: x }',
    "budgets[0].onExhausted.used: is an unknown key; allowed: use, wait; did you mean 'use'?",
  )
  at(
    '{ use: §gpt-4 }, match: { model: [gpt-4] }',
    "budgets[0].onExhausted.use: must be a model outside of the budget's own match.model: that one is exhausted as well",
  )
})

test('a condition is a name, a list of names, or not these', () => {
  const at = (match: string, problem: string) => refuses(budget(`${PER_DAY}, match: { ${match} }`), problem)
  at('team: §[]', 'budgets[0].match.team: must not be empty; it must be a name or a list of names')
  at('team: §""', 'budgets[0].match.team: must not be empty; it must be a name')
  at('team: §7', 'budgets[0].match.team: must be a name')
  at('team: [a, §7]', 'budgets[0].match.team[1]: must be a name')
  at('team: { not: §[] }', 'budgets[0].match.team.not: must not be empty; it must be a name or a list of names')
  at('team: { not: §{ not: a } }', 'budgets[0].match.team.not: must be a name')
  at('§team: {}', 'budgets[0].match.team.not: is missing; it must be a name')
  at('team: { §is: a, not: b }', 'budgets[0].match.team.is: is an unknown key; allowed: not')
  at('tags: { env: §[] }', 'budgets[0].match.tags.env: must not be empty; it must be a name or a list of names')
  at(
    '§teams: a',
    'budgets[0].match.teams: is an unknown key; ' +
      "allowed: user, team, organization, key, route, model, provider, tags, label; did you mean 'team'?",
  )
})

test('models and providers of a condition are configured ones', () => {
  const at = (match: string, problem: string) => refuses(limit(`requests: 1, per: day, match: { ${match} }`), problem)
  const model = "must be one of the configured models: gpt-4; did you mean 'gpt-4'?"
  at('model: §gpt4', `limits[0].match.model: ${model}`)
  at('model: { not: [gpt-4, §gpt-4o] }', `limits[0].match.model.not[1]: ${model}`)
  at(
    'provider: §opnai',
    "limits[0].match.provider: must be one of the configured providers: openai; did you mean 'openai'?",
  )
})

test('a dimension that identity does not establish is refused, as the rule could never match', () => {
  const without = (section: string) => withSections({ identity: 'identity: { claims: { team: t } }', section })
  const rest = 'is not established by identity; add it to identity.headers or identity.claims'
  const tag = 'is not established by identity; add it to identity.tags.headers or identity.tags.claims'
  assert.deepEqual(
    problemsOf(
      without(`limits:
  - { name: a, requests: 1, per: day, match: { user: { not: x }, team: y, tags: { env: z } } }
  - { name: b, requests: 1, per: day, each: user }
  - { name: c, requests: 1, per: day, each: [team, tag:env, model, provider] }
  - { name: d, requests: 9, per: day, fairShare: { by: route, most: 0.5 } }`),
    ),
    [
      `6:48 limits[0].match.user: ${rest}`,
      `6:83 limits[0].match.tags.env: ${tag}`,
      `7:45 limits[1].each: ${rest}`,
      `8:52 limits[2].each[1]: ${tag}`,
      `9:56 limits[3].fairShare.by: ${rest}`,
    ],
  )
  refuses(
    withSections({ section: 'limits: [ { name: l, requests: 1, per: day, each: §user } ]' }),
    `limits[0].each: ${rest}`,
  )
  assert.equal(
    problemsOf(
      without('limits: [ { name: l, requests: 1, per: day, each: user } ]').replace('{ claims: { team: t } }', '7'),
    ).length,
    1,
    'nothing is said where identity itself is wrong',
  )
})

test('each takes a dimension or a list of different ones', () => {
  const read = (each: string) => only(limit(`requests: 1, per: day, each: ${each}`)).each
  assert.deepEqual(read('user'), ['user'])
  assert.deepEqual(read('[team, model]'), ['team', 'model'])
  assert.deepEqual(read('tag:env'), ['tag:env'])
  assert.deepEqual(read('[]'), [])
  const at = (each: string, problem: string) => refuses(limit(`requests: 1, per: day, each: ${each}`), problem)
  const known = 'must be one of user, team, organization, key, model, provider, route, label, or tag:NAME'
  at('§usr', `limits[0].each: ${known}; did you mean 'user'?`)
  at('[team, §7]', `limits[0].each[1]: ${known}`)
  at('§"tag:"', `limits[0].each: ${known}`)
  at('§[team, team]', 'limits[0].each: names a dimension twice; once is enough')
})

test('a limit becomes one rule for each of its units', () => {
  const read = rules(
    limit(`concurrent: 3, outputTokens: 4, inputTokens: 5, tokens: 6, requests: 7, rolling: 90s, each: team,
      fairShare: { by: user, most: 0.5 }, onExhausted: { wait: 2s }, onStoreDown: admit, assumeOutput: 50`),
  )
  const common = {
    ...DEFAULTS,
    ...{ name: 'l', section: 'limits', match: new Map(), each: ['team'], fairShare: { by: 'user', most: 0.5 } },
    ...{ onExhausted: { kind: 'wait', atMost: 2000 }, onStoreDown: 'admit', assumeOutput: 50 },
    period: { kind: 'rolling', length: 90_000, slices: 20 },
  }
  assert.deepEqual(read, [
    { ...common, unit: 'requests', limit: 7 },
    { ...common, unit: 'tokens', limit: 6 },
    { ...common, unit: 'inputTokens', limit: 5 },
    { ...common, unit: 'outputTokens', limit: 4 },
    { ...common, unit: 'concurrent', limit: 3, period: { kind: 'life' }, onLost: 'release' },
  ])
})

test('a limit has a window unless it is for concurrent requests alone', () => {
  for (const [per, length] of [
    ['second', 1000],
    ['minute', 60_000],
    ['hour', 3_600_000],
    ['day', 86_400_000],
  ] as const) {
    assert.deepEqual(only(limit(`requests: 1, per: ${per}`)).period, { kind: 'rolling', length, slices: 20 })
  }
  assert.deepEqual(only(limit('concurrent: 1')).period, { kind: 'life' })
  const windows = 'limits[0]: must have exactly one of the keys per, rolling'
  refuses(limit('requests: 1').replace('{ name: l', '§{ name: l'), windows)
  refuses(limit('requests: 1, per: day, rolling: 1h').replace('{ name: l', '§{ name: l'), windows)
  refuses(limit('requests: 1, concurrent: 1').replace('{ name: l', '§{ name: l'), windows)
  refuses(limit('concurrent: 1, per: §day'), 'limits[0].per: has no use for concurrent requests alone; remove it')
  refuses(
    limit('per: day').replace('{ name: l', '§{ name: l'),
    'limits[0]: must have at least one of the keys requests, tokens, inputTokens, outputTokens, concurrent',
  )
  refuses(limit('requests: 1, per: §week'), 'limits[0].per: must be a period: second, minute, hour, day')
})

test('limits refuse or wait, and share fairly between those that have no limit of their own', () => {
  const at = (members: string, problem: string) => refuses(limit(`requests: 4, per: day, ${members}`), problem)
  at('onExhausted: §alert', 'limits[0].onExhausted: must be { wait: DURATION } or this word: refuse')
  at('onExhausted: { §use: gpt-4, wait: 1s }', 'limits[0].onExhausted.use: is an unknown key; allowed: wait')
  at(
    'each: [team, user], fairShare: { by: §user, most: 0.5 }',
    'limits[0].fairShare.by: must be a dimension that is not in each: those have a limit of their own',
  )
  for (const most of ['0', '1', '-0.5', '1.5', '"0.5"', '50%']) {
    at(
      `fairShare: { by: user, most: §${most} }`,
      'limits[0].fairShare.most: must be a part of the limit, more than 0 and less than 1',
    )
  }
  at(
    'fairShare: { by: user, most: §0.2 }',
    'limits[0].fairShare.most: leaves less than one of what the limit allows; nobody would get anything',
  )
  at(
    '§fairShare: { by: user }',
    'limits[0].fairShare.most: is missing; it must be a part of the limit, more than 0 and less than 1',
  )
})

test('names are their own, over budgets and limits together', () => {
  const twice = 'is the name of more than one budget or limit; each needs a name of its own'
  assert.deepEqual(
    problemsOf(
      file(`budgets:
  - { name: a, ${PER_DAY} }
  - { name: b, ${PER_DAY} }
limits:
  - { name: c, requests: 1, per: day }
  - { name: a, requests: 1, per: day }`),
    ),
    [`6:13 budgets[0].name: ${twice}`, `10:13 limits[1].name: ${twice}`],
  )
  for (const name of ['a', 'A.b_c-9', 'a'.repeat(64)]) configOf(budget(PER_DAY).replace('name: b', `name: ${name}`))
  for (const name of ['a b', '""', 'é', 'a'.repeat(65), '7']) {
    refuses(
      budget(PER_DAY).replace('name: b', `name: §${name}`),
      'budgets[0].name: must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed',
    )
  }
})

test('what is missing, unknown or of the wrong kind is refused where it is', () => {
  refuses(
    file(`budgets: [ §{ ${PER_DAY} } ]`),
    'budgets[0].name: is missing; it must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed',
  )
  assert.match(
    problemsOf(file('budgets: [ { name: b } ]'))[0] ?? '',
    /^5:12 budgets\[0\]\.limit: is missing; it must be a map/,
  )
  assert.match(problemsOf(budget(`${PER_DAY}, onexhausted: x`))[0] ?? '', /^5:52 .*did you mean 'onExhausted'\?$/)
  refuses(file('budgets: §x'), 'budgets: must be a list of budgets, each { name: ..., limit: ... }')
  refuses(file('limits: §{}'), 'limits: must be a list of limits, each { name: ..., requests: ..., per: ... }')
  refuses(budget(`${PER_DAY}, clampOutput: §1`), 'budgets[0].clampOutput: must be true or false')
  refuses(
    budget(`${PER_DAY}, assumeOutput: §0`),
    'budgets[0].assumeOutput: must be a whole number from 1 to 1000000000',
  )
  refuses(
    budget(`${PER_DAY}, onStoreDown: §open`),
    'budgets[0].onStoreDown: must be one of these: refuse, admit, local-share',
  )
  refuses(budget(`${PER_DAY}, onLost: §keep`), 'budgets[0].onLost: must be one of these: charge, release')
  refuses(budget(`${PER_DAY}, onStreamLimit: §cut`), 'budgets[0].onStreamLimit: must be one of these: stop, continue')
  for (const text of ['budgets:', 'limits:', 'budgets: []', 'limits: []']) assert.deepEqual(rules(file(text)), [])
})

test('the time to parse grows with the number of limits, not with its square', () => {
  const timed = (count: number) => {
    const many = Array.from({ length: count }, (_, index) => {
      return `  - { name: l${index}, each: [user, team], requests: 1, per: day }`
    })
    const text = file(`limits:\n${many.join('\n')}`)
    const before = process.cpuUsage()
    assert.equal(rules(text).length, count)
    return process.cpuUsage(before).user
  }
  timed(200)
  const best = (count: number) => Math.min(...Array.from({ length: 3 }, () => timed(count)))
  // Ten times as many; a hundred times as long would be the square.
  assert.ok(best(1000) < 35 * best(100))
})

test('how a request is classified is known where it is classified, and only after that', () => {
  const budget = (match: string) => `budgets: [ { name: b, match: ${match}, limit: { usd: 1, per: day } } ]`
  const classified = { classification: 'classification: {}', budgets: budget('{ label: restricted }') }
  assert.deepEqual(
    configOf(withSections(classified)).rules[0]?.match,
    new Map([['label', { kind: 'in', values: ['restricted'] }]]),
  )
  assert.match(
    problemsOf(withSections({ budgets: budget('{ label: restricted }') }))[0] ?? '',
    /match\.label: is known only where the section classification is$/,
  )
  const before = { classification: 'classification: {}', pii: 'pii: { match: { label: restricted } }' }
  assert.match(problemsOf(withSections(before))[0] ?? '', /pii\.match\.label: is an unknown key/)
})
