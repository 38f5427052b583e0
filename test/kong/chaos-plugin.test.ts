import { after, before, test } from 'node:test'
import { runScenario } from './chaos-scenario.js'
import { type ChaosWorld, startChaosWorld } from './chaos-world.js'

const LIMIT = { timeout: 40_000 }

let world: ChaosWorld
before(async () => {
  world = await startChaosWorld({ stepTimeout: 1000 })
})
after(() => world?.stop())

/** A request that was on its way from the relay to a provider when the plugin could not be asked. */
const STOPPED_AT_EGRESS = '502 upstream_error'

test('a plugin server that is killed under load, and another that Kong starts', LIMIT, async (t) => {
  await runScenario(t, world, {
    seen: ['503 from Kong'],
    perhaps: [STOPPED_AT_EGRESS],
    act: async (load, intruders) => {
      world.kong.pluginServer.kill('SIGKILL')
      await world.kong.pluginServer.exited
      await load.more(48, '503 from Kong')
      await intruders.rounds(1)
      await world.kong.pluginServer.restart()
      // What the old one let through once, the new one lets through not even once.
      await intruders.rounds(1)
    },
  })
})

test('a plugin server that is dead when Kong gets another configuration', LIMIT, async (t) => {
  await runScenario(t, world, {
    // Kong has to start its plugins anew, and cannot.
    seen: ['500 from Kong'],
    perhaps: ['503 from Kong', STOPPED_AT_EGRESS],
    act: async (load) => {
      world.kong.pluginServer.kill('SIGKILL')
      await world.kong.pluginServer.exited
      await world.kong.reload(world.render(world.relays))
      await load.more(48, '500 from Kong')
      await world.kong.pluginServer.restart()
    },
  })
})

test('a plugin server that hangs under load, and goes on', LIMIT, async (t) => {
  await runScenario(t, world, {
    seen: ['503 from Kong'],
    perhaps: [STOPPED_AT_EGRESS],
    act: async (load) => {
      world.kong.pluginServer.kill('SIGSTOP')
      await load.more(16, '503 from Kong')
      world.kong.pluginServer.kill('SIGCONT')
    },
  })
})
