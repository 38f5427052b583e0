import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource, problemsOf, withSections } from './sample.js'

const store = (text: string) => withSections({ store: `store: ${text}` })
const redis = (url: string) => store(`{ kind: redis, url: ${JSON.stringify(url)} }`)
const withUrl = (url: string) => fakeSource({}, { TOLLGATE_REDIS_URL: url })

test('memory is the default, and its journal is a path beside the configuration', () => {
  for (const text of ['{ kind: memory }', '{}', '']) assert.deepEqual(configOf(store(text)).store, { kind: 'memory' })
  const journal = (path: string) => configOf(store(`{ kind: memory, journal: ${path} }`)).store
  assert.deepEqual(journal('var/spent.log'), { kind: 'memory', journal: '/etc/tollgate/var/spent.log' })
  assert.deepEqual(journal('/var/lib/tollgate/spent'), { kind: 'memory', journal: '/var/lib/tollgate/spent' })
  assert.deepEqual(configOf(store('{ journal: a }')).store, { kind: 'memory', journal: '/etc/tollgate/a' })
})

test('redis has a prefix, a deadline and one instance by default', () => {
  const url = 'redis://h:6379/1'
  assert.deepEqual(configOf(redis(url)).store, {
    ...{ kind: 'redis', url, prefix: 'tollgate', deadline: 50, instances: 1 },
  })
  assert.deepEqual(
    configOf(store(`{ kind: redis, url: "${url}", prefix: a.b:c-d_1, deadline: 1s, instances: 3 }`)).store,
    { kind: 'redis', url, prefix: 'a.b:c-d_1', deadline: 1000, instances: 3 },
  )
})

test('a Redis URL names one host, by any of four schemes', () => {
  for (const url of [
    ...['redis://h', 'rediss://h:6380', 'redis+cluster://h:7000', 'rediss+cluster://h/0', 'REDIS://h/15', 'redis://h/'],
    ...['redis://:p%23%2F@h', 'redis://user:p@h:1/2', 'redis://[::1]:6379', 'redis://127.0.0.1'],
  ]) {
    assert.equal(configOf(redis(url)).store.kind, 'redis', url)
  }
})

test('the URL may come from the environment; one in the file goes first', () => {
  const fromFile = configOf(redis('redis://file'), withUrl('redis://env')).store
  assert.equal(fromFile.kind === 'redis' && fromFile.url, 'redis://file')
  const fromEnv = configOf(store('{ kind: redis }'), withUrl('redis://env')).store
  assert.equal(fromEnv.kind === 'redis' && fromEnv.url, 'redis://env')
  assert.deepEqual(configOf(store('{}'), withUrl('redis://env')).store, { kind: 'memory' })
  for (const source of [fakeSource(), withUrl('')]) {
    assert.deepEqual(problemsOf(store('{ kind: redis }'), source), [
      '4:1 store.url: is missing; it must be a URL that begins with redis://, rediss://, redis+cluster:// or ' +
        'rediss+cluster://, or the environment variable TOLLGATE_REDIS_URL be set',
    ])
  }
})

test('what is wrong with a URL is said without the URL', () => {
  const position = '4:28 store.url:'
  for (const [url, message] of [
    ['http://:hunter2@h', /must be a URL that begins with redis:/],
    ['', /must be a URL that begins with redis:/],
    ['hunter2', /must be a URL that begins with redis:/],
    ['redis:h', /must be a URL that begins with redis:/],
    ['redis://', /must name one host/],
    ['redis:///0', /must name one host/],
    ['redis://:hunter2@', /must name one host/],
    ['redis://h:99999', /must name one host/],
    ['redis://hunter2 @h', /must name one host/],
    ['redis+cluster://a:1,b:2', /must name one host/],
    ['redis://h/hunter2', /must have nothing but the number of a database/],
    ['redis://h?hunter2=1', /must have nothing but the number of a database/],
    ['redis://h#hunter2', /must have nothing but the number of a database/],
    ['redis+cluster://h/1', /must not name a database: a cluster has only one/],
  ] as const) {
    const [first = '', ...others] = problemsOf(redis(url))
    assert.equal(first.slice(0, position.length), position, url)
    assert.match(first, message, url)
    assert.ok(!first.includes('hunter2'), first)
    assert.deepEqual(others, [])

    const fromEnv = url === '' ? [] : problemsOf(store('{ kind: redis }'), withUrl(url))
    for (const line of fromEnv)
      assert.match(line, /^4:16 store\.kind: needs TOLLGATE_REDIS_URL of the environment, which must/)
    assert.ok(!fromEnv.join().includes('hunter2'))
  }
})

test('a key of the other kind, an unknown one and a value out of range are refused where they are', () => {
  for (const [text, problem] of [
    ['{ kind: etcd }', '4:16 store.kind: must be a kind of store: memory, redis'],
    ['{ kind: rediss }', "4:16 store.kind: must be a kind of store: memory, redis; did you mean 'redis'?"],
    ['{ url: "redis://h" }', '4:15 store.url: has no use without kind: redis'],
    ['{ kind: memory, instances: 2 }', '4:35 store.instances: has no use without kind: redis'],
    [
      '{ kind: redis, url: "redis://h", journal: x }',
      '4:50 store.journal: has no use with kind: redis; Redis keeps what is counted',
    ],
    ['{ journal: "" }', '4:19 store.journal: must not be empty; it must be the path of a file'],
    ['{ hosts: 1 }', '4:10 store.hosts: is an unknown key; allowed: kind, journal, url, prefix, deadline, instances'],
    ['memory', '4:8 store: must be a map with the keys kind, journal, url, prefix, deadline, instances'],
    [
      '{ kind: redis, url: "redis://h", prefix: "{a}" }',
      '4:49 store.prefix: must be a prefix of 1 to 64 of A-Z a-z 0-9 . _ : -',
    ],
    [
      '{ kind: redis, url: "redis://h", deadline: 50 }',
      '4:51 store.deadline: must be a duration such as 500ms, 5s, 2m or 1h, from 1ms to 24h',
    ],
    ['{ kind: redis, url: "redis://h", instances: 0 }', '4:52 store.instances: must be a whole number from 1 to 10000'],
  ] as const) {
    assert.deepEqual(problemsOf(store(text)), [problem])
  }
})
