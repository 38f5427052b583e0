import { windowAt } from '../budget/period.js'
import type { Period } from '../budget/rules.js'

/** Milliseconds. */
export const HOUR = 3_600_000
export const SLOTS = 168

const MOST_KNOWN = 4096

/** Tells the hour of the week of an instant: 0 is Monday at midnight on the zone's wall clock. */
export type SlotOf = (instant: number) => number

/**
 * Hours are counted from the week's first instant, so that on the Sunday on which the clock changes the hours after it are one
 * off, and from Monday on they are right again.
 */
export function slotsIn(timeZone: string): SlotOf {
  const period: Period = { kind: 'calendar', unit: 'week', timeZone }
  // The same few weeks of hours are asked for again and again.
  const known = new Map<number, number>()
  return (instant) => {
    const found = known.get(instant)
    if (found !== undefined) return found
    const week = windowAt(period, instant)
    const start = week.kind === 'calendar' ? week.start : 0
    const slot = Math.min(SLOTS - 1, Math.floor((instant - start) / HOUR))
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(instant, slot)
    return slot
  }
}

/** Monday to Friday are like each other, and so are Saturday and Sunday. */
export function isWeekend(slot: number): boolean {
  return slot >= 5 * 24
}

/** What happened in consecutive full hours. */
export interface Hours {
  /** When the first begins, milliseconds since the epoch. */
  readonly start: number
  readonly values: readonly number[]
}
