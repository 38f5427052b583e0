import type { Audit } from '../../core/audit.js'
import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Call, Policy, Verdict } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'
import { factsOf } from '../budget/match.js'
import { labelOf } from './classify.js'
import type { ClassificationSettings } from './settings.js'

/**
 * Labels a request by what the policies before this one have found in it, and keeps it from providers that must not be sent what has
 * that label, whichever model a later policy takes. Refuses with `model_not_allowed` what no provider of the model may be sent.
 */
export function classification(settings: ClassificationSettings): Policy {
  const labelled = (request: ChatRequest, call: Call) =>
    labelOf(settings, { ...factsOf(call, request.model, call.targets), ...call.notes })
  const verdictOn = (request: ChatRequest, { targets }: Call, label: string): Verdict => {
    const allowed = settings.targets.get(label)
    const watch = { audits: () => [auditOf(label)] }
    if (allowed === undefined) return { kind: 'continue', request, notes: { label }, watch }
    const only = ({ upstream }: Target) => allowed.includes(upstream.name)
    if (!targets.some(only)) return { kind: 'refuse', error: notAllowed(label), watch }
    return { kind: 'continue', request, only, notes: { label }, watch }
  }
  return {
    name: 'classification',
    admit: (request, call) => verdictOn(request, call, labelled(request, call)),
    explain(request, call) {
      const label = labelled(request, call)
      const providers = settings.targets.get(label)
      const details = { label, found: call.notes.found, hits: call.notes.hits, ...(providers && { providers }) }
      return { verdict: verdictOn(request, call, label), details }
    },
  }
}

const NOTHING_READ = { texts: 0, characters: 0, unscannable: 0 }

function auditOf(label: string): Audit {
  return { guard: 'classification', outcome: 'passed', label, scanned: NOTHING_READ, request: {}, answer: {}, ms: 0 }
}

function notAllowed(label: string): GatewayError {
  const message = `This request is classified as '${label}', and no provider of the model may be sent that.`
  return new GatewayError('model_not_allowed', message)
}
