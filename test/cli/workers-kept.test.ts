import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Failure } from '../../cli/failure.js'
import type { WorkerProcess } from '../../cli/worker-process.js'
import { startWorkers } from '../../cli/workers.js'

/** A worker that does what the test says. */
interface FakeWorker extends WorkerProcess {
  serve(): void
  /** Ends; before it serves, with a reason that the user can do something about where one is given. */
  end(reason?: string): void
  readonly told: string[]
}

function fakeWorker(number: number, pid: number): FakeWorker {
  const told: string[] = []
  let serve = (_relay: string) => {}
  let refuse = (_error: Error) => {}
  let gone = (_how: string) => {}
  const ready = new Promise<string>((resolve, reject) => {
    serve = resolve
    refuse = reject
  })
  ready.catch(() => {})
  const ended = new Promise<string>((resolve) => {
    gone = resolve
  })
  const end = (reason?: string) => {
    refuse(reason === undefined ? new Error('it ended') : new Failure(reason))
    gone('SIGKILL')
  }
  return {
    number,
    pid,
    told,
    ready,
    ended,
    serve: () => serve('127.0.0.1:8081'),
    end,
    askFigures: async () => {},
    askReadiness: async () => [],
    connections: 0,
    give: async () => 'taken',
    leave: () => void told.push('leave'),
    stop: () => {
      told.push('stop')
      end()
    },
    kill: () => {
      told.push('kill')
      end()
    },
  }
}

function setUp(count: number) {
  const forked: FakeWorker[] = []
  const waits: number[] = []
  const log: string[] = []
  let now = 0
  const write = (_: unknown, message: string) => void log.push(message)
  const workers = startWorkers({
    count,
    log: { info: write, warn: write, error: write, ended() {}, close: async () => {} },
    fork(number) {
      const worker = fakeWorker(number, 100 + forked.length)
      forked.push(worker)
      return worker
    },
    served() {},
    ended() {},
    clock: { monotonic: () => now },
    wait: async (ms) => {
      waits.push(ms)
      now += ms
    },
  })
  return {
    workers,
    forked,
    waits,
    log,
    pass: (ms: number) => {
      now += ms
    },
    serving: () => workers.serving().map(({ number, pid }) => [number, pid]),
    newest: () => forked.at(-1) ?? assert.fail(),
    /** Lets everything happen that waits for nothing but its turn. */
    settle: async () => {
      for (let i = 0; i < 5; i += 1) await setImmediate()
    },
  }
}

async function running(count: number) {
  const world = setUp(count)
  for (const worker of world.forked) worker.serve()
  assert.equal(await world.workers.started, '127.0.0.1:8081')
  return world
}

test('it has started once all serve', async () => {
  const { workers, forked, settle, serving } = setUp(2)
  let state = 'starting'
  void workers.started.then(() => {
    state = 'started'
  })
  forked[0]?.serve()
  await settle()
  assert.deepEqual([state, serving()], ['starting', [[1, 100]]])
  forked[1]?.serve()
  await settle()
  assert.deepEqual([state, serving()], ['started', [[1, 100], [2, 101]]]) // biome-ignore format: pairs
})

test('what the user has to change fails the start at once', async () => {
  const { workers, forked } = setUp(2)
  forked[1]?.end('the secret is too short')
  await assert.rejects(workers.started, (error) => error instanceof Failure && /too short/.test(error.message))
})

test('five that end before they serve fail the start, each after a longer pause', async () => {
  const { workers, newest, waits, settle } = setUp(1)
  for (let i = 0; i < 5; i += 1) {
    newest().end()
    await settle()
  }
  await assert.rejects(workers.started, Failure)
  assert.deepEqual(waits.slice(0, 4), [100, 200, 400, 800])
})

test('one that ends is replaced under its number, at once if it has lived', async () => {
  const { forked, newest, waits, pass, settle, serving } = await running(2)
  pass(60_000)
  forked[0]?.end()
  await settle()
  assert.deepEqual([serving(), waits], [[[2, 101]], []])
  newest().serve()
  await settle()
  assert.deepEqual(serving(), [[2, 101], [1, 102]]) // biome-ignore format: pairs
})

test('one that ends again and again is replaced more and more slowly, and never given up while others serve', async () => {
  const { workers, forked, newest, waits, settle, serving } = await running(2)
  let lost = false
  workers.lost.catch(() => {
    lost = true
  })
  forked[0]?.end()
  for (let i = 0; i < 11; i += 1) {
    await settle()
    newest().end('the file is broken')
  }
  await settle()
  assert.deepEqual(waits.slice(0, 8), [100, 200, 400, 800, 1600, 3200, 6400, 10_000])
  assert.deepEqual([lost, serving(), workers.problem], [false, [[2, 101]], 'the file is broken'])
  newest().serve()
  await settle()
  assert.deepEqual([serving().length, workers.problem], [2, undefined])
})

test('when nobody serves and nobody can be started, that is a failure with the reason', async () => {
  const { workers, forked, newest, settle } = await running(1)
  forked[0]?.end()
  for (let i = 0; i < 5; i += 1) {
    await settle()
    newest().end('the file is broken')
  }
  await assert.rejects(workers.lost, (error) => error instanceof Failure && error.message === 'the file is broken')
})

test('a restart goes one by one: each leaves only once another serves, and the next waits for its end', async () => {
  const { workers, forked, newest, settle, serving, log } = await running(2)
  const [first, second] = forked
  const restarted = workers.restart()
  void workers.restart()
  await settle()
  assert.deepEqual([forked.length, newest().number, first?.told], [3, 3, []])
  newest().serve()
  await settle()
  assert.deepEqual([forked.length, first?.told, serving()], [3, ['leave'], [[2, 101], [3, 102]]]) // biome-ignore format: pairs
  first?.end()
  await settle()
  assert.deepEqual([forked.length, newest().number, second?.told], [4, 1, []])
  newest().serve()
  await settle()
  second?.end()
  await restarted
  assert.deepEqual([serving(), log.at(-1)], [[[3, 102], [1, 103]], 'all worker processes were restarted']) // biome-ignore format: pairs
})

test('a restart ends with the first that cannot start, and all others go on', async () => {
  const { workers, forked, newest, settle, serving } = await running(2)
  const restarted = workers.restart()
  await settle()
  newest().end('the file is broken')
  await restarted
  await settle()
  assert.deepEqual([serving(), forked.length], [[[1, 100], [2, 101]], 3]) // biome-ignore format: pairs
  assert.deepEqual(forked.slice(0, 2).map(({ told }) => told), [[], []]) // biome-ignore format: pairs
})

test('one that ends during a restart is not missing after it', async () => {
  const { workers, forked, newest, settle, serving } = await running(2)
  const restarted = workers.restart()
  await settle()
  forked[1]?.end()
  newest().serve()
  await settle()
  forked[0]?.end()
  await restarted
  await settle()
  newest().serve()
  await settle()
  assert.equal(serving().length, 2)
})

test('a stop drains those that serve, kills those that do not yet, and starts nobody', async () => {
  const { workers, forked, newest, settle } = await running(2)
  forked[0]?.end()
  await settle()
  await workers.stop(1000)
  await settle()
  assert.deepEqual([forked[1]?.told, newest().told, forked.length], [['stop'], ['kill'], 3])
})
