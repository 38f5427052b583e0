import { normal, type Random, randomFor } from '../policies/alerts/random.js'
import { HOUR, isWeekend, slotsIn } from '../policies/alerts/weeks.js'

/** A month of one team's spending, in dollars per hour, with what was planted in it. */
export interface Month {
  readonly profile: string
  readonly start: number
  readonly values: readonly number[]
  readonly spikes: readonly Spike[]
}

/** Hours that took a multiple of what they would have. */
export interface Spike {
  readonly hour: number
  readonly length: number
  readonly factor: number
}

export const DAYS = 30
/** A Monday. */
const START = Date.UTC(2026, 5, 1)

type Mean = (slot: number, day: number) => number

const office: Mean = (slot) => {
  const hour = slot % 24
  if (isWeekend(slot)) return hour >= 10 && hour < 18 ? 2 : 0.5
  if (hour < 7 || hour >= 20) return 0.8
  return hour < 9 || hour >= 18 ? 8 : hour === 12 ? 15 : 24
}

/** What a team of each kind spends in an hour of the week on a day of the month, and how much that varies by itself. */
const PROFILES: Readonly<Record<string, { readonly mean: Mean; readonly noise: number; readonly from?: number }>> = {
  'office hours': { mean: office, noise: 0.25 },
  'nightly batch': { mean: (slot) => (slot % 24 >= 2 && slot % 24 < 5 ? 60 : 0.3), noise: 0.15 },
  'flat, noisy': { mean: () => 12, noise: 0.4 },
  'growing 3 % a day': { mean: (slot, day) => office(slot, day) * 1.03 ** day, noise: 0.25 },
  'new from day 12': { mean: office, noise: 0.3, from: 12 },
  holiday: {
    mean: (slot, day) => (day === 17 || day === 18 ? 0.1 * office(slot, day) : office(slot, day)),
    noise: 0.25,
  },
}

export const PROFILE_NAMES = Object.keys(PROFILES)

/** The month of a profile, with spikes or without; the same for the same seed. */
export function monthOf(profile: string, seed: number, planted: 'spikes' | 'nothing'): Month {
  const random = randomFor(`${profile} ${seed}`)
  const { mean, noise, from = 0 } = PROFILES[profile] ?? { mean: office, noise: 0.25 }
  const slotOf = slotsIn('UTC')
  const values: number[] = []
  let ofDay = 1
  for (let hour = 0; hour < DAYS * 24; hour++) {
    const day = Math.floor(hour / 24)
    if (hour % 24 === 0) ofDay = around(random, 0.12)
    const usual = day < from ? 0 : mean(slotOf(START + hour * HOUR), day)
    values.push(usual * ofDay * around(random, noise))
  }
  const spikes = planted === 'spikes' ? spikesIn(values, from, random) : []
  for (const { hour, length, factor } of spikes) {
    for (let each = hour; each < hour + length; each++) values[each] = (values[each] ?? 0) * factor
  }
  return { profile, start: START, values, spikes }
}

/** Lognormal with a mean of 1. */
function around(random: Random, deviation: number): number {
  return Math.exp(deviation * normal(random) - deviation ** 2 / 2)
}

/** Two of each size, from the fifth day of the team on, in hours that take at least a third of the mean hour. */
function spikesIn(values: readonly number[], from: number, random: Random): readonly Spike[] {
  const first = (from + 5) * 24
  const known = values.slice(from * 24)
  const mean = known.reduce((all, value) => all + value, 0) / known.length
  const spikes: Spike[] = []
  for (const factor of [3, 3, 5, 5, 10, 10]) {
    for (;;) {
      const length = 1 + Math.floor(random() * 3)
      const hour = first + Math.floor(random() * (values.length - first - length))
      const busy = values.slice(hour, hour + length).every((value) => value > mean / 3)
      const apart = spikes.every((other) => Math.abs(other.hour - hour) > 8)
      if (!busy || !apart) continue
      spikes.push({ hour, length, factor })
      break
    }
  }
  return spikes.sort((a, b) => a.hour - b.hour)
}
