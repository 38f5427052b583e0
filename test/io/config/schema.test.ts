import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource, problemsOf, withSections } from './sample.js'

const FILES = fakeSource({ '/etc/tollgate/ca.pem': '-----BEGIN CERTIFICATE-----', '/etc/tollgate/key.pem': 'KEY' })

function provider(members: string): string {
  return withSections({ providers: `providers:\n  openai: { kind: openai, ${members} }` })
}

/** Each text is accepted. */
function accepts(texts: readonly string[]): void {
  for (const text of texts) configOf(text, FILES)
}

/** Each text has exactly one problem: at this path, saying this. */
function refuses(path: string, message: RegExp, texts: readonly string[]): void {
  for (const text of texts) {
    const [first, ...others] = problemsOf(text, FILES)
    assert.match(first ?? '', message, text)
    assert.equal(first?.split(' ')[1], `${path}:`, text)
    assert.deepEqual(others, [], text)
  }
}

test('version, providers and models are required, and not empty', () => {
  for (const key of ['version', 'providers', 'models']) {
    const lines = problemsOf(withSections({ [key]: '' }))
    assert.match(lines[0] ?? '', new RegExp(`^\\d:1 ${key}: is missing; it must be `))
  }
  refuses('version', /must be 1/, [
    withSections({ version: 'version: "1"' }),
    withSections({ version: 'version: 1.5' }),
  ])
  refuses('models', /must not be empty; it must be a map of model names/, [withSections({ models: 'models: {}' })])
  refuses('models', /has no value; it must be a map of model names/, [withSections({ models: 'models:' })])
  assert.match(problemsOf(withSections({ providers: 'providers: {}' }))[0] ?? '', /providers: must not be empty/)
})

test('provider names are 1 to 64 of A-Z a-z 0-9 . _ -, pointed at by their key', () => {
  const named = (name: string) =>
    withSections({
      providers: `providers: { ${name}: { kind: openai } }`,
      models: `models: { m: { targets: [ { provider: ${name}, model: x } ] } }`,
    })
  accepts([named('a'), named('A.b_c-9'), named('a'.repeat(64))])
  for (const name of ['"a b"', '"a/b"', '""', 'é', 'a'.repeat(65), '"a\\u0000"']) {
    assert.match(problemsOf(named(name))[0] ?? '', /^2:14 .*: is not a provider name; 1 to 64 of A-Z/)
  }
})

test('model names are 1 to 256 printable characters without spaces', () => {
  const asKey = (name: string) =>
    withSections({ models: `models: { ${name}: { targets: [ { provider: openai, model: x } ] } }` })
  const asValue = (name: string) =>
    withSections({ models: `models: { m: { targets: [ { provider: openai, model: ${name} } ] } }` })
  for (const name of ['a', '"org/model:free@1"', 'モデル', '"😀"', 'a'.repeat(256)])
    accepts([asKey(name), asValue(name)])
  for (const name of ['"a b"', '""', '"a\\n"', '"a\\u200b"', '"\\u00a0"', 'a'.repeat(257)]) {
    assert.match(problemsOf(asKey(name))[0] ?? '', /^3:11 .*: is not a model name; 1 to 256 printable/)
    refuses('models.m.targets[0].model', /must be a model name; 1 to 256 printable/, [asValue(name)])
  }
})

test('a model has 1 to 8 targets of configured providers', () => {
  const targets = (text: string) => withSections({ models: `models: { m: { targets: ${text} } }` })
  const list = (count: number) => `[ ${Array(count).fill('{ provider: openai, model: x }').join(', ')} ]`
  accepts([targets(list(1)), targets(list(8))])
  refuses('models.m.targets', /must be a list of 1 to 8 targets/, [targets('[]'), targets(list(9)), targets('x')])
  refuses('models.m.targets[0]', /must be a map with the keys provider, model/, [targets('[ x ]'), targets('[ [] ]')])
  refuses('models.m.targets[0].provider', /must be one of the configured providers: openai/, [
    targets('[ { provider: claude, model: x } ]'),
    targets('[ { provider: 1, model: x } ]'),
  ])
  refuses('models.m.targets[0].wieght', /is an unknown key; allowed: provider, model, api$/, [
    targets('[ { provider: openai, model: x, wieght: 1 } ]'),
  ])
})

test('a kind that other builds have is told from one that nobody has', () => {
  const kind = (text: string) => withSections({ providers: `providers: { openai: { ${text} } }` })
  accepts([kind('kind: openai'), kind('kind: anthropic')])
  refuses('providers.openai.kind', /: gemini is not in this build; built: openai, anthropic, compatible, cloud, /, [
    kind('kind: gemini, project: p, baseUrl: 7'),
  ])
  refuses('providers.openai.kind', /must be a provider kind: openai, anthropic, .*; did you mean 'anthropic'\?$/, [
    kind('kind: antropic'),
  ])
  refuses('providers.openai.kind', /is missing; it must be a provider kind: openai, anthropic/, [kind('')])
})

test('a kind takes the options that it reads, and must have those that it needs', () => {
  const cloud = (members: string) =>
    withSections({ providers: `providers:\n  openai: { kind: cloud, region: r, ${members} }` })
  const config = configOf(cloud('apiVersion: 2025-01-01-preview, project: "example.com:p-1", location: europe-west4'))
  const { apiVersion, region, project, location } = config.providers.get('openai') ?? {}
  assert.deepEqual(
    { apiVersion, region, project, location },
    { apiVersion: '2025-01-01-preview', region: 'r', project: 'example.com:p-1', location: 'europe-west4' },
  )
  for (const option of ['apiVersion', 'region', 'project', 'location']) {
    const unread = new RegExp(`${option}: has no use for a provider of kind openai; remove it$`)
    // Rules on calls ask for the region of any provider.
    if (option !== 'region') refuses(`providers.openai.${option}`, unread, [provider(`${option}: x`)])
    const malformed = /must be .*; 1 to 128 of A-Z a-z 0-9 \. _ : - are allowed$|must not be empty/
    const file = (value: string) => cloud(`${option}: ${value}`).replace(option === 'region' ? 'region: r, ' : '', '')
    refuses(`providers.openai.${option}`, malformed, ['a/b', '"a b"', '"a?b"', '"a\\r\\nb"', '""'].map(file))
  }
  const without = withSections({ providers: 'providers:\n  openai: { kind: cloud }' })
  refuses('providers.openai.region', /region: is missing; it must be a region such as us-east-1$/, [without])
})

test('a kind without an endpoint of its own must be given one', () => {
  const kind = (text: string) => withSections({ providers: `providers:\n  openai: { ${text} }` })
  accepts([kind('kind: compatible, baseUrl: "http://127.0.0.1:8000/v1"')])
  const missing = /is missing; it must be a URL such as https:.*: kind compatible has no endpoint of its own$/
  refuses('providers.openai.baseUrl', missing, [kind('kind: compatible')])
  accepts([kind('kind: cloud, region: r'), kind('kind: cloud, region: nowhere, baseUrl: "http://127.0.0.1"')])
  refuses('providers.openai.baseUrl', /: kind cloud has no endpoint of its own$/, [
    kind('kind: cloud, region: nowhere'),
  ])
})

test('an API key is printable ASCII without spaces', () => {
  accepts([provider('apiKey: sk-1_~!')])
  refuses('providers.openai.apiKey', /must be a key of printable ASCII/, [
    provider('apiKey: 12'),
    provider('apiKey: "a b"'),
    provider('apiKey: "a\\r\\nx: y"'),
    provider('apiKey: é'),
    provider('apiKey: ""'),
    provider('apiKey:'),
  ])
})

const SERVICE_ACCOUNT = { type: 'service_account', client_email: 'a@b', private_key: '-----BEGIN PRIVATE KEY-----' }

test('a kind signs with the account of its vendor, or with an API key, never with both', () => {
  const signing = (kind: string, members: string) =>
    withSections({ providers: `providers:\n  openai: { kind: ${kind}, ${members} }` })
  const google = `credentials: '${JSON.stringify(SERVICE_ACCOUNT)}'`
  const entra = 'tenantId: t-1, clientId: c-1, clientSecret: "s~e.c"'
  const valid = [
    ...[signing('vertex', google), signing('vertex', 'apiKey: k'), signing('vertex', '')],
    ...[signing('bedrock', 'profile: "my profile"'), signing('bedrock', 'apiKey: k'), signing('bedrock', '')],
    ...[signing('azure', entra), signing('azure', 'apiKey: k'), signing('azure', '')],
    ...[
      signing('azure', 'clientId: c-1'),
      signing('azure', 'tenantId: t-1'),
      signing('azure', 'clientId: c, tenantId: t'),
    ],
  ]
  accepts(valid)
  const read: Readonly<Record<string, unknown>> = { ...configOf(signing('azure', entra)).providers.get('openai') }
  assert.deepEqual([read['tenantId'], read['clientId'], read['clientSecret']], ['t-1', 'c-1', 's~e.c'])

  const members = { vertex: [google], bedrock: ['profile: p'], azure: ['tenantId: t', 'clientId: c'] }
  for (const [kind, list] of Object.entries(members)) {
    for (const member of list) {
      const key = /^\w+/.exec(member)?.[0] ?? ''
      for (const other of ['openai', 'vertex', 'bedrock', 'azure'].filter((name) => name !== kind)) {
        const unread = new RegExp(`${key}: has no use for a provider of kind ${other}; remove it$`)
        refuses(`providers.openai.${key}`, unread, [signing(other, member)])
      }
      const both = /has no use beside apiKey; remove one of the two$/
      refuses(`providers.openai.${key}`, both, [signing(kind, `apiKey: k, ${member}`)])
    }
  }
  refuses('providers.openai.clientSecret', /has no use for a provider of kind bedrock; remove it$/, [
    signing('bedrock', 'clientSecret: s'),
  ])
})

test('what an account is named by is checked, and never shown', () => {
  const azure = (members: string) => withSections({ providers: `providers:\n  openai: { kind: azure, ${members} }` })
  const secret = 'clientSecret: hush'
  refuses('providers.openai.tenantId', /is missing; it must be the id of an Entra tenant: there is a clientSecret$/, [
    azure(`clientId: c, ${secret}`),
  ])
  refuses('providers.openai.clientId', /is missing; it must be the id of an Entra application .*: there is a client/, [
    azure(`tenantId: t, ${secret}`),
  ])
  refuses('providers.openai.tenantId', /must be the id of an Entra tenant; 1 to 128 of/, [azure('tenantId: "../x"')])
  refuses('providers.openai.clientId', /must be the id of an Entra application or identity; 1 to 128 of/, [
    azure('clientId: "a b"'),
  ])
  refuses('providers.openai.clientSecret', /must be the secret of an Entra application: printable ASCII/, [
    azure('tenantId: t, clientId: c, clientSecret: "hush hush"'),
  ])
  const bedrock = (members: string) =>
    withSections({ providers: `providers:\n  openai: { kind: bedrock, ${members} }` })
  refuses('providers.openai.profile', /must be the name of a profile of AWS's shared configuration|must not be empty/, [
    ...['profile: ""', 'profile: 7', 'profile: "a\\nb"', `profile: ${'x'.repeat(129)}`].map(bedrock),
  ])
  const vertex = (json: string) =>
    withSections({ providers: `providers:\n  openai: { kind: vertex, credentials: '${json}' }` })
  refuses('providers.openai.credentials', /must be the JSON of a Google credential|must not be empty/, [
    ...['', 'hush.json', '[]', '{"type":"hush"}', '{"type":"service_account","client_email":"hush"}'].map(vertex),
  ])
  const all = [
    vertex('hush.json'),
    vertex('{"type":"hush"}'),
    azure('tenantId: t, clientId: c, clientSecret: "hush hush"'),
  ]
  for (const text of all) assert.doesNotMatch(problemsOf(text).join('\n'), /hush/)
})

test('a base URL is absolute http or https without credentials, query or fragment', () => {
  const url = (text: string) => provider(`baseUrl: "${text}"`)
  for (const [text, read] of [
    ['http://127.0.0.1:9001', 'http://127.0.0.1:9001'],
    ['https://X.openai.azure.com/', 'https://x.openai.azure.com'],
    ['https://h:443/a/b//', 'https://h/a/b'],
    ['http://[::1]:80/v1', 'http://[::1]/v1'],
  ] as const) {
    assert.equal(configOf(url(text)).providers.get('openai')?.baseUrl, read)
  }
  refuses('providers.openai.baseUrl', /must be a URL such as https:/, [
    ...['', 'x', 'api.openai.com', 'ftp://h', 'http:h', 'http://', 'https:///x', 'http://h:99999', ' http://h'].map(
      url,
    ),
    ...['http://a b', 'http:\\\\\\\\h', 'http://h\\n', 'http://h%'].map(url),
    provider('baseUrl: 1'),
  ])
  refuses('providers.openai.baseUrl', /must not hold credentials; use apiKey/, [url('http://u@h'), url('http://u:p@h')])
  refuses('providers.openai.baseUrl', /neither query \(\?\) nor fragment/, [
    url('http://h/?'),
    url('http://h#'),
    url('http://h?a=b'),
  ])
})

test('a CA file must hold certificates and have a use', () => {
  accepts([provider('tls: { caFile: ca.pem }'), provider('tls: {}'), provider('tls:')])
  refuses('providers.openai.tls.caFile', /cannot be read \(ENOENT\)/, [provider('tls: { caFile: nope }')])
  refuses('providers.openai.tls.caFile', /is not a PEM file of certificates/, [provider('tls: { caFile: key.pem }')])
  refuses('providers.openai.tls.caFile', /has no use with an http:/, [
    provider('tls: { caFile: ca.pem }, baseUrl: "http://h"'),
  ])
  refuses('providers.openai.tls.verify', /is an unknown key; allowed: caFile$/, [provider('tls: { verify: false }')])
})

test('circuit breaker and outlier detection take whole numbers from 1', () => {
  accepts([provider('circuitBreaker: { maxRequests: 1 }, outlierDetection: { consecutiveErrors: 4294967295 }')])
  for (const value of ['0', '-1', '1.5', '4294967296', 'many', '.inf', '.nan', '"1"']) {
    const message = /must be a whole number from 1 to 4294967295/
    for (const key of ['maxConnections', 'maxRequests', 'maxPendingRequests']) {
      refuses(`providers.openai.circuitBreaker.${key}`, message, [provider(`circuitBreaker: { ${key}: ${value} }`)])
    }
    refuses('providers.openai.outlierDetection.consecutiveErrors', message, [
      provider(`outlierDetection: { consecutiveErrors: ${value} }`),
    ])
  }
  refuses('providers.openai.outlierDetection.enabled', /must be true or false/, [
    provider('outlierDetection: { enabled: 1 }'),
  ])
  refuses('providers.openai.outlierDetection.ejectFor', /must be a duration/, [
    provider('outlierDetection: { ejectFor: 0s }'),
  ])
})

test('prices are numbers of 0 or more, input and output required', () => {
  const price = (text: string) => withSections({ prices: `prices: { gpt-4o: { ${text} } }` })
  accepts([
    price('input: 0, output: 0.000001'),
    withSections({ prices: 'prices:' }),
    withSections({ prices: 'prices: {}' }),
  ])
  for (const value of ['-0.1', '"1"', '.inf', '.nan', '1e999', 'free']) {
    refuses('prices.gpt-4o.input', /must be a number of US dollars per million tokens/, [
      price(`input: ${value}, output: 1`),
    ])
    for (const key of ['cachedInput', 'cacheWrite', 'cacheWrite1h']) {
      refuses(`prices.gpt-4o.${key}`, /0 or more/, [price(`input: 1, output: 1, ${key}: ${value}`)])
    }
  }
  accepts([price('input: 1, output: 1, webSearch: 0'), price('input: 1, output: 1, webSearch: 2.5')])
  refuses('prices.gpt-4o.webSearch', /must be a number of US dollars per 1,000 searches, 0 or more/, [
    price('input: 1, output: 1, webSearch: -1'),
    price('input: 1, output: 1, webSearch: "10"'),
  ])
  refuses('prices.gpt-4o.output', /is missing; it must be a number/, [price('input: 1')])
  refuses('prices.gpt-4o.cached_input', /did you mean 'cachedInput'\?/, [price('input: 1, output: 1, cached_input: 1')])
})

test('catalog entries are whole numbers of tokens and a tokenizer of this build', () => {
  const entry = (text: string) => withSections({ catalog: `catalog: { gpt-4o: ${text} }` })
  accepts([
    entry('{}'),
    entry('{ contextWindow: 8192, maxOutput: 8192, tokenizer: llama3 }'),
    withSections({ catalog: 'catalog:' }),
  ])
  refuses('catalog.gpt-4o.contextWindow', /must be a whole number from 1 to/, [
    entry('{ contextWindow: 0 }'),
    entry('{ contextWindow: 8k }'),
  ])
  refuses('catalog.gpt-4o.maxOutput', /must be a whole number from 1 to/, [entry('{ maxOutput: 1.5 }')])
  refuses('catalog.gpt-4o.maxOutput', /must not be larger than contextWindow/, [
    entry('{ contextWindow: 1, maxOutput: 2 }'),
  ])
  refuses('catalog.gpt-4o.tokenizer', /must be a tokenizer of this build: o200k_base, llama3/, [
    entry('{ tokenizer: gpt2 }'),
  ])
})

test('strict is true or false', () => {
  accepts([withSections({ strict: 'strict: true' })])
  refuses('strict', /must be true or false/, [
    withSections({ strict: 'strict: yes' }),
    withSections({ strict: 'strict:' }),
  ])
})

test('sizes are whole numbers of bytes, KiB or MiB from 1KiB to 512MiB', () => {
  const maxBody = (text: string) => withSections({ maxBody: `maxBody: ${text}` })
  for (const [text, read] of [
    ['1KiB', 1024],
    ['1024', 1024],
    ['"2000"', 2000],
    ['512MiB', 536_870_912],
    ['64KiB', 65_536],
  ] as const) {
    assert.equal(configOf(maxBody(text)).maxBody, read)
  }
  for (const text of [
    '1023',
    '513MiB',
    '1.5MiB',
    '32MB',
    '32 MiB',
    '-1KiB',
    '1e6MiB',
    'true',
    '',
    '[]',
    '1.5',
    '.inf',
  ]) {
    refuses('maxBody', /must be a size such as 32MiB, 64KiB or 1000 \(bytes\), from 1KiB to 512MiB/, [maxBody(text)])
  }
})

test('durations are whole numbers with a unit, up to a day', () => {
  const connect = (text: string) => withSections({ timeouts: `timeouts: { connect: ${text} }` })
  for (const [text, read] of [
    ['1ms', 1],
    ['500ms', 500],
    ['5s', 5000],
    ['2m', 120_000],
    ['24h', 86_400_000],
  ] as const) {
    assert.equal(configOf(connect(text)).timeouts.connect, read)
  }
  for (const text of [
    '5',
    '"5"',
    '0s',
    '1.5s',
    '5 s',
    '-1s',
    '25h',
    '1d',
    'soon',
    '',
    '5S',
    '999999999999h',
    '1000000000000ms',
  ]) {
    refuses('timeouts.connect', /must be a duration such as 500ms, 5s, 2m or 1h, from 1ms to 24h/, [connect(text)])
  }
  accepts([
    withSections({ timeouts: 'timeouts: { drain: 0s }' }),
    withSections({ timeouts: 'timeouts:' }),
    withSections({ fallback: 'fallback: { coolDown: 0s, maxCoolDown: 0s }' }),
  ])
  refuses('fallback.coolDown', /from 0s to 24h/, [withSections({ fallback: 'fallback: { coolDown: 0 }' })])
  refuses('timeouts.first_token', /did you mean 'firstToken'\?/, [
    withSections({ timeouts: 'timeouts: { first_token: 1s }' }),
  ])
})

test('a section that there is not is refused with the one that was meant', () => {
  assert.match(problemsOf(withSections({ budget: 'budget: []' }))[0] ?? '', /did you mean 'budgets'\?/)
})
