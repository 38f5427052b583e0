import type { Rule } from '../budget/rules.js'
import { type Baseline, baselineOf, type Comparison, compare } from './anomaly.js'
import { spoken, written } from './budget-name.js'
import type { Finding, FoundAlert } from './finding.js'
import type { WatchedSeries } from './history.js'
import type { AnomalySettings } from './settings.js'
import { HOUR, type SlotOf } from './weeks.js'

export interface SpikeOptions {
  slotOf(): SlotOf
  rules(): readonly Rule[]
}

/** Looks at series; what is usual for an hour is worked out once. */
export type Spikes = (series: WatchedSeries, settings: AnomalySettings, now: number) => readonly Finding[]

/** An alert that nobody ends is forgotten after a day, in milliseconds. */
const FORGOTTEN = 24 * HOUR

/** A look at the hour in progress and at the last full one. What lasts several hours is one alert, over once neither hour stands out. */
export function createSpikes({ slotOf, rules }: SpikeOptions): Spikes {
  const known = new Map<string, Baseline | undefined>()
  let of = 0
  const baseline = (series: WatchedSeries, back: 0 | 1): Baseline | undefined => {
    const key = `${back} ${series.key}`
    if (known.has(key)) return known.get(key)
    const { start, values } = series.hours
    const found = baselineOf({ start, values: back === 0 ? values : values.slice(0, -1) }, slotOf())
    known.set(key, found)
    return found
  }
  return (series, settings, now) => {
    const hour = Math.floor(now / HOUR) * HOUR
    if (of !== hour) known.clear()
    of = hour
    const { deviations, atLeastNano, atLeastRequests } = settings
    const atLeast = series.measure === 'nano' ? atLeastNano : atLeastRequests
    const subject = `anomaly/${series.key}`
    const looks = [
      { value: series.current, at: now, back: 0 },
      { value: series.hours.values.at(-1) ?? 0, at: hour, back: 1 },
    ] as const
    for (const { value, at, back } of looks) {
      // What is usual is not needed of what is too small for an alert.
      const usual = value < atLeast ? undefined : baseline(series, back)
      const comparison = usual && compare(usual, { value, at, deviations, atLeast })
      if (comparison?.anomalous) {
        const alert = () => alertOf(series, hour - back * HOUR, value, comparison, rules())
        return [{ kind: 'on', subject, basis: hour, until: now + FORGOTTEN, alert }]
      }
    }
    return [{ kind: 'off', subject }]
  }
}

function alertOf(
  { by, name, measure }: WatchedSeries,
  hour: number,
  value: number,
  { usual, score }: Comparison,
  rules: readonly Rule[],
): FoundAlert {
  const unit = measure === 'nano' ? 'usd' : 'requests'
  const what = by === 'total' ? 'Spending in all' : `Spending of ${by} ${name}`
  const at = `${new Date(hour).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const figures = `${spoken(unit, value)}, usual are ${spoken(unit, usual)}`
  const team = rules.find((rule) => rule.name === name)?.match.get('team')
  const teams = by === 'team' ? [name] : by === 'budget' && team?.kind === 'in' ? team.values : []
  return {
    kind: 'anomaly',
    text: `${measure === 'nano' ? what : what.replace('Spending', 'Requests')} stands out in the hour of ${at}: ${figures}.`,
    ...(by === 'budget' && { budget: name }),
    teams,
    facts: {
      ...{ by, name, unit, hour: new Date(hour).toISOString() },
      ...{ value: written(unit, value), usual: written(unit, usual), score: Math.round(10 * score) / 10 },
    },
  }
}
