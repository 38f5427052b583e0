import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatProblem } from '../../../io/config.js'
import { fakeSource, parse, withSections } from './sample.js'

const REDIS = 'store: { kind: redis, url: "redis://budgets", prefix: eu }'

function read(keys: string, store = '', env = {}) {
  return parse(withSections({ keys: `keys: ${keys}`, store }), fakeSource({}, env))
}

function settings(...args: Parameters<typeof read>) {
  const parsed = read(...args)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problems.map(({ message }) => message).join('\n'))
  return parsed.config.keys
}

function problems(...args: Parameters<typeof read>): readonly string[] {
  const parsed = read(...args)
  return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem('f', problem).replace(/^f:\d+:\d+ /, ''))
}

test('without the section there are no keys; with an empty one everything has a default', () => {
  const without = parse(withSections({}))
  assert.ok(without.ok)
  assert.equal(without.config.keys, undefined)
  const defaults = { store: { kind: 'file' }, required: true, onStoreDown: 'refuse', overlap: 86_400_000 }
  assert.deepEqual(settings('{}'), defaults)
  assert.deepEqual(settings(''), defaults)
})

test('every key is read', () => {
  assert.deepEqual(
    settings('{ store: { kind: file, path: k.json }, required: false, onStoreDown: admit, overlap: 7d }'),
    {
      store: { kind: 'file', path: '/etc/tollgate/k.json' },
      required: false,
      onStoreDown: 'admit',
      overlap: 7 * 86_400_000,
    },
  )
  assert.equal(settings('{ overlap: 0s }')?.overlap, 0)
})

test('Redis is where the section says, else where budgets are, else where the environment says', () => {
  const storeOf = (...args: Parameters<typeof read>) => settings(...args)?.store
  const env = { TOLLGATE_REDIS_URL: 'redis://environment' }
  const own = '{ store: { kind: redis, url: "rediss://keys", prefix: own } }'
  assert.deepEqual(storeOf(own, REDIS, env), { kind: 'redis', url: 'rediss://keys', prefix: 'own' })
  assert.deepEqual(storeOf('{ store: { kind: redis } }', REDIS, env), {
    ...{ kind: 'redis', url: 'redis://budgets', prefix: 'eu' },
  })
  assert.deepEqual(storeOf('{ store: { kind: redis } }', '', env), {
    ...{ kind: 'redis', url: 'redis://environment', prefix: 'tollgate' },
  })
})

test('what is wrong is told, with what is allowed, and without a password', () => {
  assert.deepEqual(problems('{ requierd: true }'), [
    "keys.requierd: is an unknown key; allowed: store, required, onStoreDown, overlap; did you mean 'required'?",
  ])
  assert.match(
    problems('{ store: { kind: postgres } }').join(),
    /keys\.store\.kind: must be a kind of store: file, redis/,
  )
  assert.match(problems('{ store: { url: "redis://h" } }').join(), /keys\.store\.url: has no use without kind: redis/)
  assert.match(
    problems('{ store: { kind: redis, path: x } }', REDIS).join(),
    /keys\.store\.path: has no use with kind: redis/,
  )
  assert.match(
    problems('{ store: { kind: redis } }').join(),
    /keys\.store\.url: is missing; .*redis:\/\/.*TOLLGATE_REDIS_URL be set/,
  )
  const secret = problems('{ store: { kind: redis, url: "redis://:hush@a,b" } }').join()
  assert.match(secret, /keys\.store\.url: must name one host/)
  assert.ok(!secret.includes('hush'))
  assert.match(
    problems('{ store: { kind: redis } }', '', { TOLLGATE_REDIS_URL: 'http://hush' }).join(),
    /keys\.store\.url: .*must be a URL that begins with redis/,
  )
  assert.match(problems('{ required: yes please }').join(), /keys\.required: must be true or false/)
  assert.match(
    problems('{ onStoreDown: local-share }').join(),
    /keys\.onStoreDown: must be one of these: refuse, admit/,
  )
  for (const overlap of ['1', '-1s', '367d', '5 min']) {
    assert.match(problems(`{ overlap: "${overlap}" }`).join(), /keys\.overlap: must be a span of time such as/)
  }
})

test('a budget or limit of the file is not called as those of keys are', () => {
  const budget = { budgets: 'budgets: [ { name: virtual-key, limit: { usd: 1, per: day } } ]' }
  const parsed = parse(withSections(budget))
  assert.match(
    parsed.ok ? '' : parsed.problems.map(({ message }) => message).join(),
    /is what the budgets of virtual keys are called/,
  )
})

test('keys in a file where budgets are shared are doubted', () => {
  const doubts = (keys: string) => {
    const parsed = read(keys, REDIS)
    assert.ok(parsed.ok)
    return parsed.warnings.map(({ path, message }) => `${path} ${message}`).filter((text) => text.startsWith('keys'))
  }
  assert.match(doubts('{}').join(), /^keys are in a file of this machine/)
  assert.deepEqual(doubts('{ store: { kind: redis } }'), [])
})
