import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CLIENT_PATHS, clientEndpoints } from '../../cli/client-endpoints.js'
import { providers } from '../../llm/providers/index.js'

const name = (path: string, query = '') => clientEndpoints.at(path, query)?.dialect.name
const none = () => undefined
const anthropic = (header: string) => (header === 'anthropic-version' ? '2023-06-01' : undefined)

test('each path is one API, and what follows it is none', () => {
  const paths = {
    '/v1/chat/completions': 'openai-chat',
    '/v1/completions': 'openai-completions',
    '/v1/responses': 'openai-responses',
    '/v1/messages/count_tokens': 'anthropic-count-tokens',
    '/v1/images/edits': 'openai-image-edits',
    '/v1/rerank': 'rerank',
    '/v2/rerank': 'rerank-v2',
    '/v1beta/models/gpt:countTokens': 'gemini-count-tokens',
    '/v1beta/models/a%2Fb:generateContent': 'gemini',
  }
  for (const [path, expected] of Object.entries(paths)) {
    assert.equal(name(path), expected)
    assert.equal(name(`${path}/x`), undefined, path)
  }
  assert.deepEqual(clientEndpoints.at('/v1beta/models/a%2Fb:countTokens', '')?.place, { model: 'a/b' })
  assert.equal(name('/v1beta/models/gpt:embedText'), undefined)
})

test('a gateway that goes by prefixes sends every endpoint here', () => {
  const paths = [
    '/v1/messages/count_tokens',
    '/v1beta/models/x:countTokens',
    '/v1beta/models',
    '/v2/rerank',
    '/v1/audio/speech',
  ]
  for (const path of paths)
    assert.ok(
      CLIENT_PATHS.some((prefix) => path.startsWith(prefix)),
      path,
    )
})

test('errors have the form of the API that the path, or the header, tells', () => {
  const errors = (path: string, header: (name: string) => string | undefined = none) =>
    clientEndpoints.errorsAt(path, header).name
  assert.equal(errors('/v1/messages/count_tokens'), 'anthropic-messages')
  assert.equal(errors('/v1/messages/batches'), 'anthropic-messages')
  assert.equal(errors('/v1beta/models/x:unknown'), 'gemini')
  assert.equal(errors('/v1/models/x'), 'openai-chat')
  assert.equal(errors('/v1/models/x', anthropic), 'anthropic-messages')
  assert.equal(errors('/v1/chat/completions', anthropic), 'openai-chat')
  assert.equal(errors('/elsewhere'), 'openai-chat')
})

/** The rows of the page's table: endpoints and targets. */
const ROWS = readFileSync('docs/client-apis.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, endpoints = '', , targets = ''] = line.split('|').map((cell) => cell.trim())
    return /`(GET|POST) /.test(endpoints) ? [{ endpoints, targets }] : []
  })

test('the page on client APIs has every endpoint', () => {
  for (const path of CLIENT_PATHS)
    assert.ok(
      ROWS.some(({ endpoints }) => endpoints.includes(`${path}\``)),
      path,
    )
})

test('the page names the providers of every API that is passed on', () => {
  const alone = ROWS.flatMap(({ endpoints, targets }) => {
    const endpoint = clientEndpoints.at(/`POST ([^`]+)`/.exec(endpoints)?.[1] ?? '', '')
    return endpoint?.dialect.task === 'alone' && !endpoint.counts ? [{ dialect: endpoint.dialect, targets }] : []
  })
  assert.equal(alone.length, 9)
  for (const { dialect, targets } of alone) {
    const kinds = [...providers.values()].filter(({ serving }) => serving('m').some((api) => api.dialect === dialect))
    const told = targets.replace(/^.*: /, '').split(', ')
    assert.deepEqual(told.sort(), kinds.map(({ kind }) => kind).sort(), dialect.name)
  }
})

test('the page says what targets may choose', () => {
  const [, page = ''] = readFileSync('docs/client-apis.md', 'utf8').split('`api` may be')
  for (const { kind, apis } of providers.values()) {
    if (apis.length === 0) continue
    const row = page.split('\n').find((line) => line.startsWith('| ') && line.includes(`\`${kind}\``))
    assert.ok(row?.includes(`| ${apis.map((api) => `\`${api}\``).join(', ')} |`), kind)
  }
})
