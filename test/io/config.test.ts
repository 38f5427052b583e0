import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatProblem, loadConfigFile } from '../../io/config.js'
import { configOf, fakeSource, MINIMAL, parse, problemsOf, warningsOf, withSections } from './config/sample.js'

test('the smallest file gets every default', () => {
  const config = configOf(MINIMAL)
  const { providers, models, prices, catalog, fingerprint, ...rest } = config
  assert.deepEqual(rest, {
    version: 1,
    strict: false,
    maxBody: 33_554_432,
    identity: { tags: new Map() },
    rules: [],
    pii: [],
    store: { kind: 'memory' },
    admin: { tokens: [], clients: [], tls: undefined },
    ledger: {
      ...{ kind: 'files', segment: 64 * 2 ** 20, keep: 90 * 24 * 3_600_000, disk: 4 * 2 ** 30 },
      ...{ onFull: 'refuse', fsync: 100, sinks: [] },
    },
    timeouts: { connect: 5000, firstToken: 120_000, response: 600_000, idle: 300_000, drain: 30_000 },
    fallback: { coolDown: 0, maxCoolDown: 300_000 },
    guardrails: [],
  })
  assert.deepEqual(
    [...providers],
    [
      [
        'openai',
        {
          kind: 'openai',
          tls: {},
          circuitBreaker: { maxConnections: 100_000, maxRequests: 100_000, maxPendingRequests: 100_000 },
          outlierDetection: { enabled: true, consecutiveErrors: 5, ejectFor: 30_000 },
        },
      ],
    ],
  )
  assert.deepEqual([...models], [['gpt-4', { targets: [{ provider: 'openai', model: 'gpt-4o' }] }]])
  assert.equal(prices.size + catalog.size, 0)
  assert.match(fingerprint, /^[0-9a-f]{16}$/)
})

test('a full file is read with its own values', () => {
  const config = configOf(
    `version: 1
providers:
  openai:
    kind: openai
    apiKey: "\${OPENAI_API_KEY}"
    baseUrl: HTTPS://Api.Example.com:443/v1/
    tls: { caFile: ca.pem }
    circuitBreaker: { maxConnections: 1, maxRequests: 2, maxPendingRequests: 4294967295 }
    outlierDetection: { enabled: false, consecutiveErrors: 1, ejectFor: 1h }
  claude: { kind: anthropic, apiKey: "\${file:/run/key}" }
models:
  gpt-4: { targets: [ { provider: openai, model: gpt-4o }, { provider: claude, model: claude-sonnet-4-5 } ] }
prices: { gpt-4o: { input: 0, output: 0.8, cachedInput: 0.1, cacheWrite: 1e1, cacheWrite1h: 2, webSearch: 10 } }
catalog: { gpt-4o: { contextWindow: 8192, maxOutput: 4096, tokenizer: llama3 } }
strict: true
maxBody: 64KiB
store: { kind: memory }
timeouts: { connect: 500ms, firstToken: 2m, response: 1h, idle: 24h, drain: 0s }
fallback: { coolDown: 0s, maxCoolDown: 1ms }
identity: {}
budgets: []
limits:
pii: { mode: off }
guardrails: []
`,
    fakeSource(
      { '/etc/tollgate/ca.pem': '-----BEGIN CERTIFICATE-----\n', '/run/key': 'sk-ant\n' },
      { OPENAI_API_KEY: 'sk-oai' },
    ),
  )
  assert.deepEqual(config.providers.get('openai'), {
    kind: 'openai',
    apiKey: 'sk-oai',
    baseUrl: 'https://api.example.com/v1',
    tls: { caFile: '/etc/tollgate/ca.pem' },
    circuitBreaker: { maxConnections: 1, maxRequests: 2, maxPendingRequests: 4294967295 },
    outlierDetection: { enabled: false, consecutiveErrors: 1, ejectFor: 3_600_000 },
  })
  assert.equal(config.providers.get('claude')?.apiKey, 'sk-ant')
  assert.equal(config.models.get('gpt-4')?.targets.length, 2)
  assert.deepEqual(config.prices.get('gpt-4o'), {
    input: 0,
    output: 0.8,
    cachedInput: 0.1,
    cacheWrite: 10,
    cacheWrite1h: 2,
    webSearch: 10,
  })
  assert.deepEqual(config.catalog.get('gpt-4o'), { contextWindow: 8192, maxOutput: 4096, tokenizer: 'llama3' })
  assert.equal(config.strict, true)
  assert.equal(config.maxBody, 65_536)
  assert.deepEqual(config.timeouts, {
    connect: 500,
    firstToken: 120_000,
    response: 3_600_000,
    idle: 86_400_000,
    drain: 0,
  })
  assert.deepEqual(config.fallback, { coolDown: 0, maxCoolDown: 1 })
})

test('problems point at the value, at an unknown key, and at the parent of what is missing', () => {
  const text = `version: 2
providers:
  openai:
    kind: opnai
    api_key: x
models:
  gpt-4:
    targets:
      - provider: openai
  gpt-4.1: { targets: [ { provider: opneai, model: "a b" } ] }
`
  const missing = '1 to 256 printable characters without spaces are allowed'
  assert.deepEqual(problemsOf(text), [
    '1:10 version: must be 1, the only version',
    "4:11 providers.openai.kind: must be a provider kind: openai, anthropic, compatible, cloud, vertex, bedrock, azure; did you mean 'openai'?",
    '5:5 providers.openai.api_key: is an unknown key; ' +
      "allowed: kind, apiKey, apiKeys, baseUrl, apiVersion, region, project, location, credentials, profile, tenantId, clientId, clientSecret, tls, circuitBreaker, outlierDetection; did you mean 'apiKey'?",
    `9:9 models.gpt-4.targets[0].model: is missing; it must be a model name; ${missing}`,
    '10:37 models["gpt-4.1"].targets[0].provider: ' +
      "must be one of the configured providers: openai; did you mean 'openai'?",
    `10:52 models["gpt-4.1"].targets[0].model: must be a model name; ${missing}`,
  ])
})

test('a block that lacks a key is pointed at by its own key', () => {
  const text = withSections({ models: 'models:\n\n  gpt-4:\n    # nothing\n    x: 1' })
  assert.deepEqual(
    problemsOf(text).map((line) => line.slice(0, 41)),
    ['5:3 models.gpt-4.targets: is missing; it ', '7:5 models.gpt-4.x: is an unknown key; al'],
  )
})

test('a file prints as FILE:LINE:COL path: message', () => {
  const problem = { path: 'models.gpt-4', line: 3, column: 5, message: 'is wrong' }
  assert.equal(formatProblem('a.yaml', problem), 'a.yaml:3:5 models.gpt-4: is wrong')
  assert.equal(formatProblem('a.yaml', { ...problem, path: '' }), 'a.yaml:3:5 (document): is wrong')
})

test('line and column hold with CRLF line ends, a byte order mark and characters outside the BMP', () => {
  assert.match(problemsOf(`\uFEFFversion: 2${MINIMAL.slice('version: 1'.length)}`)[0] ?? '', /^1:10 version/)
  assert.deepEqual(problemsOf(`${MINIMAL}\nfoo: 1`.replaceAll('\n', '\r\n'))[0]?.slice(0, 7), '4:1 foo')
  assert.deepEqual(problemsOf(withSections({ strict: '{ "😀": 1 }: x' }))[0]?.slice(0, 4), '4:1 ')
})

test('names that JavaScript objects inherit are ordinary names', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const config = configOf(
      `version: 1
providers: { ${name}: { kind: openai } }
models: { ${name}: { targets: [ { provider: ${name}, model: ${name} } ] } }
prices: { ${name}: { input: 1, output: 2 } }
catalog: { ${name}: { maxOutput: 3 } }`,
    )
    assert.equal(config.providers.get(name)?.kind, 'openai')
    assert.deepEqual(config.models.get(name)?.targets, [{ provider: name, model: name }])
    assert.equal(config.prices.get(name)?.output, 2)
    assert.equal(config.catalog.get(name)?.maxOutput, 3)
    assert.equal(config.models.get('valueOf'), undefined)
    assert.match(problemsOf(withSections({ [name]: `${name}: {}` }))[0] ?? '', /is an unknown key/)
    assert.match(
      problemsOf(withSections({ models: `models: { m: { targets: [ { provider: ${name}, model: x } ] } }` }))[0] ?? '',
      /must be one of the configured providers/,
    )
    assert.match(problemsOf(withSections({ store: `store: { kind: ${name} }` }))[0] ?? '', /must be a kind of store/)
  }
  assert.equal(Object.hasOwn(Object.prototype, 'kind'), false)
})

test('a document that is no map is one problem', () => {
  for (const text of ['', '# nothing\n', 'text', '[]', '---\n', 'null']) {
    const [first, ...others] = problemsOf(text)
    assert.match(first ?? '', /^1:\d+ \(document\): .*must be a map with the keys version, providers, models/)
    assert.deepEqual(others, [])
  }
})

test('no message holds a value of the file, of the environment or of a secret', () => {
  const secret = 'sk-verysecret'
  const places = [
    'version: VALUE',
    'providers: VALUE',
    'providers: { VALUE1: VALUE }',
    'providers: { a: { kind: VALUE, apiKey: "x VALUE", baseUrl: VALUE, tls: { caFile: VALUE } } }',
    'providers: { a: { kind: openai, baseUrl: "https://user:VALUE@host" } }',
    'providers: { a: { kind: openai, baseUrl: "https://host/?key=VALUE" } }',
    'providers: { a: { kind: openai, circuitBreaker: { maxConnections: VALUE }, outlierDetection: VALUE } }',
    'models: { m: { targets: [ { provider: VALUE, model: "VALUE VALUE" }, VALUE ] } }',
    'models: { m: { targets: VALUE } }',
    'prices: { m: { input: VALUE, output: VALUE } }',
    'catalog: { m: { contextWindow: VALUE, tokenizer: VALUE } }',
    'strict: VALUE',
    'maxBody: VALUE',
    'pii: VALUE',
    'pii: { mode: VALUE, key: VALUE, entities: [VALUE], locales: [VALUE], regions: [VALUE], per: { VALUE1: VALUE } }',
    'pii: { patterns: [ { name: VALUE, pattern: "(VALUE" } ], deny: { x: VALUE }, timeout: VALUE, secrets: VALUE }',
    'pii: { per: { email: VALUE, phone: { mode: VALUE, threshold: VALUE } }, allow: VALUE, onFailure: VALUE }',
    'store: { kind: VALUE }',
    'store: { kind: redis, url: VALUE }',
    'store: { kind: redis, url: "redis://:VALUE@ho st" }',
    'store: { kind: redis, url: "redis://h", prefix: "{VALUE}", deadline: VALUE }',
    'identity: { headers: { user: "a VALUE" }, claims: { user: ".VALUE" } }',
    'limits: [ { name: "VALUE VALUE", each: VALUE, per: VALUE, rolling: VALUE, requests: VALUE, onExhausted: VALUE } ]',
    'budgets: [ { name: b, match: { model: VALUE, provider: [VALUE] }, limit: { usd: VALUE, timeZone: VALUE } } ]',
    'budgets: [ { name: b, limit: { usd: 1, per: day }, onExhausted: { use: VALUE } } ]',
    'timeouts: { connect: VALUE }',
    'budgets: VALUE',
    'strict: "VALUE" VALUE',
    'strict: "\\qVALUE"',
    'strict: !VALUE VALUE',
    'strict: "VALUE',
    'strict: *VALUE',
    'strict: @VALUE',
    `strict: "\${file:/key}\${NOPE}"`,
    'a: { strict: VALUE ]VALUE',
  ]
  const source = fakeSource({ '/key': secret }, { SECRET: secret })
  for (const place of places) {
    const name = place.split(':')[0] ?? ''
    for (const value of [secret, `"\${SECRET}"`, `"\${file:/key}"`, `"x\${SECRET} \${file:/key}"`]) {
      const text = withSections({ [name]: place.replaceAll('VALUE1', 'a').replaceAll('VALUE', value) })
      for (const line of problemsOf(text, source)) assert.ok(!line.includes('verysecret'), line)
    }
  }
})

test('problems come in the order of the file, each once', () => {
  const lines = problemsOf(`version: 1\nzzz: 1\nproviders: {}\naaa: 1\nmodels: []\nmaxBody: x\nzzz: 2`)
  assert.deepEqual(
    lines.map((line) => line.split(':').slice(0, 2).join(':')),
    ['2:1 zzz', '3:12 providers', '4:1 aaa', '5:9 models', '6:10 maxBody', '7:1 zzz'],
  )
})

test('what is used by nothing, or sends a key in clear text, is a warning with its position', () => {
  const text = `version: 1
providers:
  openai: { kind: openai, apiKey: k, baseUrl: "http://10.0.0.1/v1" }
  spare: { kind: openai, apiKey: k, baseUrl: "http://127.0.0.1:9000" }
models: { gpt-4: { targets: [ { provider: openai, model: gpt-4o } ] } }
prices: { gpt-4: { input: 1, output: 1 }, gpt-4o: { input: 1, output: 1 } }
catalog:
  gpt-5: {}
`
  const unused = "is no target's model; entries go by the target's model name, not by the client's"
  assert.deepEqual(warningsOf(text), [
    '3:38 providers.openai.baseUrl: sends its credentials over the network unencrypted; use https://',
    '4:3 providers.spare: is used by no model',
    `6:11 prices.gpt-4: ${unused}`,
    `8:3 catalog.gpt-5: ${unused}`,
  ])
  assert.deepEqual(warningsOf(MINIMAL), [])
})

test('every file that the text names is listed, also when there are problems', () => {
  const providers = `providers: { openai: { kind: openai, apiKey: "\${file:keys/a}\${file:keys/a}\${file:/b}" } }`
  const source = fakeSource({ '/etc/tollgate/keys/a': 'a', '/b': 'b' })
  assert.deepEqual(parse(withSections({ providers }), source).files, ['/etc/tollgate/keys/a', '/b'])
  assert.deepEqual(parse(withSections({ providers })).files, ['/etc/tollgate/keys/a', '/b'])
})

test('the time to parse grows with the number of models, not with its square', () => {
  const timed = (count: number) => {
    const models = Array.from({ length: count }, (_, index) => {
      return `  m${index}:\n    targets:\n      - { provider: openai, model: x${index} }`
    })
    const text = withSections({ models: `models:\n${models.join('\n')}` })
    const before = process.cpuUsage()
    assert.equal(configOf(text).models.size, count)
    return process.cpuUsage(before).user
  }
  timed(200)
  const best = (count: number) => Math.min(...Array.from({ length: 3 }, () => timed(count)))
  // Ten times as many; a hundred times as long would be the square.
  assert.ok(best(2000) < 35 * best(200))
})

test('a file is loaded from disk, with the files beside it', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  context.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'key'), 'sk-1\r\n')
  const providers = `providers: { openai: { kind: openai, apiKey: "\${file:key}" } }`
  writeFileSync(join(folder, 'config.yaml'), withSections({ providers }))
  const source = { env: {}, kinds: fakeSource().kinds, tokenizers: [] }
  const loaded = loadConfigFile(join(folder, 'config.yaml'), source)
  assert.ok(loaded.ok)
  assert.equal(loaded.config.providers.get('openai')?.apiKey, 'sk-1')
  assert.deepEqual(loaded.files, [join(folder, 'key')])

  const message = 'cannot be read (ENOENT); it must be a readable file'
  assert.deepEqual(loadConfigFile(join(folder, 'nope'), source), {
    ok: false,
    problems: [{ path: '', line: 1, column: 1, message }],
    files: [],
  })
})

test('the fingerprint follows the text, and not the secrets', () => {
  const of = (text: string, key = 'one') => configOf(text, { ...fakeSource(), env: { KEY: key } }).fingerprint
  const text = MINIMAL.replace('kind: openai', `kind: openai, apiKey: "\${KEY}"`)
  assert.notEqual(text, MINIMAL)
  assert.equal(of(text), of(text, 'two'))
  assert.notEqual(of(text), of(`${text}\n`))
})
