import type { ChatRequest } from '../../core/chat.js'
import { GatewayError } from '../../core/errors.js'
import type { Identity } from '../../core/identity.js'
import type { Call, Explained, Policy, Verdict } from '../../core/policy.js'
import type { ModelRoute, Target } from '../../core/settings.js'
import { detailsOf } from './details.js'
import { type AccessFacts, type AccessJudge, accessJudge, type Decision, type Label } from './judge.js'
import { type AccessRule, type AccessSettings, DEFAULT_RULE, GRANT_RULE } from './settings.js'

export interface AccessOptions {
  /** Absent where the configuration has no rules on calls; what keys are bound to holds all the same. */
  readonly settings: AccessSettings | undefined
  /** Whether calls are classified before they go to a provider. */
  readonly classified: 'later' | 'never'
}

/** The rules on calls, asked in two places and for the list of models. */
export interface Access {
  /** Before anything is read of a call's content: refuses what is denied whatever that is. */
  readonly atArrival: Policy
  /** Once a call is classified; absent where no rule asks how. */
  readonly classified?: Policy
  /** Whether a caller may use and see a model at an instant, as far as that can be said without a request. */
  mayUse(identity: Identity, model: ModelRoute, now: number): boolean
}

/**
 * Enforces which calls are allowed: targets for which a rule denies leave the chain, also that of a model which a budget takes
 * instead, and a call without any is refused with `model_not_allowed`. So is one for a model that its key is not bound to.
 */
export function access({ settings, classified }: AccessOptions): Access {
  const judge = settings && accessJudge(settings)
  const early: Label = classified === 'later' ? NOT_YET : { kind: 'known', label: undefined }
  const asksForLabels = settings?.rules.some(({ conditions }) =>
    conditions.some((condition) => condition.kind === 'value' && condition.dimension === 'label'),
  )
  return {
    atArrival: stage('access', judge, () => early),
    ...(asksForLabels && {
      classified: stage('access-classified', judge, ({ notes }) => ({ kind: 'known', label: notes.label })),
    }),
    mayUse: (identity, { name, targets }, now) =>
      isGranted(identity, name) &&
      targets.some((target) => {
        const decision = judge?.decide(factsOf({ identity, receivedAt: now }, target, name, early))
        return decision?.kind !== 'denied'
      }),
  }
}

const NOT_YET: Label = { kind: 'not yet' }

function stage(name: string, judge: AccessJudge | undefined, labelOf: (call: Call) => Label): Policy {
  const admit = (request: ChatRequest, call: Call) => verdictOn(request, call, judge, labelOf(call))
  return {
    name,
    admit,
    explain: (request, call): Explained => ({
      verdict: admit(request, call),
      details: {
        ...(call.identity.grant?.models && { keyMayUse: call.identity.grant.models }),
        ...(judge && detailsOf(judge, call.targets, (target) => factsOf(call, target, request.model, labelOf(call)))),
      },
    }),
  }
}

function verdictOn(request: ChatRequest, call: Call, judge: AccessJudge | undefined, label: Label): Verdict {
  const { identity, targets } = call
  if (!isGranted(identity, request.model)) return { kind: 'refuse', error: notGranted() }
  if (judge === undefined) {
    const only = (_: Target, model: string) => isGranted(identity, model)
    return { kind: 'continue', request, ...(identity.grant?.models && { only }) }
  }
  const decide = (target: Target, model: string) => judge.decide(factsOf(call, target, model, label))
  const own = new Map(targets.map((target) => [target, decide(target, request.model)]))
  const only = (target: Target, model: string) => {
    const known = model === request.model ? own.get(target) : undefined
    return isGranted(identity, model) && (known ?? decide(target, model)).kind !== 'denied'
  }
  const [first] = own.values()
  const isDenied = [...own.values()].every(({ kind }) => kind === 'denied')
  return isDenied ? { kind: 'refuse', error: denied(first) } : { kind: 'continue', request, only }
}

function factsOf(
  { identity, receivedAt }: Pick<Call, 'identity' | 'receivedAt'>,
  { upstream }: Target,
  model: string,
  label: Label,
): AccessFacts {
  return { identity, model, provider: upstream.name, region: upstream.region, label, now: receivedAt }
}

function isGranted({ grant }: Identity, model: string): boolean {
  return grant?.models?.includes(model) ?? true
}

function notGranted(): GatewayError {
  return new GatewayError('model_not_allowed', 'The key of this request may not use this model.', {
    param: 'model',
    rule: GRANT_RULE,
  })
}

/** The refusal where all targets are denied, for the reason that the first one is. */
function denied(decision: Decision | undefined): GatewayError {
  if (decision?.kind !== 'denied' || decision.by === undefined) {
    return new GatewayError('model_not_allowed', 'No access rule allows this request.', {
      param: 'model',
      rule: DEFAULT_RULE,
    })
  }
  const { rule, by } = decision
  const reason = by.reason === undefined ? '' : ` ${by.reason}`
  const message = `The access rule '${rule}' does not allow this request.${reason}`
  return new GatewayError('model_not_allowed', message, { rule, ...(isAboutModel(by) && { param: 'model' }) })
}

/** Whether another model might be allowed: that is the member of the request which can be changed. */
function isAboutModel({ conditions }: AccessRule): boolean {
  return conditions.some((condition) => condition.kind === 'value' && ABOUT_MODEL.has(condition.dimension))
}

const ABOUT_MODEL: ReadonlySet<string> = new Set(['model', 'provider', 'region'])
