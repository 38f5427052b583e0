import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Config } from '../../cli/configuration.js'
import { sharedEnvoyFiles } from '../../cli/shared-envoy-files.js'
import type { ProviderCluster } from '../../envoy/plan.js'

const cluster = (name: string): ProviderCluster => ({
  ...{ name, statName: name, host: 'h', port: 1 },
  circuitBreaker: { maxConnections: 1, maxRequests: 1, maxPendingRequests: 1 },
})
const clusters = (...names: readonly string[]) => names.map(cluster)
const config = (fingerprint: string) => ({ fingerprint }) as unknown as Config

function setUp() {
  const wrote: string[] = []
  let now = 0
  let giveUp = () => {}
  const files = sharedEnvoyFiles({
    write: async ({ fingerprint }, all) => {
      const text = `${fingerprint}: ${all.map(({ name }) => name).join(' ')}`
      if (wrote.at(-1) === text) return 'same'
      wrote.push(text)
      return 'changed'
    },
    clock: { monotonic: () => now },
    reads: 200,
    patience: () =>
      new Promise((resolve) => {
        giveUp = resolve
      }),
  })
  return {
    files,
    wrote,
    pass: (ms: number) => {
      now += ms
    },
    giveUp: () => giveUp(),
  }
}

test('the files hold what any process needs, once', async () => {
  const { files, wrote } = setUp()
  await files.own(config('v1'), clusters('a', 'b'))
  await files.needs(11, { fingerprint: 'v1', clusters: clusters('b', 'c') })
  await files.needs(12, { fingerprint: 'v1', clusters: clusters('a') })
  assert.deepEqual(wrote, ['v1: a b', 'v1: a b c'])
})

test('a process is told that the files have changed until Envoy has had the time to read them', async () => {
  const { files, pass } = setUp()
  const needs = () => files.needs(11, { fingerprint: 'v1', clusters: clusters('a') })
  assert.equal(await files.own(config('v1'), clusters('a')), 'changed')
  pass(150)
  assert.equal(await needs(), 'changed')
  pass(50)
  assert.equal(await needs(), 'same')
})

test('what one still needs stays when the others have gone on, and leaves with its process', async () => {
  const { files, wrote } = setUp()
  await files.own(config('v1'), clusters('a'))
  await files.needs(11, { fingerprint: 'v1', clusters: clusters('a') })
  await files.own(config('v2'), clusters('b'))
  assert.equal(wrote.at(-1), 'v2: b a')
  files.ended(11)
  await files.needs(12, { fingerprint: 'v2', clusters: clusters('b') })
  assert.equal(wrote.at(-1), 'v2: b')
})

test('a process that is ahead waits for the files of its configuration, but not for ever', async () => {
  const { files, wrote, giveUp } = setUp()
  await files.own(config('v1'), clusters('a'))
  const answers: string[] = []
  void files.needs(11, { fingerprint: 'v2', clusters: clusters('a', 'b') }).then(() => answers.push('first'))
  await setImmediate()
  assert.equal(answers.length, 0)
  await files.own(config('v2'), clusters('b'))
  await setImmediate()
  assert.deepEqual([answers, wrote.at(-1)], [['first'], 'v2: b a'])

  void files.needs(11, { fingerprint: 'v3', clusters: clusters('c') }).then(() => answers.push('second'))
  await setImmediate()
  giveUp()
  await setImmediate()
  assert.deepEqual([answers, wrote.at(-1)], [['first', 'second'], 'v2: b c'])
})

test('what cannot be written is told, and does not keep others from writing', async () => {
  let state: 'full' | 'fine' = 'full'
  const files = sharedEnvoyFiles({
    write: async () => {
      if (state === 'full') throw new Error('the disk is full')
      return 'changed'
    },
    clock: { monotonic: () => 0 },
    reads: 200,
    patience: async () => {},
  })
  await assert.rejects(files.own(config('v1'), clusters('a')), /full/)
  state = 'fine'
  assert.equal(await files.needs(11, { fingerprint: 'v1', clusters: [] }), 'changed')
})
