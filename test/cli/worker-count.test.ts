import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { Failure } from '../../cli/failure.js'
import { isServedByOne, refusedBySeveral, workerCount } from '../../cli/worker-count.js'
import { ruleOf } from '../support/buckets.js'

const memory = { store: { kind: 'memory' } } as const
const redis = {
  store: { kind: 'redis', url: 'redis://h', prefix: 'p', deadline: 50, instances: 1 },
  rules: [ruleOf()],
} as const
const free = { ...memory, rules: [] }
const counting = { ...memory, rules: [ruleOf()] }
const keyed = {
  ...free,
  keys: { store: { kind: 'file' }, required: true, onStoreDown: 'refuse', overlap: 0 },
} as const

const count = (text: string | undefined, config: Parameters<typeof workerCount>[2] = free) =>
  workerCount({ TOLLGATE_WORKERS: text }, ['kong'], config)

test('there is a worker per core, unless memory has to count', () => {
  const cores = Math.min(64, availableParallelism())
  assert.deepEqual([count(undefined), count(''), count(undefined, redis)], [cores, cores, cores])
  assert.equal(count(undefined, counting), 1)
  // Keys may have budgets of their own.
  assert.equal(count(undefined, keyed), 1)
})

test('a number that is said holds', () => {
  assert.deepEqual([count('1'), count('3'), count('64'), count('2', redis), count('1', counting)], [1, 3, 64, 2, 1])
})

test('a number that is none, or cannot be, is a failure that says why', () => {
  const refused = (run: () => unknown, message: RegExp) =>
    assert.throws(run, (error) => error instanceof Failure && message.test(error.message))
  for (const text of ['0', '65', '-1', '1.5', 'all', '100']) {
    refused(() => count(text), /^TOLLGATE_WORKERS is '.+': it must be a number, 1 to 64, or auto$/)
  }
  refused(() => count('2', counting), /^TOLLGATE_WORKERS is 2, but .* in memory, .*set store: \{ kind: redis \}/)
})

test('Envoy is served from one process unless more are asked for', () => {
  for (const gateways of [['envoy'], ['envoy', 'kong']] as const) {
    const count = (text?: string, config: Parameters<typeof workerCount>[2] = free) =>
      workerCount({ TOLLGATE_WORKERS: text }, gateways, config)
    assert.deepEqual([count(), count('1'), count('2'), count('2', redis)], [1, 1, 2, 2])
    assert.throws(() => count('2', counting), /in memory/)
  }
})

test('the configuration is asked only where it has a say', () => {
  const byOne = (gateway: 'envoy' | 'kong', text?: string) => isServedByOne({ TOLLGATE_WORKERS: text }, [gateway])
  assert.deepEqual(
    [byOne('envoy'), byOne('envoy', ''), byOne('envoy', '1'), byOne('kong', '01')],
    [true, true, true, true],
  )
  assert.deepEqual(
    [byOne('kong'), byOne('kong', 'auto'), byOne('envoy', '2'), byOne('envoy', 'x')],
    Array(4).fill(false),
  )
})

test('auto is a worker per core, on each gateway', () => {
  const cores = Math.min(64, availableParallelism())
  for (const gateways of [['envoy'], ['kong']] as const) {
    const count = (config: Parameters<typeof workerCount>[2]) =>
      workerCount({ TOLLGATE_WORKERS: 'auto' }, gateways, config)
    assert.deepEqual([count(free), count(redis), count(counting)], [cores, cores, 1])
  }
})

test('several processes refuse what memory has to count, and nothing else', () => {
  assert.match(refusedBySeveral(counting, 4) ?? '', /^Tollgate runs in 4 processes, and .* in memory/)
  assert.match(refusedBySeveral(keyed, 4) ?? '', /in memory/)
  assert.equal(refusedBySeveral({ ...keyed, store: redis.store }, 4), undefined)
  assert.deepEqual([refusedBySeveral(free, 4), refusedBySeveral(redis, 4)], [undefined, undefined])
})
