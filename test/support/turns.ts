import { setImmediate } from 'node:timers/promises'
import type { Turns } from '../../core/turns.js'
import { systemClock } from '../../io/system-clock.js'

/** Long work gives way as in production. */
export const TURNS: Turns = { clock: systemClock, pause: () => setImmediate() }
