import type { ChatRequest } from '../../core/chat.js'
import type { Clock } from '../../core/clock.js'
import { GatewayError } from '../../core/errors.js'
import type { Identity } from '../../core/identity.js'
import type { JsonObject } from '../../core/json.js'
import type { Call, Policy, Verdict } from '../../core/policy.js'
import { then } from '../../core/transform.js'
import { factsOf, matches } from '../budget/match.js'
import { ambiguous } from '../content/refusals.js'
import { watchOf } from './answer-half.js'
import { auditTally } from './audit-tally.js'
import { type CompiledRule, compileRule } from './compiled.js'
import { type AnalyzerParts, ClientGone } from './external/elsewhere.js'
import type { Digest } from './modes/digest.js'
import type { NameModel } from './names/model.js'
import { createPlaceholders } from './placeholders/placeholders.js'
import type { Reading } from './reading.js'
import { type Members, redactRequest } from './request-half.js'
import type { PiiRule } from './settings.js'

export interface PiiOptions {
  /** The first that matches a request is its. */
  readonly rules: readonly PiiRule[]
  readonly clock: Clock
  /** HMAC-SHA-256 of a text with the rule's key, or where it has none with the installation's. */
  digest(key: string | undefined, text: string): Uint8Array
  /** Lets other work run. */
  pause(): Promise<unknown>
  /** What was learned of names; needed where a rule looks for them. */
  readonly names?: () => NameModel
  /** Needed where a rule has an analyzer. */
  readonly analyzer?: AnalyzerParts
}

/**
 * Takes personal data and secrets out of what leaves, and puts back into the answer what may come back. Throws what a detector
 * throws on a pattern that is none, when it is made, and for a rule with an analyzer that nobody can ask.
 */
export function pii(options: PiiOptions): Policy {
  const rules = options.rules.map((rule) => compileRule(rule, options.names))
  if (options.analyzer === undefined && options.rules.some(({ analyzer }) => analyzer)) {
    throw new Error('A rule for personal data has an analyzer, and there is no way to ask it.')
  }
  const ruleFor = (request: ChatRequest, call: Call) => {
    const facts = factsOf(call, request.model, call.targets)
    return rules.find(({ rule }) => matches(rule.match, facts))
  }
  const admitBy = (compiled: CompiledRule, request: ChatRequest, call: Call): Verdict | Promise<Verdict> => {
    const startedAt = options.clock.monotonic()
    const reading = begin(compiled, call, request.n, options)
    const { tally } = reading
    const watch = watchOf(reading, options)
    const read = () => {
      tally.ms = options.clock.monotonic() - startedAt
    }
    const admit = (members: Members): Verdict => {
      read()
      const notes = { found: Object.fromEntries(tally.request) }
      if (Object.keys(members).length === 0) return { kind: 'continue', request, notes, watch }
      tally.outcome = 'changed'
      return { kind: 'rewrite', members, notes, watch }
    }
    const fail = (cause: unknown): Verdict => {
      read()
      if (cause instanceof ClientGone) return { kind: 'gone' }
      if (cause instanceof GatewayError) {
        tally.outcome = 'blocked'
        return { kind: 'refuse', error: cause, watch }
      }
      tally.outcome = 'failed'
      if (compiled.rule.onFailure === 'allow') return { kind: 'continue', request, watch }
      return { kind: 'refuse', error: unread(compiled.rule, cause), watch }
    }
    try {
      if (call.content.duplicates()) throw ambiguous()
      const members = redactRequest(reading, options)
      return members instanceof Promise ? members.then(admit, fail) : admit(members)
    } catch (cause) {
      return fail(cause)
    }
  }
  return {
    name: 'pii',
    admit(request, call) {
      const compiled = ruleFor(request, call)
      return compiled ? admitBy(compiled, request, call) : { kind: 'continue', request }
    },
    explain(request, call) {
      const compiled = ruleFor(request, call)
      if (!compiled) return { verdict: { kind: 'continue', request }, details: { rule: null } }
      const { analyzer, ...rule } = compiled.rule
      // Nobody else is asked: what only the analyzer would find is not known here.
      const verdict = admitBy(analyzer === undefined ? compiled : { ...compiled, rule }, request, call)
      const unasked = analyzer === undefined ? [] : [`the analyzer of ${rule.name}`]
      return then(verdict, (verdict) => ({ verdict, unasked, details: detailsOf(rule, verdict) }))
    },
  }
}

function detailsOf({ name, request }: Pick<PiiRule, 'name' | 'request'>, verdict: Verdict): JsonObject {
  const found = 'notes' in verdict ? verdict.notes?.found : undefined
  return { rule: name, mode: request.mode, ...(found && { found }), would: WOULD[verdict.kind] }
}

const WOULD = { continue: 'pass it', rewrite: 'change it', refuse: 'refuse it', answer: 'answer it', gone: 'end it' }

function begin(compiled: CompiledRule, call: Call, choices: number, options: PiiOptions): Reading {
  const tenant = tenantOf(call.identity)
  const digest: Digest = (text) => options.digest(compiled.rule.key, `${tenant}\n${text}`)
  return {
    compiled,
    call,
    choices,
    digest,
    placeholders: createPlaceholders({ digest }),
    tally: auditTally(),
    sent: new Set(),
  }
}

/** Whose values get the same placeholders: no two tenants', as far as the gateway says who they are. */
function tenantOf({ organization, team, user, key }: Identity): string {
  const tenant = organization === undefined && team === undefined ? [user, key] : [organization, team]
  return JSON.stringify(tenant.map((part) => part ?? null))
}

function unread({ name }: PiiRule, cause: unknown): GatewayError {
  const message = `The guardrail '${name}' could not read this request, and blocks what it has not read.`
  return new GatewayError('guardrail_blocked', message, { cause })
}
