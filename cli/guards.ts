import { createHash, createHmac, randomUUID } from 'node:crypto'
import { NOBODY } from '../core/identity.js'
import type { Policy } from '../core/policy.js'
import type { Credentials, WireRequest } from '../core/provider.js'
import type { GuardEntry } from '../io/config/guards/entry.js'
import type { Config } from '../io/config.js'
import type { CredentialSettings } from '../io/credentials/plan.js'
import { type Custom, loadCustom } from '../io/guards/custom-guard.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import { bedrockBaseUrl } from '../llm/providers/bedrock-endpoint.js'
import { signForBedrock } from '../llm/providers/bedrock-sign.js'
import { factsOf } from '../policies/budget/match.js'
import { cached } from '../policies/guardrails/external/cached.js'
import type { RemoteGuard } from '../policies/guardrails/external/question.js'
import type { Guard, GuardedRequest } from '../policies/guardrails/guard.js'
import type { GuardRule } from '../policies/guardrails/guard-rule.js'
import { type GuardrailOptions, isFor } from '../policies/guardrails/policy.js'
import type { Send, Services } from '../policies/services/transport.js'
import { Failure } from './failure.js'
import type { Lasting } from './lasting.js'

/** What takes time to get: guards, whose code and weights are loaded where there is one of their kind, and connections to services. */
export interface PreparedGuards {
  /** By the guard's name. */
  readonly made: ReadonlyMap<string, Custom>
  readonly send: Send
}

/** For who only wants to know of a configuration: such guards refuse whatever they are asked. */
export const UNPREPARED: PreparedGuards = {
  made: new Map(),
  send: () => Promise.reject(new Error('nothing is prepared')),
}

/** Throws `Failure` where a guard cannot be made. */
export async function prepareGuards({ guardrails, pii }: Config, lasting: Lasting): Promise<PreparedGuards> {
  const isAsking = guardrails.some(({ use }) => 'cache' in use) || pii.some(({ analyzer }) => analyzer !== undefined)
  const send = isAsking ? await lasting.services() : UNPREPARED.send
  const made = new Map<string, Custom>()
  for (const { name, use, shadow } of guardrails) {
    try {
      const own = await make(name, use, lasting, send)
      if (own.kind === 'policy' && shadow) throw new Error('it is a policy, which decides itself: shadow has no use')
      made.set(name, own)
    } catch (cause) {
      throw new Failure(`the guard '${name}' cannot be made: ${cause instanceof Error ? cause.message : 'it failed'}`)
    }
  }
  return { made, send }
}

/** Every account that a configuration signs with, of providers and of guards. */
export function accountsIn({ providers, guardrails }: Config): readonly (readonly [string, CredentialSettings])[] {
  const accounts = [...providers].filter(([, { apiKeys }]) => apiKeys === undefined)
  const guards = guardrails.flatMap(({ name, use }) => ('credentials' in use ? [[name, use.credentials] as const] : []))
  return [...accounts, ...guards]
}

/** The guards of a configuration, and the policies that stand beside them. */
export function guardsOf(config: Config, lasting: Lasting, { made }: PreparedGuards) {
  const rules: GuardRule[] = []
  const policies: Policy[] = []
  for (const { use, ...rule } of config.guardrails) {
    const own = made.get(rule.name)
    if (own?.kind === 'policy') policies.push(policyFor(rule, own.policy))
    else {
      const judges = use.kind === 'custom' || 'cache' in use ? ({ judges: 'elsewhere' } as const) : {}
      rules.push({ ...rule, ...judges, guard: own?.guard ?? unprepared(rule.name) })
    }
  }
  return { options: rules.length === 0 ? undefined : optionsOf(rules, lasting), policies }
}

function optionsOf(rules: readonly GuardRule[], { clock, pause }: Lasting): GuardrailOptions {
  const schedule = (after: number, run: () => void) => systemSchedule(after, run, 'awaited')
  return { rules, clock, pause, schedule }
}

/** A policy of the operator's own, on the requests that its entry is for. */
function policyFor(rule: Omit<GuardRule, 'guard'>, policy: Policy): Policy {
  return {
    name: rule.name,
    admit: (request, call) =>
      isFor(rule, factsOf(call, request.model, call.targets), call)
        ? policy.admit(request, call)
        : { kind: 'continue', request },
  }
}

type Use = GuardEntry['use']

async function make(name: string, use: Use, lasting: Lasting, send: Send): Promise<Custom> {
  if (use.kind === 'custom') return loadCustom(use.settings)
  return { kind: 'guard', guard: await ('cache' in use ? remoteGuard(name, use, lasting, send) : localGuard(use)) }
}

type RemoteUse = Extract<Use, { readonly cache: number }>
type LocalUse = Exclude<Use, RemoteUse | { readonly kind: 'custom' }>

async function localGuard(use: LocalUse): Promise<Guard> {
  switch (use.kind) {
    case 'injection':
      return warmed((await import('../policies/guardrails/injection/guard.js')).injectionGuard(use.settings))
    case 'words':
      return (await import('../policies/guardrails/content/words.js')).wordsGuard(use.settings)
    case 'patterns':
      return (await import('../policies/guardrails/content/patterns.js')).patternsGuard(use.settings)
    case 'topics':
      return (await import('../policies/guardrails/content/topics.js')).topicsGuard(use.settings)
    case 'language':
      return (await import('../policies/guardrails/content/language.js')).languageGuard(use.settings)
    case 'length':
      return (await import('../policies/guardrails/content/length.js')).lengthGuard(use.settings)
    case 'json-schema':
      return (await import('../policies/guardrails/content/json-schema.js')).jsonSchemaGuard(use.settings)
    case 'terminology':
      return (await import('../policies/guardrails/content/terminology.js')).terminologyGuard(use.settings)
    case 'canary':
      return (await import('../policies/guardrails/content/canary.js')).canaryGuard(use.settings)
  }
}

/** Asked once, before anybody waits for it: what it reads with is put together then. */
function warmed(guard: Guard): Guard {
  const segments = [{ text: 'Good morning', source: 'user' }] as const
  const request = { id: '', identity: NOBODY, model: '', messages: 1, segments, found: {} }
  const judging = guard.open(request)?.request?.(new AbortController().signal)
  if (judging !== undefined && 'next' in judging) while (!judging.next().done);
  return guard
}

async function remoteGuard(name: string, use: RemoteUse, lasting: Lasting, send: Send): Promise<Guard> {
  const { clock, pause } = lasting
  const services: Services = { send, turns: { clock, pause } }
  switch (use.kind) {
    case 'openai-moderation': {
      const { openaiModerationGuard } = await import('../policies/guardrails/external/openai-moderation.js')
      const credentials = lasting.credentials.for(name, use.credentials)
      return remembered(name, use, lasting, openaiModerationGuard(use.settings, { ...services, credentials }))
    }
    case 'azure-content-safety': {
      const { azureContentSafetyGuard } = await import('../policies/guardrails/external/azure-content-safety.js')
      const credentials = lasting.credentials.for(name, use.credentials)
      return remembered(name, use, lasting, azureContentSafetyGuard(use.settings, { ...services, credentials }))
    }
    case 'bedrock-guardrail': {
      const { bedrockGuardrailGuard } = await import('../policies/guardrails/external/bedrock-guardrail.js')
      const signing = bedrock(lasting.credentials.for(name, use.credentials), lasting, use.settings.region)
      return remembered(name, use, lasting, bedrockGuardrailGuard(use.settings, { ...services, ...signing }))
    }
    case 'webhook': {
      const { webhookContext, webhookGuard } = await import('../policies/guardrails/external/webhook.js')
      const { context } = use.settings
      const guard = webhookGuard(use.settings, { ...services, hmac, newId: randomUUID, now: clock.now })
      return remembered(name, use, lasting, guard, (request) => JSON.stringify(webhookContext(request, context)))
    }
  }
}

/** The guard with its verdicts kept for as long as the configuration says. */
function remembered(
  name: string,
  { cache, ...use }: RemoteUse,
  { verdicts, ownKey }: Lasting,
  guard: RemoteGuard,
  contextOf?: (request: GuardedRequest) => string,
): Guard {
  if (cache === 0) return guard
  const digest = (text: string) => createHmac('sha256', ownKey()).update(text).digest('base64url')
  const fingerprint = createHash('sha256').update(JSON.stringify(use)).digest('base64url')
  return cached(guard, { verdicts, ttl: cache, name, fingerprint, digest, ...(contextOf && { contextOf }) })
}

function bedrock(credentials: Credentials, { clock }: Lasting, region: string) {
  return {
    baseUrlOf: (region: string) => bedrockBaseUrl({ region }),
    sign: (request: WireRequest, authority: string) =>
      signForBedrock(request, credentials, clock.now(), { authority, options: { region } }),
  }
}

const hmac = (key: Uint8Array) => createHmac('sha256', key)

/** Stands for a file that nobody has run. */
function unprepared(name: string): Guard {
  return {
    window: 'whole',
    open: () => {
      throw new Error(`the guard '${name}' is not prepared`)
    },
  }
}
