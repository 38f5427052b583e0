import type { Clock } from '../../core/clock.js'
import { eachInSteps, inTurns, type Steps } from '../../core/turns.js'
import type { BucketState, Window } from '../budget/ledger.js'
import { forecast, type Outlook } from './forecast.js'
import type { History, Wanted } from './history.js'
import { lineOf } from './points.js'
import { randomFor } from './random.js'
import { HOUR, type Hours, type SlotOf } from './weeks.js'

export interface OutlookOptions {
  readonly history: Pick<History, 'refresh' | 'ofBucket'>
  /** What the past is to be known of. */
  wanted(): Wanted
  slotOf(): SlotOf
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  /** Lets others have their turn. */
  pause(): Promise<void>
}

/** Says of buckets what may become of them. */
export interface Outlooks {
  /** By the buckets' keys, the fullest 500. Rejects when the spend store does not answer. */
  of(states: readonly BucketState[]): Promise<ReadonlyMap<string, Outlook>>
}

const MOST = 500
/** What lasts for ever is looked ahead of so far, in milliseconds. */
const LIFE_AHEAD = 90 * 24 * HOUR
/** The part of an hour from which on it says something of a rate. */
const LEAST_PART = 0.1
/** Milliseconds for which an outlook is kept where nothing else was taken meanwhile. */
const KEPT = 300_000

/** Outlooks are kept for five minutes, as long as what a bucket holds is the same. */
export function createOutlooks({ history, wanted, slotOf, clock, pause }: OutlookOptions): Outlooks {
  let kept = new Map<string, { readonly at: number; readonly state: BucketState; readonly outlook: Outlook }>()
  const outlookOf = (state: BucketState): Outlook | undefined => {
    const { bucket, committed, limit } = state
    const now = clock.now()
    const known = kept.get(bucket.key)
    if (known && now - known.at < KEPT && known.state.committed === committed && known.state.limit === limit) {
      return known.outlook
    }
    const end = endOf(bucket.window, now)
    if (end === undefined || committed <= 0) return undefined
    const line = lineOf(bucket)
    const past = history.ofBucket(line) ?? evenly(state, now)
    if (!past) return undefined
    return forecast({ history: past, now, end, committed, limit, slotOf: slotOf(), random: randomFor(line) })
  }
  return {
    async of(states) {
      await history.refresh(wanted())
      const fullest = await inTurns(fullestOf(states), { clock, pause })
      const outlooks = new Map<string, Outlook>()
      const next: typeof kept = new Map()
      for (const state of fullest) {
        const outlook = outlookOf(state)
        const { key } = state.bucket
        if (outlook) {
          outlooks.set(key, outlook)
          const before = kept.get(key)
          next.set(key, before?.outlook === outlook ? before : { at: clock.now(), state, outlook })
        }
        await pause()
      }
      // Of one budget alone only that one's are new.
      kept = states.length >= kept.size ? next : new Map([...kept, ...next])
      return outlooks
    },
  }
}

/** The fullest first; of those alike, the earlier ones. */
function* fullestOf(states: readonly BucketState[]): Steps<readonly BucketState[]> {
  let found: BucketState[] = []
  const sift = () => {
    found = found.toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, MOST)
  }
  let least = Number.NEGATIVE_INFINITY
  yield* eachInSteps(
    states,
    () => 1,
    (state) => {
      if (!(shareOf(state) > least)) return
      found.push(state)
      if (found.length < 2 * MOST) return
      sift()
      least = shareOf(found[MOST - 1] as BucketState)
    },
  )
  sift()
  return found
}

const shareOf = ({ committed, limit }: BucketState) => committed / limit

/** A rolling window has no end at which anything would be gone. */
function endOf(window: Window, now: number): number | undefined {
  switch (window.kind) {
    case 'calendar':
      return window.end
    case 'life':
      return now + LIFE_AHEAD
    case 'rolling':
      return undefined
  }
}

/** Where no hours are known, what is committed was taken evenly since the window began. */
function evenly({ bucket: { window }, committed }: BucketState, now: number): Hours | undefined {
  if (window.kind !== 'calendar') return undefined
  const passed = (now - window.start) / HOUR
  if (passed < LEAST_PART) return undefined
  const length = Math.max(1, Math.floor(passed))
  const current = Math.floor(now / HOUR) * HOUR
  return { start: current - length * HOUR, values: new Array<number>(length).fill(committed / passed) }
}
