import type { Identity } from '../../core/identity.js'
import { dimensionOf } from '../budget/match.js'
import {
  type AccessCondition,
  type AccessDimension,
  type AccessRule,
  type AccessSettings,
  DEFAULT_RULE,
  type Effect,
} from './settings.js'
import { insideOf } from './time-window.js'

/** What rules are told of a call to one target. */
export interface AccessFacts {
  readonly identity: Identity
  /** The name that the client asked for, or that of the model which replaces it. */
  readonly model: string
  /** The target's provider and its region, as far as the configuration says one. */
  readonly provider: string
  readonly region: string | undefined
  readonly label: Label
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** How a call is classified: not yet, or known (undefined where nobody does that). */
export type Label = { readonly kind: 'not yet' } | { readonly kind: 'known'; readonly label: string | undefined }

/** What is decided of a call to one target; `open`: not before it is classified. */
export type Decision =
  | { readonly kind: 'allowed'; readonly rule: string }
  | { readonly kind: 'denied'; readonly rule: string; readonly by?: AccessRule }
  | { readonly kind: 'open' }

/** Whether a rule is for a call, and which condition says that it is not, or that nobody knows yet. */
export interface RuleState {
  readonly rule: AccessRule
  readonly state: 'applies' | 'does not apply' | 'open'
  readonly because?: AccessCondition
}

/** The rules of a configuration, ready to be asked. */
export interface AccessJudge {
  decide(facts: AccessFacts): Decision
  /** What each rule has to say, also those after the one that decides. */
  states(facts: AccessFacts): readonly RuleState[]
}

/** Works out once what does not depend on the call. Throws a RangeError for a time zone that is not known. */
export function accessJudge({ byDefault, rules }: AccessSettings): AccessJudge {
  const compiled = rules.map((rule) => ({ rule, stateOf: stateOf(rule) }))
  return {
    decide(facts) {
      const possible = new Set<Effect>()
      let decisive: AccessRule | undefined
      for (const { rule, stateOf } of compiled) {
        const { state } = stateOf(facts)
        if (state === 'does not apply') continue
        possible.add(rule.effect)
        if (state === 'open') continue
        decisive = rule
        break
      }
      if (decisive === undefined) possible.add(byDefault)
      if (possible.size > 1) return { kind: 'open' }
      const rule = decisive?.name ?? DEFAULT_RULE
      return possible.has('allow')
        ? { kind: 'allowed', rule }
        : { kind: 'denied', rule, ...(decisive && { by: decisive }) }
    },
    states: (facts) => compiled.map(({ stateOf }) => stateOf(facts)),
  }
}

type Truth = 'yes' | 'no' | 'open'

function stateOf(rule: AccessRule): (facts: AccessFacts) => RuleState {
  const tests = rule.conditions.map((condition) => ({ condition, holds: testOf(condition) }))
  return (facts) => {
    let open: AccessCondition | undefined
    for (const { condition, holds } of tests) {
      const truth = holds(facts)
      if (truth === 'no') return { rule, state: 'does not apply', because: condition }
      if (truth === 'open') open ??= condition
    }
    return open === undefined ? { rule, state: 'applies' } : { rule, state: 'open', because: open }
  }
}

function testOf(condition: AccessCondition): (facts: AccessFacts) => Truth {
  const wanted = condition.how === 'in'
  const truth = (isThere: boolean): Truth => (isThere === wanted ? 'yes' : 'no')
  switch (condition.kind) {
    case 'value': {
      const { dimension, values } = condition
      return (facts) => {
        if (dimension === 'label' && facts.label.kind === 'not yet') return 'open'
        const value = dimensionValue(dimension, facts)
        return truth(value !== undefined && values.includes(value))
      }
    }
    case 'network': {
      const { networks } = condition
      return ({ identity: { address } }) => truth(address !== undefined && networks.has(address))
    }
    case 'time': {
      const windows = condition.windows.map(insideOf)
      return ({ now }) => truth(windows.some((inside) => inside(now)))
    }
  }
}

function dimensionValue(dimension: AccessDimension, { identity, model, provider, region, label }: AccessFacts) {
  if (dimension === 'role') return identity.role
  if (dimension === 'region') return region
  const known = label.kind === 'known' ? label.label : undefined
  return dimensionOf(dimension, { identity, model, providers: [provider], label: known })
}
