import { type Asked, type Asking, ask } from './admit.js'
import type { ChatRequest } from './chat.js'
import type { Endpoints } from './endpoint.js'
import { GatewayError } from './errors.js'
import type { Inbound } from './gateway.js'
import type { Identity } from './identity.js'
import type { JsonObject } from './json.js'
import { formatUsd } from './money.js'
import { asGatewayError, chainOf, endpointFor, placeOf, readAsking } from './opening.js'
import type { Admission, AskPolicy } from './policy.js'
import type { Settings, Target } from './settings.js'
import { then } from './transform.js'
import { translate } from './translate.js'

/** A request that nobody has sent, and who would. */
export interface Question {
  readonly inbound: Inbound
  readonly identity: Identity
  /** When it would arrive, in milliseconds since the epoch. */
  readonly now: number
}

/** What one policy has to say. */
export interface ExplainedStep {
  readonly policy: string
  /** `not asked`: it cannot say without asking others, or is the operator's own. */
  readonly asked: 'asked' | 'in part' | 'not asked'
  /** The names of those who would be asked. */
  readonly unasked: readonly string[]
  /** The chain as it came to the policy: names of targets. */
  readonly chain: readonly string[]
  readonly details: JsonObject
}

/** One target of the chain as it would be tried. */
export interface ExplainedTarget {
  readonly target: string
  readonly provider: string
  readonly region?: string
  /** What the prompt and the longest answer would cost at most, as decimal dollars; null without a known price or length. */
  readonly atMostUsd: string | null
  /** What of the request it cannot express; with `strict` such a target is left out. */
  readonly dropped: readonly string[]
}

/** What would become of a request; names, counts and amounts, never content. */
export interface Explanation {
  readonly at: string
  readonly path: string
  /** The configuration that it is judged by. */
  readonly version: string
  readonly identity: Identity
  /** What it asks for; absent where it could not be read, or asks for no model that is here. */
  readonly request?: {
    readonly dialect: string
    readonly model: string
    readonly stream: boolean
    readonly maxOutputTokens?: number
    /** Whether a target that cannot express all of it is left out. */
    readonly strict: boolean
  }
  readonly steps: readonly ExplainedStep[]
  readonly label?: string
  readonly chain: readonly ExplainedTarget[]
  /** Targets of the model that are not in it, and what took them out. */
  readonly leftOut: readonly { readonly target: string; readonly by: string }[]
  readonly outcome: ExplainedOutcome
}

export type ExplainedOutcome =
  | {
      readonly kind: 'admitted'
      /** Best first; none where the gateway answers itself. */
      readonly targets: readonly string[]
      readonly outputCap?: number
      /** Those who would be asked first and might say otherwise. */
      readonly unlessRefusedBy: readonly string[]
    }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: string
      readonly message: string
      readonly param?: string
      readonly rule?: string
      readonly retryAfter?: number
    }

export interface ExplainParts {
  readonly settings: Settings
  readonly endpoints: Endpoints
}

/**
 * Takes a request the way that one goes which a client sends, up to where a provider would be asked. Nobody is asked, nothing held,
 * counted or told: policies say what they would say by the code that says it. Never rejects.
 */
export async function explain(question: Question, parts: ExplainParts): Promise<Explanation> {
  const { inbound, identity, now } = question
  const { settings, endpoints } = parts
  const steps: ExplainedStep[] = []
  const place = placeOf(inbound.path)
  const known = { at: new Date(now).toISOString(), path: place.path, version: settings.version, identity }
  let said: Pick<Explanation, 'request'> = {}
  let configured: readonly string[] = []
  try {
    const endpoint = endpointFor(endpoints, inbound, place, settings)
    if (!endpoint) throw new GatewayError('not_found', `Nothing is decided about ${place.path}.`)
    const asking = await readAsking(inbound, endpoint, settings, identity, now)
    configured = namesOf(settings.models.get(asking.request.model)?.targets ?? [])
    // What else stands there is the client's own text.
    if (configured.length > 0) said = { request: shown(asking) }
    const asked = await ask(asking, noting(steps))
    const admission = await asked.admission
    const chain = admission.kind === 'admitted' ? await targetsOf(asking, asked, admission) : []
    return {
      ...{ ...known, ...said, steps, chain },
      ...(admission.notes.label !== undefined && { label: admission.notes.label }),
      leftOut: leftOut(configured, steps, namesOfChain(admission, chain)),
      outcome: outcomeOf(admission, chain, steps),
    }
  } catch (cause) {
    return { ...known, ...said, steps, chain: [], leftOut: leftOut(configured, steps, []), outcome: refused(cause) }
  }
}

const namesOf = (targets: readonly Target[]) => targets.map(({ name }) => name)

const isStrict = ({ settings, inbound }: Asking) => settings.strict || inbound.overrides?.strict === true

function shown(asking: Asking): Explanation['request'] {
  const { model, stream, maxOutputTokens } = asking.request
  const dialect = asking.endpoint.dialect.name
  const cap = maxOutputTokens === undefined ? {} : { maxOutputTokens }
  return { dialect, model, stream, strict: isStrict(asking), ...cap }
}

/** Has policies explain themselves, and keeps what they say. */
function noting(steps: ExplainedStep[]): AskPolicy {
  return (policy, request, call) => {
    const own = { policy: policy.name, chain: namesOf(call.targets) }
    if (!policy.explain) {
      steps.push({ ...own, asked: 'not asked', unasked: [policy.name], details: {} })
      return { kind: 'continue', request }
    }
    return then(policy.explain(request, call), ({ verdict, unasked = [], details }) => {
      steps.push({ ...own, asked: unasked.length === 0 ? 'asked' : 'in part', unasked, details })
      return verdict
    })
  }
}

type Admitted = Extract<Admission, { kind: 'admitted' }>

async function targetsOf(asking: Asking, asked: Asked, admission: Admitted): Promise<readonly ExplainedTarget[]> {
  const chain = await chainOf(asking, asked, admission)
  if (chain.kind === 'own count') return []
  const { request, outputCap } = admission
  const { dialect } = asking.endpoint
  const { turns } = asking.settings
  const { length } = asking.inbound.body
  const original = request === asked.reading().request ? asked.reading().body : undefined
  return Promise.all(
    chain.targets.map(async (target): Promise<ExplainedTarget> => {
      const { name, upstream } = target
      const { dropped } = await translate({ dialect, request, original, outputCap, length }, target, turns)
      const usd = await atMost(asking, asked, request, target, outputCap)
      const where = upstream.region === undefined ? {} : { region: upstream.region }
      const cost = usd === undefined ? null : formatUsd(usd)
      return { target: name, provider: upstream.name, ...where, atMostUsd: cost, dropped }
    }),
  )
}

/** Undefined where nobody knows the price, or how long an answer may get. */
async function atMost(
  { settings, now }: Asking,
  { call }: Asked,
  request: ChatRequest,
  target: Target,
  outputCap = Number.POSITIVE_INFINITY,
): Promise<bigint | undefined> {
  const { maxOutput = Number.POSITIVE_INFINITY } = target.limits
  const longest = Math.min(request.maxOutputTokens ?? maxOutput, maxOutput, outputCap)
  if (!Number.isFinite(longest)) return undefined
  const { upperBound } = await call.countPrompt(request, target)
  return settings.meter.worstCost(upperBound, longest * Math.max(1, request.n), target, now)
}

function namesOfChain(admission: Admission, chain: readonly ExplainedTarget[]): readonly string[] {
  return admission.kind === 'admitted' ? chain.map(({ target }) => target) : []
}

/** Why targets are gone: the first step after which they were not there any more. */
function leftOut(
  configured: readonly string[],
  steps: readonly ExplainedStep[],
  chain: readonly string[],
): Explanation['leftOut'] {
  const chains = [...steps.map((step) => step.chain), chain]
  return configured.flatMap((target) => {
    if (chain.includes(target)) return []
    const gone = chains.findIndex((names) => !names.includes(target))
    return [{ target, by: steps[gone - 1]?.policy ?? 'what the request needs' }]
  })
}

function outcomeOf(
  admission: Admission,
  chain: readonly ExplainedTarget[],
  steps: readonly ExplainedStep[],
): ExplainedOutcome {
  switch (admission.kind) {
    case 'refused':
      return refused(admission.error)
    case 'gone':
      return refused(new GatewayError('upstream_timeout', 'It took too long to say what would become of the request.'))
    case 'answered':
    case 'admitted': {
      const cap = admission.kind === 'admitted' && admission.outputCap !== undefined
      return {
        kind: 'admitted',
        targets: chain.map(({ target }) => target),
        ...(cap && { outputCap: admission.outputCap }),
        unlessRefusedBy: steps.flatMap(({ unasked }) => unasked),
      }
    }
  }
}

function refused(cause: unknown): ExplainedOutcome {
  const { status, code, message, param, rule, retryAfter } = asGatewayError(cause)
  return {
    ...{ kind: 'refused', status, code, message },
    ...(param !== undefined && { param }),
    ...(rule !== undefined && { rule }),
    ...(retryAfter !== undefined && { retryAfter }),
  }
}
