import type { Child } from '../child.js'
import { measure } from '../measure.js'
import { pause } from '../workspace.js'
import type { Memory } from './goals.js'
import type { Stacks } from './rounds.js'
import { FULL, jobOf, MANY } from './rows.js'
import { PLACES, type System } from './systems.js'

/** How long streams take to be opened, and how long they have been open when it is looked, in milliseconds. */
const RAMP = 4000
const AFTER = 2000

/**
 * Kilobytes that one open stream keeps alive, where it could be measured: what is left of a process's memory, per stream, when all garbage
 * has been collected. Resident memory says how much room V8 has taken for what comes and goes, which depends on what the process did
 * before; this says what a stream costs.
 */
export async function aliveOfOpenStreams(client: Child, stacks: Stacks): Promise<Memory['alive']> {
  const alive: Partial<Record<System, number>> = {}
  for (const system of ['full', 'restore'] as const) {
    const stack = stacks[PLACES[system].stack]
    if (stack?.aliveBytes === undefined) continue
    const before = await stack.aliveBytes()
    const streams = measure(client, stack, { ...jobOf('many', system, FULL), chunks: 10, rampMs: RAMP, gapsFromMs: 0 })
    await pause(RAMP + AFTER)
    alive[system] = ((await stack.aliveBytes()) - before) / MANY / 1000
    await streams
  }
  return alive
}
