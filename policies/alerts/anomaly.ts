import { bySlot, type Usual, usualOf } from './peers.js'
import { median, spread } from './statistics.js'
import { HOUR, type Hours, SLOTS, type SlotOf } from './weeks.js'

/** What an hour is judged by: everything that was before it. */
export interface Baseline {
  /** When the hour begins. */
  readonly hour: number
  /** What it usually takes. */
  readonly usual: number
  /** What is added to both sides of a ratio. */
  readonly little: number
  /** The spread of the logarithm of the ratio. */
  readonly scale: number
}

/** An hour in question. */
export interface Sighting {
  /** What it has taken, and when it was looked at: in it, or at its end. */
  readonly value: number
  readonly at: number
  /** How many robust standard deviations above the usual are too many. */
  readonly deviations: number
  /** What it must be above the usual at least. */
  readonly atLeast: number
}

/** How an hour compares. */
export interface Comparison {
  readonly anomalous: boolean
  /** What the hour usually takes, up to the same minute. */
  readonly usual: number
  /** Robust standard deviations above it. */
  readonly score: number
}

/** Fewer hours than so say nothing of what is usual. */
const LEAST_HISTORY = 72
const WEEKS = 5
/** Added to both sides of a ratio, as a part of the mean hour: between nearly nothing and nearly nothing there is none. */
const OF_MEAN = 0.1
/** Hours that usually take less than this part of the mean hour say nothing of the spread. */
const BUSY = 0.3
/** The spread of the logarithms is no smaller: a few equal hours do not prove that all are. */
const LEAST_SPREAD = 0.15
/** An hour in progress is judged from this part of it on. */
const LEAST_PART = 0.1

/**
 * What is usual for the hour after a history, told from its peers (`usualOf`) in the last five weeks: their median at the level of the last
 * week, and how far the logarithms of the ratios to such medians are spread (median absolute deviation). Undefined where there is too
 * little to compare with.
 */
export function baselineOf(known: Hours, slotOf: SlotOf): Baseline | undefined {
  const history = since(known)
  const { values } = history
  if (values.length < LEAST_HISTORY) return undefined
  const hour = history.start + values.length * HOUR
  const week = usualOf(bySlot(history, slotOf))
  const little = (OF_MEAN * values.reduce((all, each) => all + each, 0)) / values.length
  const { amount, peers } = week[slotOf(hour)] ?? NOTHING
  if (peers === 0) return undefined
  // The median of a few is itself uncertain, and closer to them than to others.
  const scale = Math.max(LEAST_SPREAD, spreadOf(history, week, little, slotOf)) * (1 + 2 / peers)
  return { hour, usual: amount * riseOf(values), little, scale }
}

/** Compares an hour with what is usual for it. Undefined in the first minutes of the hour. */
export function compare(baseline: Baseline, { value, at, deviations, atLeast }: Sighting): Comparison | undefined {
  const part = Math.min(1, (at - baseline.hour) / HOUR)
  if (part < LEAST_PART) return undefined
  const usual = baseline.usual * part
  // The part of an hour varies more than the hour.
  const score = (logRatio(value, usual, baseline.little * part) / baseline.scale) * Math.sqrt(part)
  return { anomalous: score >= deviations && value - usual >= atLeast, usual, score }
}

const NOTHING: Usual = { amount: 0, peers: 0 }

function logRatio(value: number, usual: number, little: number): number {
  return usual + little <= 0 ? 0 : Math.log((value + little) / (usual + little))
}

function since({ start, values }: Hours): Hours {
  const recent = Math.max(0, values.length - WEEKS * SLOTS)
  const first = values.findIndex((value, index) => index >= recent && value > 0)
  return first === -1 ? { start, values: [] } : { start: start + first * HOUR, values: values.slice(first) }
}

/** How the hours that take something scatter around what is usual for each. */
function spreadOf({ start, values }: Hours, usual: readonly Usual[], little: number, slotOf: SlotOf): number {
  const mean = little / OF_MEAN
  const expected = values.map((_, index) => usual[slotOf(start + index * HOUR)]?.amount ?? 0)
  const busy = values.flatMap((value, index) => {
    const wanted = expected[index] ?? 0
    return wanted >= BUSY * mean ? [logRatio(value, wanted, little)] : []
  })
  return busy.length === 0 ? 0 : spread(busy, median(busy))
}

/** How the last week compares with those before it: the median over its days, so that a spike does not count. */
function riseOf(values: readonly number[]): number {
  const weeks = Math.min(WEEKS, Math.floor(values.length / SLOTS))
  if (weeks < 2) return 1
  const rises = [0, 1, 2, 3, 4, 5, 6].flatMap((day) => {
    const usual = median(Array.from({ length: weeks }, (_, week) => dayBack(values, day + 7 * week)))
    return usual > 0 ? [dayBack(values, day) / usual] : []
  })
  return rises.length === 0 ? 1 : Math.max(0.5, Math.min(3, median(rises)))
}

/** The sum of a day, counted back from the end. */
function dayBack(values: readonly number[], day: number): number {
  const end = values.length - 24 * day
  return values.slice(Math.max(0, end - 24), Math.max(0, end)).reduce((all, each) => all + each, 0)
}
