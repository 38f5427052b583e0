import { setImmediate } from 'node:timers/promises'
import type { Turns } from '../core/turns.js'
import { systemClock } from './system-clock.js'

/** For long work of the process's own, which requests have their turns between. */
export const OWN_TURNS: Turns = { clock: systemClock, pause: () => setImmediate() }
