import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { assertGoverned } from './chaos-governed.js'
import { type Intruders, startIntruders } from './chaos-intruders.js'
import type { Load } from './chaos-load.js'
import type { ChaosWorld } from './chaos-world.js'

/** One thing that goes wrong under load. */
export interface Scenario {
  /** What clients may see beside a 200, in the words of `Result`; each of them has to occur. */
  readonly seen: readonly string[]
  /** The same, where it may occur or not. */
  readonly perhaps?: readonly string[]
  /** Lets it happen and sees it mended. */
  act(load: Load, intruders: Intruders): Promise<void>
  /** See `LoadOptions`. */
  readonly pace?: number
}

const WARM = 32

/**
 * Runs it between clients that are served before and after. Asserts what they see, that what intruders try is refused each time, and
 * that nothing has reached a provider ungoverned. Gives the load, which has ended.
 */
export async function runScenario(t: TestContext, world: ChaosWorld, scenario: Scenario): Promise<Load> {
  const { seen, perhaps = [], act, pace } = scenario
  const load = world.load(pace === undefined ? {} : { pace })
  const intruders = startIntruders(world)
  try {
    await load.more(WARM, '200')
    await act(load, intruders)
    // Whatever began before may still end otherwise.
    await load.more(WARM, '200')
    await intruders.rounds(1)
  } finally {
    await Promise.all([load.stop(), intruders.stop()])
  }
  const counts = load.counts()
  t.diagnostic(`clients: ${JSON.stringify(counts)}`)
  t.diagnostic(`intruders: ${JSON.stringify(intruders.counts())}`)
  const kinds = Object.keys(counts).filter((kind) => kind !== '200' && !perhaps.includes(kind))
  assert.deepEqual(kinds.sort(), [...seen].sort())
  for (const way of Object.keys(intruders.counts())) assert.match(way, /: (403|500|503|no connection)$/)
  await assertGoverned(world)
  return load
}
