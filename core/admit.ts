import { chainFor } from './chain.js'
import type { ChatRequest } from './chat.js'
import type { Endpoint } from './endpoint.js'
import { GatewayError } from './errors.js'
import type { Inbound } from './gateway.js'
import type { Identity } from './identity.js'
import { hasDuplicates } from './members.js'
import type { PromptCount } from './meter.js'
import { modelNotFound } from './model-list.js'
import { checkOverrides } from './overrides.js'
import {
  type Admission,
  type AskPolicy,
  admitAll,
  type Call,
  type Notes,
  type RequestContent,
  type Rewrite,
} from './policy.js'
import { type PromptCounts, promptCounts } from './prompt-counts.js'
import type { Dialect } from './provider.js'
import { type Reading, rewritten } from './reading.js'
import type { Settings, Target } from './settings.js'
import { then } from './transform.js'
import { translate } from './translate.js'

/** A request that has been read, on its way to the policies. */
export interface Asking extends Reading {
  readonly inbound: Inbound
  readonly endpoint: Endpoint
  readonly settings: Settings
  readonly identity: Identity
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What the policies were asked, and what they say. */
export interface Asked {
  readonly call: Call
  readonly counts: PromptCounts
  readonly admission: Admission | Promise<Admission>
  /** The client's body as the policies have left it so far, and what it asks for. */
  reading(): Reading
}

/** Finds the chain for a request and asks the policies, each by `policyAsked`. Throws `GatewayError` where the model or its targets do not allow it. */
export function ask(asking: Asking, policyAsked?: AskPolicy): Asked | Promise<Asked> {
  const { inbound, request, settings, nativeOnly } = asking
  const { dialect } = asking.endpoint
  const { overrides } = inbound
  const model = settings.models.get(request.model)
  if (!model) throw modelNotFound(request.model)
  if (overrides) checkOverrides(overrides, request.model, settings.guardSets)
  const served = chainOf(asking, model.targets)
  if (served.length === 0) throw notServed(request.model)
  const { able: chain, refusal } = takers(request, served)
  if (chain.length === 0 && refusal) throw refusal
  if (nativeOnly && !isNative(dialect, chain)) throw nativeOnly
  return then(expressed(asking, request, chain), (targets) => asked(asking, targets, policyAsked))
}

function asked(asking: Asking, targets: readonly Target[], policyAsked: AskPolicy | undefined): Asked {
  const { inbound, request, settings, nativeOnly } = asking
  const { dialect } = asking.endpoint
  const { overrides } = inbound
  const counts = promptCounts(settings.meter.countPrompt)
  const { countPrompt, promptCeiling } = measures(asking, counts, nativeOnly ? 'refers to more' : 'complete')
  let reading: Reading = asking
  const call: Call = {
    id: inbound.requestId,
    identity: asking.identity,
    targets,
    targetsOf(name) {
      const others = takers(request, chainOf(asking, settings.models.get(name)?.targets ?? [])).able
      return others.length === 0 || (nativeOnly && !isNative(dialect, others)) ? undefined : others
    },
    receivedAt: asking.now,
    content: contentOf(asking.endpoint, reading),
    notes: NOTHING_FOUND,
    guardSet: overrides?.guards,
    countPrompt,
    promptCeiling,
    signal: inbound.hangUp ?? neverAborted,
  }
  const rewrite: Rewrite = (members) => {
    return then(rewritten(asking.endpoint, reading, members, settings.turns), (made) => {
      reading = made
      return { request: made.request, content: contentOf(asking.endpoint, made) }
    })
  }
  const admission = admitAll(settings.policies, request, call, rewrite, policyAsked)
  return { call, counts, admission, reading: () => reading }
}

const NO_FILES: readonly string[] = []
const NOTHING_FOUND: Notes = { found: {}, hits: [] }

function contentOf({ dialect }: Endpoint, { body }: Reading): RequestContent {
  const files = body.form === 'multipart' ? body.files : NO_FILES
  return {
    body: body.value,
    contentOf: dialect.contentOf,
    sourceOf: dialect.sourceOf,
    files,
    duplicates: () => body.form === 'json' && hasDuplicates(body),
    kept: {},
  }
}

/**
 * The targets for an admitted request. A policy may have changed the request, or brought in another model's targets; the rest
 * has been judged before. What a request refers to is lost once it has been changed, so then it is refused.
 */
export function admittedTargets(
  asking: Asking,
  { call, reading }: Asked,
  { request, targets }: Pick<Extract<Admission, { kind: 'admitted' }>, 'request' | 'targets'>,
): readonly Target[] | Promise<readonly Target[]> {
  if (asking.nativeOnly && request !== reading().request) throw asking.nativeOnly
  const judged = request === asking.request && targets.every((target) => call.targets.includes(target))
  return judged ? targets : expressed({ ...asking, ...reading() }, request, targets)
}

/** A counting API is answered here where no target has it, so its chain is the model's own. */
function chainOf({ endpoint }: Asking, targets: readonly Target[]): readonly Target[] {
  return endpoint.counts ? targets : chainFor(endpoint.dialect, targets)
}

/**
 * The targets that can be sent the request, and why the first of the others cannot. Envoy cannot pass over a target whose turn has
 * come, so what is known is left out before.
 */
function takers(request: ChatRequest, targets: readonly Target[]) {
  let refusal: GatewayError | undefined
  const able = targets.filter(({ upstream, model }) => {
    const why = upstream.provider.dialect.refuses?.(request, model) ?? upstream.credentials.unavailable?.()
    refusal ??= why
    return why === undefined
  })
  return { able, refusal }
}

const isNative = (dialect: Dialect, targets: readonly Target[]) =>
  targets.every(({ upstream }) => upstream.provider.dialect === dialect)

/** Below what any context holds, whatever comes on top. */
const FITS_ANYWHERE = Number.NEGATIVE_INFINITY

const NOTHING: PromptCount = { tokens: 0, upperBound: 0, exact: true }

/**
 * How policies measure the prompt. What is only counted costs nothing. Of a request that refers to what its provider keeps nobody
 * here knows the size: it may fill the model's context. Requests of APIs that stand alone have no context that they must fit
 * into as a whole.
 */
function measures(
  { endpoint, settings }: Asking,
  counts: PromptCounts,
  extent: 'complete' | 'refers to more',
): Pick<Call, 'countPrompt' | 'promptCeiling'> {
  const { promptCeiling } = settings.meter
  if (endpoint.counts) return { countPrompt: () => NOTHING, promptCeiling: () => 0 }
  const countPrompt: Call['countPrompt'] = (request, target) => counts.count(request, target)
  if (endpoint.dialect.task === 'alone') return { countPrompt, promptCeiling: () => FITS_ANYWHERE }
  if (extent === 'complete') return { countPrompt, promptCeiling }
  const upTo = (target: Target, { tokens, upperBound }: PromptCount): PromptCount => ({
    tokens,
    upperBound: Math.max(upperBound, target.limits.contextWindow ?? 0),
    exact: false,
  })
  return {
    countPrompt(request, target) {
      const counted = counts.count(request, target)
      return counted instanceof Promise ? counted.then((count) => upTo(target, count)) : upTo(target, counted)
    },
    promptCeiling,
  }
}

/** In strict mode the targets that can say all of the request; 422 naming the first field when there is none. */
function expressed(
  asking: Asking,
  request: ChatRequest,
  targets: readonly Target[],
): readonly Target[] | Promise<readonly Target[]> {
  const { inbound, endpoint, settings } = asking
  const strict = settings.strict || inbound.overrides?.strict === true
  if (!strict || endpoint.counts) return targets
  const { dialect } = endpoint
  const original = request === asking.request ? asking.body : undefined
  const { length } = inbound.body
  const able: Target[] = []
  let field: string | undefined
  const from = (index: number): readonly Target[] | Promise<readonly Target[]> => {
    const target = targets[index]
    if (!target) {
      if (able.length > 0 || field === undefined) return able
      throw new GatewayError('untranslatable', `No target of this model can express '${field}'.`, { param: field })
    }
    const { provider } = target.upstream
    if (provider.dialect === dialect && !provider.adjust) {
      able.push(target)
      return from(index + 1)
    }
    return then(translate({ dialect, request, original, length }, target, settings.turns), ({ dropped }) => {
      field ??= dropped[0]
      if (dropped.length === 0) able.push(target)
      return from(index + 1)
    })
  }
  return from(0)
}

function notServed(model: string): GatewayError {
  return new GatewayError('malformed_request', `No target of the model '${model}' serves this API.`, { param: 'model' })
}

/** For hosts that cannot tell whether their client is still there. */
const neverAborted = () => new AbortController().signal
