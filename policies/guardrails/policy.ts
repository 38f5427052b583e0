import type { Call, Policy, Verdict, Watch } from '../../core/policy.js'
import { type Facts, factsOf, matches } from '../budget/match.js'
import { ambiguous } from '../content/refusals.js'
import { type Surfaces, surfacesIn } from '../content/surfaces.js'
import { activate } from './active.js'
import { watchOf } from './answer-half.js'
import type { GuardRule } from './guard-rule.js'
import type { Asking } from './judge.js'
import { askAll, type Findings } from './request-half.js'

export interface GuardrailOptions extends Asking {
  /** All that match a request are asked. */
  readonly rules: readonly GuardRule[]
}

const NO_SURFACES: Surfaces = { sites: [], unscannable: [], rewritten: () => ({}) }

/** Asks the guards about a request, and about its answer. */
export function guardrails(options: GuardrailOptions): Policy {
  const { rules } = options
  return {
    name: 'guardrails',
    admit(request, call) {
      const facts = factsOf(call, request.model, call.targets)
      const own = rules.filter((rule) => isFor(rule, facts, call))
      if (own.length === 0) return { kind: 'continue', request }
      const read = own.some(({ on }) => on.length > 0)
      if (read && call.content.duplicates()) throw ambiguous()
      const surfaces = read ? surfacesIn(call.content) : NO_SURFACES
      const actives = activate(own, surfaces.sites, request, call)
      const watch = watchOf(actives, request, call, options)
      const found = askAll(actives, surfaces, call, options)
      if (!(found instanceof Promise)) return verdictOf(found, request, watch)
      return found.then((findings) => (call.signal().aborted ? { kind: 'gone' } : verdictOf(findings, request, watch)))
    },
  }
}

/** Whether an entry of the configuration is for a request: by its route's guard set, and by what it matches. */
export function isFor(
  { sets, match }: Pick<GuardRule, 'sets' | 'match'>,
  facts: Facts,
  { guardSet }: Pick<Call, 'guardSet'>,
): boolean {
  return (sets.length === 0 || (guardSet !== undefined && sets.includes(guardSet))) && matches(match, facts)
}

function verdictOf(findings: Findings, request: Parameters<Policy['admit']>[0], watch: Watch): Verdict {
  if (findings.kind === 'refuse') return { kind: 'refuse', error: findings.error, watch }
  const { members, hits } = findings
  const notes = hits.length === 0 ? undefined : { hits }
  if (Object.keys(members).length > 0) return { kind: 'rewrite', members, watch, ...(notes && { notes }) }
  return { kind: 'continue', request, watch, ...(notes && { notes }) }
}
