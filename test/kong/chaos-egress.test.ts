import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Load } from './chaos-load.js'
import { runScenario } from './chaos-scenario.js'
import { type ChaosWorld, startChaosWorld } from './chaos-world.js'

const LIMIT = { timeout: 40_000 }

let world: ChaosWorld
before(async () => {
  world = await startChaosWorld()
})
after(() => world?.stop())

/** Waits until no target can be asked any more, and until nobody has been for a while. */
async function outage(load: Load): Promise<void> {
  await load.more(16, '502 upstream_error')
  const before = world.provider.calls.length
  await load.more(32, '502 upstream_error')
  assert.equal(world.provider.calls.length, before)
}

test('Kong loses its routes to providers, and gets them again', LIMIT, async (t) => {
  await runScenario(t, world, {
    seen: ['502 upstream_error'],
    act: async (load) => {
      await world.kong.reload(world.render(world.relays, 'none'))
      await outage(load)
      await world.kong.reload(world.render(world.relays))
    },
  })
})

const OF_RUNNING = ['broken in mid-stream', 'error event']

test('the providers refuse connections, and take them again', LIMIT, async (t) => {
  await runScenario(t, world, {
    seen: ['502 upstream_error'],
    perhaps: OF_RUNNING,
    act: async (load) => {
      await world.toProviders.down()
      await outage(load)
      await world.toProviders.up()
    },
  })
})

test('relays cannot reach Kong, and reach it again', LIMIT, async (t) => {
  await runScenario(t, world, {
    seen: ['502 upstream_error'],
    perhaps: OF_RUNNING,
    act: async (load) => {
      await world.toKong.down()
      await outage(load)
      await world.toKong.up()
    },
  })
})
