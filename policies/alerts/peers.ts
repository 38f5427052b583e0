import { median } from './statistics.js'
import { HOUR, type Hours, isWeekend, SLOTS, type SlotOf } from './weeks.js'

/** What the hours of a history took, by the hour of the week. */
export type BySlot = readonly (readonly number[])[]

/** What an hour of the week usually takes, and the number of hours that say so. */
export interface Usual {
  readonly amount: number
  readonly peers: number
}

/** So many hours are compared with at least, from wider and wider around; and so many where those next to it are among them. */
const LEAST_PEERS = 3
const LEAST_AROUND = 6

export function bySlot({ start, values }: Hours, slotOf: SlotOf): BySlot {
  const slots: number[][] = Array.from({ length: SLOTS }, () => [])
  values.forEach((value, index) => {
    slots[slotOf(start + index * HOUR)]?.push(value)
  })
  return slots
}

/**
 * What each hour of the week usually takes: the median of the same hour of the last weeks and that of it and the hours next to it
 * together, whichever is more, so that neither a holiday nor an hour's delay makes an hour look unusual. Where those are too few, the median
 * of the same hour of days of its kind (Monday to Friday, or the weekend), then, once a week is known, of all days.
 */
export function usualOf(slots: BySlot): readonly Usual[] {
  const all = slots.flat()
  return slots.map((values, own) => {
    const peers = peersOf(slots, own, all)
    const around = peers.length === 0 ? 0 : median(peers)
    const amount = values.length < LEAST_PEERS ? around : Math.max(around, median(values))
    return { amount, peers: peers.length }
  })
}

function peersOf(slots: BySlot, own: number, all: readonly number[]): readonly number[] {
  const next = [-1, 0, 1].flatMap((step) => slots[(own + step + SLOTS) % SLOTS] ?? [])
  if (next.length >= LEAST_AROUND) return next
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => day * 24 + (own % 24))
  const alike = days.filter((day) => isWeekend(day) === isWeekend(own)).flatMap((day) => slots[day] ?? [])
  if (alike.length >= LEAST_PEERS) return alike
  // Before a week is known, nobody knows what days of the other kind are like.
  return all.length < SLOTS ? [] : days.flatMap((day) => slots[day] ?? [])
}
