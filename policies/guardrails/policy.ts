import type { ChatRequest } from '../../core/chat.js'
import type { JsonObject } from '../../core/json.js'
import type { Call, Policy, Verdict, Watch } from '../../core/policy.js'
import { then } from '../../core/transform.js'
import { inTurns } from '../../core/turns.js'
import { type Facts, factsOf, matches } from '../budget/match.js'
import { ambiguous } from '../content/refusals.js'
import { surfacesIn, surfacesOf } from '../content/surfaces.js'
import { type Active, activate } from './active.js'
import { watchOf } from './answer-half.js'
import type { GuardRule } from './guard-rule.js'
import type { Asking } from './judge.js'
import { askAll, type Findings } from './request-half.js'

export interface GuardrailOptions extends Asking {
  /** All that match a request are asked. */
  readonly rules: readonly GuardRule[]
}

const NO_SURFACES = surfacesOf({}, () => 'data')

/** Asks the guards about a request, and about its answer. */
export function guardrails(options: GuardrailOptions): Policy {
  const { rules } = options
  return {
    name: 'guardrails',
    admit(request, call) {
      const own = rulesFor(rules, request, call)
      if (own.length === 0) return { kind: 'continue', request }
      return then(asked(own, request, call, options), ({ verdict }) => verdict)
    },
    explain(request, call) {
      const own = rulesFor(rules, request, call)
      const local = own.filter(({ judges }) => judges === undefined)
      const unasked = own.filter(({ judges, on }) => judges === 'elsewhere' && on.length > 0).map(({ name }) => name)
      // What all of them read together is judged whoever reads it.
      return then(asked(own, request, call, options, local), ({ verdict, actives }) => {
        return { verdict, unasked, details: { guards: detailsOf(own, actives) } }
      })
    },
  }
}

function rulesFor(rules: readonly GuardRule[], request: ChatRequest, call: Call): readonly GuardRule[] {
  const facts = factsOf(call, request.model, call.targets)
  return rules.filter((rule) => isFor(rule, facts, call))
}

interface Asked {
  readonly verdict: Verdict
  readonly actives: readonly Active[]
}

/** Has those of the rules judge that are to; the others only see to it that there is something to read. */
function asked(
  own: readonly GuardRule[],
  request: ChatRequest,
  call: Call,
  options: GuardrailOptions,
  judging = own,
): Asked | Promise<Asked> {
  const read = own.some(({ on }) => on.length > 0)
  if (read && call.content.duplicates()) throw ambiguous()
  const surfaces = read ? surfacesIn(call.content) : NO_SURFACES
  const { clock, pause } = options
  const answer = then(inTurns(activate(judging, surfaces.sites, request, call), { clock, pause }), (actives) => {
    const watch = watchOf(actives, request, call, options)
    const found = askAll(actives, surfaces, call, options)
    return then(found, (findings): Asked => ({ verdict: verdictOf(findings, request, watch), actives }))
  })
  if (!(answer instanceof Promise)) return answer
  return answer.then((asked) => (call.signal().aborted ? { ...asked, verdict: { kind: 'gone' } } : asked))
}

/** What each guard has said of a request, or would be asked about. */
function detailsOf(own: readonly GuardRule[], actives: readonly Active[]): readonly JsonObject[] {
  return own.map((rule) => {
    const { name, action, shadow, on, judges } = rule
    const tally = actives.find((active) => active.rule === rule)?.tally
    const guard = { guard: name, action, ...(shadow && { shadow }) }
    if (on.length === 0) return { ...guard, asked: 'about the answer only' }
    if (judges === 'elsewhere') return { ...guard, asked: 'would be asked' }
    if (tally === undefined || tally.texts === 0) return { ...guard, asked: 'has nothing to read' }
    const { outcome, reason, failure } = tally
    return { ...guard, asked: 'here', outcome, ...(reason && { reason }), ...(failure && { failure }) }
  })
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
