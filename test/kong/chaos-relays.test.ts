import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '../support/eventually.js'
import type { RelayProcess } from '../support/kong/relay-process.js'
import { tagOf } from './chaos-gate.js'
import { runScenario } from './chaos-scenario.js'
import { type ChaosWorld, startChaosWorld } from './chaos-world.js'

const LIMIT = { timeout: 40_000 }

/** As many as there are clients. */
const ALL = 16

let world: ChaosWorld
/** Those that Kong knows, as they are now. */
let first: RelayProcess
let second: RelayProcess
before(async () => {
  world = await startChaosWorld()
  const [one, other] = world.relays
  assert.ok(one && other)
  first = one
  second = other
})
after(() => world?.stop())

test('a relay that is killed in mid-stream, and started again', LIMIT, async (t) => {
  let running: readonly string[] = []
  let onFirst: readonly string[] = []
  const load = await runScenario(t, world, {
    // An answer of which nothing had been seen yet; the rest had begun.
    seen: ['502 from Kong', 'broken in mid-stream'],
    act: async (load) => {
      const held = world.gate.hold(ALL)
      const calls = await held.full
      running = calls.map(tagOf)
      await world.toldOfAll()
      await first.kill()
      // Nobody waits for these any more: their providers are let go before they have ended.
      onFirst = await eventually('its requests are over', () => {
        const over = load.results.map(({ tag }) => tag).filter((tag) => running.includes(tag))
        const left = calls.filter((call) => call.isAborted()).map(tagOf)
        return left.length > 0 && over.length === left.length && left
      })
      for (const tag of onFirst) world.lost.add(tag)
      held.release()
      await load.more(ALL, '200')
      assert.deepEqual(
        first.requests().filter(({ request }) => onFirst.includes(request)),
        [],
      )
      first = await world.replaceRelay(first)
      await world.untilHealth(first, 'healthy')
      await eventually('it serves', () => first.requests().some(({ status }) => status === 200))
    },
  })
  const failed = load.results.filter(({ kind }) => kind !== '200').map(({ tag }) => tag)
  assert.deepEqual(failed.sort(), [...onFirst].sort(), 'none but those that ran on it')
  assert.ok(failed.length < ALL)
})

test('a relay that drains under load fails nobody, and ends', LIMIT, async (t) => {
  const held = { release: () => {} }
  await runScenario(t, world, {
    seen: [],
    pace: 150,
    act: async (load) => {
      // Some are under way for the whole time.
      Object.assign(held, world.gate.hold(ALL / 2))
      const ended = first.drain()
      await world.untilHealth(first, 'unhealthy')
      const before = first.requests().length
      held.release()
      assert.equal(await ended, 0)
      assert.ok(first.requests().length > before, 'what was under way has come to its end there')
      await load.more(ALL, '200')
      first = await world.replaceRelay(first)
      await world.untilHealth(first, 'healthy')
    },
  })
})

test('all relays are killed, and started again', LIMIT, async (t) => {
  const load = await runScenario(t, world, {
    // Until connections to both have failed often enough, and from then on.
    seen: ['502 from Kong', '503 from Kong'],
    perhaps: ['broken in mid-stream'],
    act: async (load) => {
      const held = world.gate.hold(ALL)
      const calls = await held.full
      await world.toldOfAll()
      await Promise.all([first.kill(), second.kill()])
      for (const call of calls) world.lost.add(tagOf(call))
      held.release()
      await load.more(ALL, '503 from Kong')
      ;[first, second] = await Promise.all([world.replaceRelay(first), world.replaceRelay(second)])
      await Promise.all([world.untilHealth(first, 'healthy'), world.untilHealth(second, 'healthy')])
    },
  })
  assert.ok((load.counts()['200'] ?? 0) > 0)
})
