import type { Profile } from './profile.js'
import { HOUR, type Hours, type SlotOf } from './weeks.js'

/** How recent days differ from the profile. */
export interface Level {
  /** What the profile is to be multiplied with now. */
  readonly now: number
  /** The logarithm of its growth per day. */
  readonly drift: number
  /** The standard deviation of the logarithm of `now`: how little is known of it. */
  readonly doubt: number
  /** For each hour of the history: what it took, divided by what profile and level of its week expect. */
  readonly surprises: readonly number[]
}

const DAY = 24
/** Days on each side of one that make up its week. */
const AROUND = 3
/** Days after which one counts half for the level of now. */
const HALF_LIFE = 3
/** Days of the profile's own level that are mixed in. */
const PRIOR_DAYS = 0.5
const MOST_DRIFT = 0.05
/** What is believed of a drift that was seen. */
const TRUST = 0.85
const MOST_SURPRISE = 20
/** Of nothing at all one could be wrong by about this much, as a logarithm. */
const IGNORANCE = 0.9
const LEAST_DOUBT = 0.08

/** The level is that of the `tamed` hours, surprises are of the real ones. Days are counted back from the end, so that the last one is whole. */
export function levelOf({ start, values }: Hours, tamed: Hours, profile: Profile, slotOf: SlotOf): Level {
  const expected = values.map((_, index) => profile[slotOf(start + index * HOUR)] ?? 0)
  const took = days(tamed.values)
  const usual = days(expected)
  const daily = mean(usual)
  const drift = driftOf(took, usual)
  const local = took.map((_, day) => {
    const from = Math.max(0, day - AROUND)
    return ratio(sum(took.slice(from, day + AROUND + 1)), sum(usual.slice(from, day + AROUND + 1)), daily)
  })
  let seen = PRIOR_DAYS * daily
  let awaited = PRIOR_DAYS * daily
  let age = 0
  let weights = PRIOR_DAYS
  took.forEach((amount, back) => {
    const weight = 0.5 ** (back / HALF_LIFE)
    seen += weight * amount
    awaited += weight * (usual[back] ?? 0)
    age += weight * (back + 0.5)
    weights += weight
  })
  const now = awaited === 0 ? 1 : (seen / awaited) * Math.exp(drift * (age / weights))
  const surprises = values.map((value, index) => {
    const day = Math.floor((values.length - 1 - index) / DAY)
    const wanted = (expected[index] ?? 0) * (local[day] ?? 1)
    return wanted <= 0 ? 1 : Math.min(MOST_SURPRISE, value / wanted)
  })
  return { now, drift, doubt: doubtOf(took, usual, local), surprises }
}

/** Sums of whole days, the latest first; the earliest may be a part of one. */
function days(values: readonly number[]): readonly number[] {
  const sums: number[] = []
  for (let end = values.length; end > 0; end -= DAY) sums.push(sum(values.slice(Math.max(0, end - DAY), end)))
  return sums
}

/** Growth from week to week, over the last two or three of them. */
function driftOf(took: readonly number[], usual: readonly number[]): number {
  const weeks = [0, 7, 14].flatMap((from) => {
    if (took.length < from + 7) return []
    const expected = sum(usual.slice(from, from + 7))
    const amount = sum(took.slice(from, from + 7))
    return expected > 0 && amount > 0 ? [Math.log(amount / expected)] : []
  })
  const [first, ...rest] = weeks
  const last = rest.at(-1)
  if (first === undefined || last === undefined) return 0
  const drift = (TRUST * (first - last)) / (7 * rest.length)
  return Math.max(-MOST_DRIFT, Math.min(MOST_DRIFT, drift))
}

function doubtOf(took: readonly number[], usual: readonly number[], local: readonly number[]): number {
  const off = took.map((amount, day) => {
    const wanted = (usual[day] ?? 0) * (local[day] ?? 1)
    return wanted <= 0 ? 0 : Math.log(Math.max(0.05, Math.min(20, amount / wanted)))
  })
  const known = took.length
  const variance = mean(off.map((each) => each * each)) / Math.max(1, Math.min(known, 6))
  const ignorance = IGNORANCE ** 2 / (1 + known ** 1.5)
  return Math.max(LEAST_DOUBT, Math.sqrt(variance + ignorance))
}

/** Where nearly nothing is expected, a ratio says nothing. */
function ratio(amount: number, expected: number, daily: number): number {
  const little = 0.1 * daily
  return expected + little <= 0 ? 1 : (amount + little) / (expected + little)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length
}
