import type { JsonObject } from '../../core/json.js'
import type { Target } from '../../core/settings.js'
import type { AccessFacts, AccessJudge, RuleState } from './judge.js'
import type { AccessCondition, DayRange, MonthDay, TimeWindow } from './settings.js'
import { DAY } from './wall-clock.js'

/** What the rules have to say of a call, target by target and rule by rule. */
export function detailsOf(
  judge: AccessJudge,
  targets: readonly Target[],
  factsOf: (target: Target) => AccessFacts,
): JsonObject {
  const judged = targets.map((target) => {
    const facts = factsOf(target)
    return { target: target.name, decision: judge.decide(facts), states: judge.states(facts) }
  })
  const rules = judged[0]?.states.map(({ rule }, index) => ({
    rule: rule.name,
    effect: rule.effect,
    ...agreed(judged.map(({ target, states }) => ({ target, ...stateOf(states[index]) }))),
  }))
  return {
    rules: rules ?? [],
    targets: judged.map(({ target, decision }) =>
      decision.kind === 'open'
        ? { target, decision: 'open until classified' }
        : { target, decision: decision.kind, by: decision.rule },
    ),
  }
}

interface ShownState {
  readonly state: string
  /** The condition that it does not meet, or of which nobody knows yet. */
  readonly needs?: string
}

/** Most rules say the same of every target. */
function agreed(states: readonly (ShownState & { readonly target: string })[]): JsonObject {
  const [first] = states
  if (first && states.every(({ state, needs }) => state === first.state && needs === first.needs)) {
    const { target: _, ...state } = first
    return { ...state }
  }
  return { targets: states.map((state) => ({ ...state })) }
}

function stateOf(state: RuleState | undefined): ShownState {
  if (state === undefined) return { state: 'does not apply' }
  const { because } = state
  return { state: state.state, ...(because && { needs: written(because) }) }
}

/** A condition as the configuration says it. */
function written(condition: AccessCondition): string {
  const not = condition.how === 'not' ? 'not ' : ''
  switch (condition.kind) {
    case 'value':
      return `${condition.dimension}: ${not}${condition.values.join(', ')}`
    case 'network':
      return `network: ${not}${condition.written.join(', ')}`
    case 'time':
      return `time: ${not}${condition.windows.map(windowText).join(' or ')}`
  }
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function windowText({ zone, days, monthDays, dates, from, to }: TimeWindow): string {
  const date = (day: number) => new Date(day * DAY).toISOString().slice(0, 10)
  const ends = <Day>(ranges: readonly DayRange<Day>[], shown: (day: Day) => string) =>
    ranges.map(({ first, last }) => (first === last ? shown(first) : `${shown(first)} to ${shown(last)}`))
  return [
    ...(days ? [days.map((day) => DAYS[day]).join(' ')] : []),
    ...(monthDays ? ends(monthDays, (day: MonthDay) => `day ${day}`) : []),
    ...(dates ? ends(dates, date) : []),
    ...(from === 0 && to === DAY ? [] : [`${timeOfDay(from)}-${timeOfDay(to)}`]),
    zone,
  ].join(' ')
}

function timeOfDay(time: number): string {
  const minutes = time / 60_000
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
