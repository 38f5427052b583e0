import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readMetrics, total } from '../support/metrics.js'
import { runScenario } from './chaos-scenario.js'
import { type ChaosWorld, startChaosWorld } from './chaos-world.js'

const LIMIT = { timeout: 40_000 }
const OTHER_SECRET = 'the secret of some other Kong somewhere'

let world: ChaosWorld
before(async () => {
  world = await startChaosWorld()
})
after(() => world?.stop())

test('relays with another time or another secret get nothing through, whoever else does', LIMIT, async (t) => {
  const [right] = world.relays
  assert.ok(right)
  const wrong = await Promise.all([
    world.addRelay({ clockAhead: 31_000 }),
    world.addRelay({ clockAhead: -31_000 }),
    world.addRelay({ secret: OTHER_SECRET }),
  ])
  const before = right.requests().length
  const load = await runScenario(t, world, {
    seen: ['503 upstream_unavailable'],
    act: async (load) => {
      await world.kong.reload(world.render([right, ...wrong]))
      await load.more(96, '503 upstream_unavailable')
      await world.kong.reload(world.render(world.relays.slice(0, 2)))
    },
  })
  const refused = await Promise.all(
    wrong.map(async ({ adminUrl }) => {
      const metrics = await readMetrics(adminUrl)
      return ['expired', 'forged'].map((reason) => total(metrics, 'tollgate_refused_contexts_total', { reason }))
    }),
  )
  const sum = refused.flat().reduce((all, one) => all + one, 0)
  assert.equal(sum, load.counts()['503 upstream_unavailable'])
  assert.deepEqual(
    refused.map(([expired = 0, forged = 0]) => [expired > 0, forged > 0]),
    [
      [true, false],
      [true, false],
      [false, true],
    ],
  )
  assert.deepEqual(
    wrong.flatMap((relay) => relay.requests()).filter(({ attempts }) => attempts.length > 0),
    [],
  )
  assert.ok(right.requests().length > before)
})
