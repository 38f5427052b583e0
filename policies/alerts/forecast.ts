import { type Level, levelOf } from './level.js'
import { bySlot, usualOf } from './peers.js'
import { type Profile, profileOf } from './profile.js'
import { normal, type Random } from './random.js'
import { quantile } from './statistics.js'
import { HOUR, type Hours, type SlotOf } from './weeks.js'

/** What is known of a bucket whose future is asked for. Amounts are in its unit. */
export interface ForecastQuestion {
  /** The full hours before the one that `now` is in, as far as they are known. */
  readonly history: Hours
  /** Milliseconds since the epoch. */
  readonly now: number
  /** When the window ends. */
  readonly end: number
  readonly committed: number
  readonly limit: number
  readonly slotOf: SlotOf
  readonly random: Random
}

/** What may become of a bucket, as quantiles over simulated futures. Times are milliseconds since the epoch. */
export interface Outlook {
  /** When the limit is reached in the middle future, and in the ones that one in ten is earlier or later than; undefined where it is not. */
  readonly exhaustedAt: number | undefined
  readonly earliest: number | undefined
  readonly latest: number | undefined
  /** The share of futures that reach the limit before the window ends. */
  readonly probability: number
  /** What is committed when the window ends, if nothing is refused. */
  readonly projected: number
  readonly projectedLow: number
  readonly projectedHigh: number
}

/** Hours of history that are looked at. */
export const LOOK_BACK = 5 * 168
const PATHS = 300
/** How many times the usual is far above it. */
const FAR = 3
/** How likely a simulated day follows the one before it, so that what lasts some days does so. */
const STAYS = 0.6
/** What is left of a drift after a day. */
const DAMPING = 0.96
/** Growth itself is uncertain: the standard deviation of its logarithm, per square root of a day. */
const WANDERING = 0.05

/**
 * Simulates futures of a bucket: each goes along the profile of the week, at the level of now with its doubt and drift, with surprises
 * that are those of past days, whole days at a time (a block bootstrap). Undefined where there is no hour to go by.
 */
export function forecast(question: ForecastQuestion): Outlook | undefined {
  const { now, end, committed, limit, slotOf } = question
  const history = since(question.history)
  if (history.values.length === 0) return undefined
  const tamed = tame(history, slotOf)
  const profile = profileOf(tamed, slotOf)
  const level = levelOf(history, tamed, profile, slotOf)
  const expected = meansUntil(now, end, profile, level, slotOf)
  const ends: number[] = []
  const totals: number[] = []
  for (let path = 0; path < PATHS; path++) {
    const future = simulate(question, expected, level)
    totals.push(future.total)
    ends.push(future.reached)
  }
  totals.sort((a, b) => a - b)
  ends.sort((a, b) => a - b)
  const at = (share: number) => finite(ends[Math.min(PATHS - 1, Math.floor(share * PATHS))])
  return {
    exhaustedAt: committed >= limit ? now : at(0.5),
    earliest: committed >= limit ? now : at(0.1),
    latest: committed >= limit ? now : at(0.9),
    probability: ends.filter(Number.isFinite).length / PATHS,
    projected: Math.round(quantile(totals, 0.5)),
    projectedLow: Math.round(quantile(totals, 0.1)),
    projectedHigh: Math.round(quantile(totals, 0.9)),
  }
}

/** From the first hour that took anything, and no more than is looked at: before it there was nobody yet. */
function since({ start, values }: Hours): Hours {
  const recent = Math.max(0, values.length - LOOK_BACK)
  const first = values.findIndex((value, index) => index >= recent && value > 0)
  return first === -1 ? { start, values: [] } : { start: start + first * HOUR, values: values.slice(first) }
}

/** Hours far above what is usual count as if they were only that far: a spike is a surprise, not a new level. */
function tame(history: Hours, slotOf: SlotOf): Hours {
  const usual = usualOf(bySlot(history, slotOf))
  const values = history.values.map((value, index) => {
    const expected = usual[slotOf(history.start + index * HOUR)]?.amount ?? 0
    return expected > 0 ? Math.min(value, FAR * expected) : value
  })
  return { start: history.start, values }
}

/** One hour, or a part of one, that is to come. */
interface Step {
  readonly from: number
  readonly length: number
  readonly mean: number
  /** Days from now. */
  readonly day: number
}

function meansUntil(now: number, end: number, profile: Profile, level: Level, slotOf: SlotOf): readonly Step[] {
  const steps: Step[] = []
  for (let from = now; from < end; ) {
    const hour = Math.floor(from / HOUR) * HOUR
    const to = Math.min(end, hour + HOUR)
    const days = (from - now) / (24 * HOUR)
    const growth = (level.drift * (1 - DAMPING ** days)) / (1 - DAMPING)
    const mean = ((profile[slotOf(hour)] ?? 0) * level.now * Math.exp(growth) * (to - from)) / HOUR
    steps.push({ from, length: to - from, mean, day: Math.floor(days) })
    from = to
  }
  return steps
}

function simulate({ committed, limit, now, random }: ForecastQuestion, steps: readonly Step[], level: Level) {
  let factor = Math.exp(level.doubt * normal(random))
  let total = committed
  let reached = committed >= limit ? now : Number.POSITIVE_INFINITY
  let day = 0
  const { surprises } = level
  const past = Math.floor(surprises.length / 24)
  let like = Math.floor(random() * past)
  steps.forEach(({ from, length, mean, day: on }, index) => {
    if (on !== day) {
      day = on
      factor *= Math.exp(WANDERING * normal(random))
      // The history goes on where it can; else somewhere else.
      like = like > 0 && random() < STAYS ? like - 1 : Math.floor(random() * past)
    }
    const amount = mean * factor * surpriseAt(surprises, past, like, index, random)
    if (total < limit && total + amount >= limit) reached = from + (length * (limit - total)) / amount
    total += amount
  })
  return { total, reached }
}

/** Of the same hour of a past day; of any hour where no day is known whole. */
function surpriseAt(surprises: readonly number[], past: number, like: number, step: number, random: Random): number {
  if (past === 0) return surprises[Math.floor(random() * surprises.length)] ?? 1
  // Days are counted back from the end of the history, which the first step follows.
  return surprises[surprises.length - 24 * (like + 1) + (step % 24)] ?? 1
}

function finite(time: number | undefined): number | undefined {
  return time !== undefined && Number.isFinite(time) ? time : undefined
}
