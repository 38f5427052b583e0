import { z } from 'zod'
import type { Period, Rule, Unit } from '../../policies/budget/rules.js'
import { windowLength } from './amounts.js'
import { listSection } from './by-shape.js'
import { keyed } from './maps.js'
import { by, each, match, type Referable } from './match.js'
import { assumeOutput, choice, count, limitExhausted, onStoreDown, rolling, ruleName } from './rule-values.js'
import { listed } from './suggest.js'

const UNITS = ['requests', 'tokens', 'inputTokens', 'outputTokens', 'concurrent'] as const satisfies readonly Unit[]
const PER = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
const PERIODS = ['second', 'minute', 'hour', 'day'] as const

/** The section `limits`: for each entry its rules, one for each unit that it limits. */
export function limits(referable: Referable, duplicates: ReadonlySet<string>) {
  const limit = keyed({
    name: ruleName(duplicates),
    match: match(referable, 'labels'),
    each: each(referable),
    requests: count().optional(),
    tokens: count().optional(),
    inputTokens: count().optional(),
    outputTokens: count().optional(),
    concurrent: count().optional(),
    per: choice(PERIODS, 'a period').optional(),
    rolling: windowLength().optional(),
    onExhausted: limitExhausted(),
    assumeOutput: assumeOutput(),
    onStoreDown: onStoreDown(),
    fairShare: keyed({ by: by(referable), most: share() }).optional(),
  })
    .superRefine((limit, context) => {
      const refuse = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message })
      const units = UNITS.filter((unit) => limit[unit] !== undefined)
      const windows = [limit.per, limit.rolling].filter((window) => window !== undefined).length
      if (units.length === 0) refuse(`must have at least one of the keys ${listed(UNITS)}`)
      else if (units.every((unit) => unit === 'concurrent')) {
        if (windows > 0) refuse('has no use for concurrent requests alone; remove it', limit.per ? 'per' : 'rolling')
      } else if (windows !== 1) refuse('must have exactly one of the keys per, rolling')
      if (limit.fairShare !== undefined && limit.each.includes(limit.fairShare.by)) {
        refuse('must be a dimension that is not in each: those have a limit of their own', 'fairShare', 'by')
      }
      const most = limit.fairShare?.most ?? 1
      if (most > 0 && units.some((unit) => (limit[unit] ?? 1) * most < 1)) {
        refuse('leaves less than one of what the limit allows; nobody would get anything', 'fairShare', 'most')
      }
    })
    .transform(({ per, rolling: length, fairShare, ...limit }): readonly Rule[] => {
      const window = rolling(per === undefined ? (length ?? 0) : PER[per])
      return UNITS.flatMap((unit) => {
        const amount = limit[unit]
        return amount === undefined ? [] : [ruleOf(limit, unit, amount, window, fairShare)]
      })
    })
  return listSection(limit, 'limits, each { name: ..., requests: ..., per: ... }')
}

type Common = Pick<Rule, 'name' | 'match' | 'each' | 'onExhausted' | 'assumeOutput' | 'onStoreDown'>

function ruleOf(limit: Common, unit: Unit, amount: number, window: Period, fairShare: Rule['fairShare']): Rule {
  const { name, match, each, onExhausted, assumeOutput, onStoreDown } = limit
  return {
    ...{ name, section: 'limits', match, each, unit, limit: amount },
    // A request that is open is only ever reserved: there is no window that it could leave, and none is left when it is lost.
    period: unit === 'concurrent' ? { kind: 'life' } : window,
    ...{ onExhausted, assumeOutput, onStoreDown, onLost: unit === 'concurrent' ? 'release' : 'charge' },
    ...{ clampOutput: false, onStreamLimit: 'stop' },
    ...(fairShare === undefined ? {} : { fairShare }),
  }
}

function share() {
  const error = 'must be a part of the limit, more than 0 and less than 1'
  return z.number({ error }).gt(0, { error }).lt(1, { error })
}
