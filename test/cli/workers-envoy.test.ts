import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { isAlive } from '../../cli/process-alive.js'
import { openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { total } from '../support/metrics.js'
import { startProvider } from '../support/provider.js'
import { startLoad } from './cluster-world.js'
import { type EnvoyClusterOptions, type EnvoyClusterWorld, startEnvoyCluster } from './envoy-cluster-world.js'

const LIMIT = { timeout: 90_000 }

let world: EnvoyClusterWorld | undefined
afterEach(() => world?.stop())

/** Two workers that serve an Envoy of four threads, and a provider that says hello. */
async function started(options: EnvoyClusterOptions = {}): Promise<EnvoyClusterWorld> {
  const made = await startEnvoyCluster({ concurrency: 4, ...options, env: { TOLLGATE_WORKERS: '2', ...options.env } })
  world = made
  made.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello')))
  await made.ready()
  await made.startEnvoy()
  return made
}

/** All of Envoy's threads have a connection to Tollgate once clients have been on all of them. */
async function onAllThreads(world: EnvoyClusterWorld): Promise<void> {
  await eventually('both workers have had requests', async () => {
    await Promise.all(Array.from({ length: 16 }, async () => (await world.chat()).text()))
    const samples = await world.metrics()
    return ['1', '2'].every((worker) => total(samples, 'tollgate_worker_requests_total', { worker }) > 0)
  })
}

for (const extproc of ['tcp', 'unix'] as const) {
  test(`both workers answer, each request in one of them: ${extproc}`, LIMIT, async () => {
    const world = await started({ extproc })
    assert.match(world.said(), /serving: ext_proc on \S+ by 2 processes, health/)
    await onAllThreads(world)
    const samples = await world.metrics()
    const served = total(samples, 'tollgate_requests_total', { status: '200', model: 'gpt' })
    assert.ok(served >= 16)
    assert.equal(total(samples, 'tollgate_attempts_total'), served)
    assert.equal(total(samples, 'tollgate_handed_on_streams_total'), 0)
    assert.equal(total(samples, 'tollgate_unknown_exchanges_total'), 0)
    assert.equal(total(samples, 'tollgate_exchanges_open'), 0)
  })
}

test(
  'an attempt that comes after its worker has told Envoy to leave is made by that worker all the same',
  LIMIT,
  async () => {
    const targets = ['gpt-4o', 'gpt-4o-mini'].map((model) => ({ provider: 'oa', model }))
    const world = await started({ settings: { models: { gpt: { targets } } } })
    await onAllThreads(world)
    const before = [...world.workers().values()]
    let go = () => {}
    const restarted = new Promise<void>((resolve) => {
      go = resolve
    })
    world.provider.at('oa', async (call, reply) => {
      const body = call.bodyText
      if (!body.includes('gpt-4o-mini')) {
        await restarted
        return reply.json(500, { error: { message: 'no' } })
      }
      if (!body.includes('"stream":true')) return reply.json(200, openaiJson('hello'))
      const frames = openaiStream(['first ', 'second'])
      reply.head(200, { 'content-type': 'text/event-stream' })
      for (const frame of frames) await reply.write(frame)
      reply.end('')
    })
    const answers = Array.from({ length: 12 }, (_, n) => world.chat(n % 2 === 0 ? {} : { stream: true }))
    await eventually(
      'all wait',
      () => world.provider.calls.filter((call) => !call.bodyText.includes('mini')).length >= 12,
    )
    world.signal('SIGHUP')
    await eventually('another one serves', () => world.workers().size === 3, 20_000)
    // The worker that leaves has told Envoy so when a new request goes to another one.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    go()
    for (const [n, answer] of (await Promise.all(answers)).entries()) {
      const text = await answer.text()
      assert.equal(answer.status, 200, text)
      assert.match(text, n % 2 === 0 ? /hello/ : /first [\s\S]*second[\s\S]*\[DONE\]/)
    }
    await eventually(
      'all are new',
      () => world.lines().some(({ msg }) => msg.startsWith('all worker processes')),
      40_000,
    )
    assert.ok(!before.some(isAlive))
    const samples = await world.metrics()
    assert.ok(total(samples, 'tollgate_handed_on_streams_total') > 0)
    assert.equal(total(samples, 'tollgate_unknown_exchanges_total'), 0)
  },
)

test('SIGHUP puts others in their place without a failed request', LIMIT, async () => {
  const world = await started()
  await onAllThreads(world)
  const before = [...world.workers().values()]
  // Every tenth answer takes longer.
  world.provider.at('oa', async (call, reply) => {
    if (world.provider.calls.indexOf(call) % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2_000))
    reply.json(200, openaiJson('hello'))
  })
  const first = total(await world.metrics(), 'tollgate_requests_total', { status: '200', model: 'gpt' })
  const load = startLoad(world, 16)
  await eventually('the load runs', () => load.served() > 50, 20_000)
  world.signal('SIGHUP')
  await eventually('all are new', () => world.lines().some(({ msg }) => msg.startsWith('all worker processes')), 60_000)
  const after = [...world.workers().values()]
  assert.equal(after.length, 2)
  assert.ok(!before.some(isAlive) && !after.some((pid) => before.includes(pid)))
  const { served, failures } = await load.end()
  assert.deepEqual(failures, [])
  await eventually('all is settled', async () => total(await world.metrics(), 'tollgate_exchanges_open') === 0)
  assert.equal(total(await world.metrics(), 'tollgate_requests_total', { status: '200', model: 'gpt' }), first + served)
})

test(
  'an endpoint that is replaced under load fails no request, and leaves Envoy when the last worker is done with it',
  LIMIT,
  async () => {
    const world = await started()
    const moved = await startProvider((_, reply) => reply.json(200, openaiJson('hello')))
    try {
      await onAllThreads(world)
      let finish = () => {}
      const finished = new Promise<void>((resolve) => {
        finish = resolve
      })
      world.provider.at('oa', async (_, reply) => {
        await finished
        reply.json(200, openaiJson('hello from before'))
      })
      const called = world.provider.nextCall('oa')
      const slow = world.chat()
      await called
      world.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello')))
      const load = startLoad(world, 8)
      await eventually('the load runs', () => load.served() > 50, 20_000)
      await world.writeConfig({
        providers: { oa: { kind: 'openai', baseUrl: `${moved.url}/oa/v1`, apiKey: 'key-of-oa' } },
      })
      await eventually('the new one is asked', () => moved.calls.length > 100, 20_000)
      const before = world.provider.calls.length
      await eventually('and goes on to be', () => moved.calls.length > 300, 20_000)
      assert.equal(world.provider.calls.length, before)
      const clusters = () => readFileSync(join(world.envoyDir, 'clusters.yaml'), 'utf8')
      assert.match(clusters(), portOf(world.provider.url), 'somebody still waits for it')
      finish()
      assert.match(await (await slow).text(), /hello from before/)
      await eventually('the one before is gone', () => !portOf(world.provider.url).test(clusters()), 20_000)
      const { failures } = await load.end()
      assert.deepEqual(failures, [])
      assert.equal(total(await world.metrics(), 'tollgate_config_reloads_total', { result: 'ok' }), 1)
    } finally {
      await moved.stop()
    }
  },
)

const portOf = (url: string) => new RegExp(`"port_value": ${new URL(url).port}\\b`)

test('a worker that is killed loses its own requests and is replaced', LIMIT, async () => {
  const world = await started()
  await onAllThreads(world)
  const load = startLoad(world, 8)
  await eventually('the load runs', () => load.served() > 100, 20_000)
  const [killed = 0, other = 0] = world.workers().values()
  process.kill(killed, 'SIGKILL')
  await eventually('another one serves', () => world.workers().size === 2 && !isAlive(killed), 20_000)
  await world.ready()
  const since = load.served()
  await eventually('the load goes on', () => load.served() > since + 100, 20_000)
  const { failures } = await load.end()
  assert.ok(failures.length <= 8, failures.join('\n'))
  // What had not begun to be answered can be tried again.
  assert.ok(
    failures.every((failure) => failure.startsWith('503 ') || failure.includes('aborted')),
    failures.join('\n'),
  )
  assert.ok([...world.workers().values()].includes(other))
})

test('SIGTERM lets a running stream end, and then everything', LIMIT, async () => {
  const world = await started()
  const pids = [...world.workers().values()]
  const frames = openaiStream(['first ', 'second'])
  let go = () => {}
  const released = new Promise<void>((resolve) => {
    go = resolve
  })
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(frames.slice(0, 2).join(''))
    await released
    reply.end(frames.slice(2).join(''))
  })
  const answer = await world.chat({ stream: true })
  world.signal('SIGTERM')
  await eventually('it is not ready any more', async () => (await world.admin('/readyz')).status === 503)
  go()
  assert.match(await answer.text(), /first [\s\S]*second[\s\S]*\[DONE\]/)
  assert.equal(await world.ended, 0)
  assert.ok(!pids.some(isAlive))
})
