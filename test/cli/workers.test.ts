import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { isAlive } from '../../cli/process-alive.js'
import { openaiJson, openaiStream } from '../support/answers.js'
import { eventually } from '../support/eventually.js'
import { total } from '../support/metrics.js'
import { type ClusterOptions, type ClusterWorld, startCluster, startLoad } from './cluster-world.js'

const LIMIT = { timeout: 60_000 }

let world: ClusterWorld | undefined
afterEach(() => world?.stop())

/** Two workers that serve, and a provider that says hello. */
async function started(options: ClusterOptions = {}): Promise<ClusterWorld> {
  const made = await startCluster({ ...options, env: { TOLLGATE_WORKERS: '2', ...options.env } })
  world = made
  made.provider.at('oa', (_, reply) => reply.json(200, openaiJson('hello')))
  await made.ready()
  return made
}

test('both workers answer, and what they count adds up', LIMIT, async () => {
  const world = await started()
  const pids = [...world.workers().values()]
  assert.equal(new Set([...pids, world.pid]).size, 3)
  for (let i = 0; i < 40; i += 1) await (await world.chat()).text()

  const samples = await world.metrics()
  assert.equal(total(samples, 'tollgate_requests_total', { model: 'gpt', provider: 'oa', status: '200' }), 40)
  assert.equal(total(samples, 'tollgate_attempts_total'), 40)
  assert.equal(total(samples, 'tollgate_overhead_seconds_count'), 40)
  assert.equal(total(samples, 'tollgate_overhead_seconds_bucket', { le: '+Inf' }), 40)
  assert.equal(total(samples, 'tollgate_tokens_total', { kind: 'output' }), 40 * 7)
  assert.equal(total(samples, 'tollgate_exchanges_open'), 0)
  const shares = ['1', '2'].map((worker) => total(samples, 'tollgate_worker_requests_total', { worker }))
  assert.ok(Math.min(...shares) > 0, `${shares}`)
  assert.equal(total(samples, 'tollgate_worker_requests_total'), 40)
  // Three processes of some 50 MB and more.
  assert.ok(total(samples, 'process_resident_memory_bytes') > 120e6)
  assert.ok(Math.abs(total(samples, 'process_start_time_seconds') - Date.now() / 1000) < 60)

  const requests = await eventually('all log lines are there', () => {
    const found = world.lines().filter(({ msg }) => msg === 'request')
    return found.length === 40 && found
  })
  assert.ok(requests.every(({ status }) => status === 200))
})

test('a worker that is killed loses its own requests and is replaced; its counts stay', LIMIT, async () => {
  const world = await started()
  const load = startLoad(world, 8)
  await eventually('the load runs', () => load.served() > 200, 20_000)
  const before = total(await world.metrics(), 'tollgate_requests_total')
  const [killed = 0, other = 0] = world.workers().values()
  process.kill(killed, 'SIGKILL')
  await eventually('another one serves', () => world.workers().size === 2 && !isAlive(killed), 20_000)
  await world.ready()
  const since = load.served()
  await eventually('the load goes on', () => load.served() > since + 100, 20_000)
  const { failures } = await load.end()
  assert.ok(failures.length <= 8, failures.join('\n'))
  assert.ok([...world.workers().values()].includes(other))
  assert.deepEqual([...world.workers().keys()].sort(), [1, 2])
  assert.ok(total(await world.metrics(), 'tollgate_requests_total') > before)
})

test('a worker that hangs gets no new connections, and readiness tells', LIMIT, async () => {
  const world = await started()
  const [hung = 0] = world.workers().values()
  process.kill(hung, 'SIGSTOP')
  try {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => (await world.chat()).text()))
    assert.ok(answers.every((text) => text.includes('hello')))
    const ready = await world.admin('/readyz')
    assert.equal(ready.status, 503)
    assert.match(await ready.text(), /1 of 2 serve; worker \d does not answer/)
  } finally {
    process.kill(hung, 'SIGCONT')
  }
  await world.ready()
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
  assert.equal(world.lines().filter(({ msg }) => msg === 'request').length, 1)
})

test('a second signal does not wait, and nobody is left behind', LIMIT, async () => {
  const world = await started()
  const pids = [...world.workers().values()]
  world.provider.at('oa', async (_, reply) => {
    reply.head(200, { 'content-type': 'text/event-stream' })
    await reply.write(openaiStream(['first'])[0] ?? '')
    await reply.write(openaiStream(['first'])[1] ?? '')
    await reply.hang()
  })
  const answer = await world.chat({ stream: true })
  answer.body.resume().on('error', () => {})
  world.signal('SIGTERM')
  await eventually('it drains', () => world.said().includes('draining'))
  await new Promise((resolve) => setTimeout(resolve, 1100))
  world.signal('SIGTERM')
  assert.equal(await world.ended, 130)
  await eventually('the workers end with it', () => !pids.some(isAlive))
})

test('workers end with a primary that is killed', LIMIT, async () => {
  const world = await started()
  const pids = [...world.workers().values()]
  world.signal('SIGKILL')
  await world.ended
  await eventually('the workers end', () => !pids.some(isAlive))
})

test('SIGHUP puts others in their place without a failed request', LIMIT, async () => {
  const world = await started()
  const before = [...world.workers().values()]
  // Every tenth answer takes longer than a worker waits for connections that nobody uses.
  world.provider.at('oa', async (call, reply) => {
    if (world.provider.calls.indexOf(call) % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2_000))
    reply.json(200, openaiJson('hello'))
  })
  const load = startLoad(world, 12)
  await eventually('the load runs', () => load.served() > 50, 20_000)
  world.signal('SIGHUP')
  await eventually('all are new', () => world.lines().some(({ msg }) => msg.startsWith('all worker processes')), 40_000)
  const after = [...world.workers().values()]
  assert.equal(after.length, 2)
  assert.ok(!before.some(isAlive) && !after.some((pid) => before.includes(pid)))
  const { served, failures } = await load.end()
  assert.deepEqual(failures, [])
  assert.equal(total(await world.metrics(), 'tollgate_requests_total', { status: '200' }), served)
})

test('what a worker needs and does not get is told as by one process', LIMIT, async () => {
  world = await startCluster({ env: { TOLLGATE_WORKERS: '2', TOLLGATE_CONTEXT_SECRET: 'too short' } })
  assert.equal(await world.ended, 1)
  assert.match(world.said(), /^tollgate: TOLLGATE_CONTEXT_SECRET must hold the secret that Kong has too/m)
  assert.equal(world.said().trim().split('\n').length, 1)
})
