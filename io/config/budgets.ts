import { CALENDAR_UNITS, type Period, type Rule, type Unit } from '../../policies/budget/rules.js'
import { usdAmount, windowLength } from './amounts.js'
import { listSection } from './by-shape.js'
import { keyed } from './maps.js'
import { each, match, type Referable } from './match.js'
import { assumeOutput, budgetExhausted, choice, count, onStoreDown, rolling, ruleName } from './rule-values.js'
import { listed } from './suggest.js'
import { timeZone } from './time-zone.js'
import { flag } from './values.js'

const UNITS = ['usd', 'tokens', 'inputTokens', 'outputTokens', 'requests'] as const satisfies readonly Unit[]
const PER = [...CALENDAR_UNITS, 'life'] as const

/** The section `budgets`: one rule for each entry. */
export function budgets(referable: Referable, duplicates: ReadonlySet<string>) {
  const budget = keyed({
    name: ruleName(duplicates),
    match: match(referable, 'labels'),
    each: each(referable),
    limit: limit(),
    onExhausted: budgetExhausted(referable.models),
    clampOutput: flag().default(false),
    assumeOutput: assumeOutput(),
    onStoreDown: onStoreDown(),
    onLost: choice(['charge', 'release'], 'one of these').default('charge'),
    onStreamLimit: choice(['stop', 'continue'], 'one of these').default('stop'),
  })
    .superRefine(({ match, onExhausted }, context) => {
      const models = match.get('model')
      if (onExhausted.kind !== 'use' || models?.kind !== 'in' || !models.values.includes(onExhausted.model)) return
      context.addIssue({
        code: 'custom',
        path: ['onExhausted', 'use'],
        message: "must be a model outside of the budget's own match.model: that one is exhausted as well",
      })
    })
    .transform(({ limit, ...budget }): Rule => ({ ...budget, ...limit, section: 'budgets' }))
  return listSection(budget, 'budgets, each { name: ..., limit: ... }')
}

function limit() {
  return keyed({
    usd: usdAmount().optional(),
    tokens: count().optional(),
    inputTokens: count().optional(),
    outputTokens: count().optional(),
    requests: count().optional(),
    per: choice(PER, 'a period').optional(),
    rolling: windowLength().optional(),
    timeZone: timeZone().optional(),
  })
    .superRefine(({ per, rolling, timeZone, ...amounts }, context) => {
      const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message })
      if (UNITS.filter((unit) => amounts[unit] !== undefined).length !== 1) {
        refuse(`must have exactly one of the keys ${listed(UNITS)}`)
      }
      if ((per === undefined) === (rolling === undefined)) refuse('must have exactly one of the keys per, rolling')
      else if (timeZone !== undefined && (per === undefined || per === 'life')) {
        refuse('has no use without a calendar period (per: day and the like); remove it', 'timeZone')
      }
    })
    .transform(({ per, rolling: length = 0, timeZone = 'UTC', ...amounts }) => {
      const unit = UNITS.find((unit) => amounts[unit] !== undefined) ?? 'usd'
      return { unit, limit: amounts[unit] ?? 0, period: periodOf(per, length, timeZone) }
    })
}

function periodOf(per: (typeof PER)[number] | undefined, length: number, timeZone: string): Period {
  if (per === undefined) return rolling(length)
  return per === 'life' ? { kind: 'life' } : { kind: 'calendar', unit: per, timeZone }
}
