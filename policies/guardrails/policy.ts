import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Call, Policy, Verdict, Watch } from '../../core/policy.js'
import { matches } from '../budget/match.js'
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
      const own = rules.filter((rule) => isFor(rule, request, call))
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
export function isFor({ sets, match }: Pick<GuardRule, 'sets' | 'match'>, { model }: ChatRequest, call: Call): boolean {
  const { guardSet, identity, targets } = call
  if (sets.length > 0 && (guardSet === undefined || !sets.includes(guardSet))) return false
  return (
    match.size === 0 || matches(match, { identity, model, providers: targets.map(({ upstream }) => upstream.name) })
  )
}

function verdictOf(findings: Findings, request: Parameters<Policy['admit']>[0], watch: Watch): Verdict {
  if (findings.kind === 'refuse') return { kind: 'refuse', error: findings.error, watch }
  const { members, hits } = findings
  const notes = hits.length === 0 ? undefined : { hits }
  if (Object.keys(members).length > 0) return { kind: 'rewrite', members, watch, ...(notes && { notes }) }
  return { kind: 'continue', request, watch, ...(notes && { notes }) }
}

function ambiguous(): GatewayError {
  return new GatewayError('malformed_request', 'An object of the request body has a name more than once.')
}
