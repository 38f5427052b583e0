import { baselineOf, compare } from '../policies/alerts/anomaly.js'
import { forecast } from '../policies/alerts/forecast.js'
import { randomFor } from '../policies/alerts/random.js'
import { HOUR, slotsIn } from '../policies/alerts/weeks.js'
import { DAYS, type Month } from './alerts-month.js'

/** Of alerts, how many were right; of what was planted, how much was found. */
export interface Found {
  /** Alerts on something planted, and others. */
  readonly right: number
  readonly wrong: number
  /** By how large a planted spike was: found and missed. */
  readonly spikes: Readonly<Record<number, readonly [found: number, missed: number]>>
}

export interface Foretold {
  /** Questions whether a limit will be exceeded: said and so, said and not so, not said and so. */
  readonly right: number
  readonly wrong: number
  readonly missed: number
  /** How often what a window had taken in the end was within the interval, of how many. */
  readonly within: number
  readonly asked: number
  /** The same of when the limit was reached, where it was and had been foretold. */
  readonly timesWithin: number
  readonly timesAsked: number
}

const SLOT_OF = slotsIn('UTC')
/** As the configuration has them unless said. */
const DEVIATIONS = 3.5
const AT_LEAST = 1
const PROBABILITY = 0.8

/** Looks at every full hour of the month, knowing only what was before it. Consecutive hours are one alert. */
export function findSpikes({ start, values, spikes }: Month): Found {
  const flagged = values.map((value, index) => {
    const history = { start, values: values.slice(0, index) }
    const at = start + (index + 1) * HOUR
    const baseline = baselineOf(history, SLOT_OF)
    if (!baseline) return false
    return compare(baseline, { value, at, deviations: DEVIATIONS, atLeast: AT_LEAST })?.anomalous ?? false
  })
  const isPlanted = (hour: number) => spikes.some((spike) => hour >= spike.hour && hour < spike.hour + spike.length)
  const begins = flagged.flatMap((flag, hour) => (flag && !flagged[hour - 1] ? [hour] : []))
  const right = begins.filter(isPlanted).length
  const bySize: Record<number, [number, number]> = {}
  for (const { hour, length, factor } of spikes) {
    const size = bySize[factor] ?? [0, 0]
    bySize[factor] = size
    size[flagged.slice(hour, hour + length).includes(true) ? 0 : 1]++
  }
  return { right, wrong: begins.length - right, spikes: bySize }
}

/** Parts of a window after which it is asked about. */
const ASKED_AFTER = [0.25, 0.5, 0.75]
/** Limits as parts of what the window takes in the end: two that are exceeded, two that are not. */
const LIMITS = [0.7, 0.85, 1.2, 1.4]

/** Asks about windows of so many days from the second week on, or about the whole month. */
export function foretell(month: Month, days: number): Foretold {
  const counts = { right: 0, wrong: 0, missed: 0, within: 0, asked: 0, timesWithin: 0, timesAsked: 0 }
  for (let first = days === DAYS ? 0 : 7; first + days <= DAYS; first += days) {
    const window = { from: first * 24, to: (first + days) * 24 }
    const total = sum(month.values.slice(window.from, window.to))
    if (total === 0) continue
    for (const after of ASKED_AFTER) {
      const hour = window.from + Math.round(after * (window.to - window.from))
      const committed = sum(month.values.slice(window.from, hour))
      if (committed === 0) continue
      for (const part of LIMITS) ask(month, window, { hour, committed, total, limit: part * total }, counts)
    }
  }
  return counts
}

interface Asked {
  readonly hour: number
  readonly committed: number
  readonly total: number
  readonly limit: number
}

function ask(
  { profile, start, values }: Month,
  window: { readonly from: number; readonly to: number },
  { hour, committed, total, limit }: Asked,
  counts: { -readonly [Key in keyof Foretold]: number },
): void {
  // One that is exhausted is no question any more.
  if (committed >= limit) return
  const now = start + hour * HOUR
  const scale = 1e9
  const outlook = forecast({
    history: { start, values: values.slice(0, hour).map((value) => Math.round(value * scale)) },
    ...{ now, end: start + window.to * HOUR, committed: committed * scale, limit: limit * scale },
    ...{ slotOf: SLOT_OF, random: randomFor(`${profile} ${hour} ${limit}`) },
  })
  if (!outlook) return
  const said = outlook.probability >= PROBABILITY
  if (said && total > limit) counts.right++
  if (said && total <= limit) counts.wrong++
  if (!said && total > limit) counts.missed++
  counts.asked++
  if (total * scale >= outlook.projectedLow && total * scale <= outlook.projectedHigh) counts.within++
  if (!said || total <= limit) return
  const reached = start + reachedAt(values, hour, committed, limit) * HOUR
  counts.timesAsked++
  const { earliest = 0, latest = Number.POSITIVE_INFINITY } = outlook
  if (reached >= earliest && reached <= latest) counts.timesWithin++
}

/** The hour, with its part, in which what is committed reaches the limit. */
function reachedAt(values: readonly number[], from: number, committed: number, limit: number): number {
  let sum = committed
  for (let hour = from; hour < values.length; hour++) {
    const value = values[hour] ?? 0
    if (sum + value >= limit) return hour + (limit - sum) / value
    sum += value
  }
  return values.length
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
