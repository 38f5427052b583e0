import { createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Meter } from '../core/meter.js'
import type { Provider } from '../core/provider.js'
import type { ModelRoute, Settings, Target } from '../core/settings.js'
import type { EnvoyPlan, ProviderCluster } from '../envoy/plan.js'
import type { Config, TargetSettings } from '../io/config.js'
import { modelLimits } from '../llm/prices/model-data.js'
import { priceFor } from '../llm/prices/price.js'
import { access } from '../policies/access/policy.js'
import type { CaptureOptions } from '../policies/audit/capture.js'
import type { AuditSettings } from '../policies/audit/settings.js'
import type { SpendingOptions } from '../policies/budget/spending.js'
import { identifier } from '../policies/identity/identify.js'
import { policies } from '../policies/index.js'
import { identifyByKey } from '../policies/keys/identify-by-key.js'
import { createMeter } from '../policies/metering/meter.js'
import type { PiiOptions } from '../policies/pii/policy.js'
import { connect, credentialsOf } from './connect.js'
import { guardsOf, type PreparedGuards, UNPREPARED } from './guards.js'
import type { Lasting } from './lasting.js'
import { longestChain } from './provider-keys.js'

/** A configuration put together with the code that acts on it. */
export interface Assembled {
  readonly settings: Settings
  readonly clusters: readonly ProviderCluster[]
  /** Facts that are no errors but that the operator should know: models without a price. */
  readonly warnings: readonly string[]
}

/** Turns a validated configuration into settings for the core and clusters for Envoy. */
export function assemble(config: Config, lasting: Lasting, prepared: PreparedGuards = UNPREPARED): Assembled {
  const { clock } = lasting
  const connected = new Map(
    [...config.providers].map(
      ([name, settings]) => [name, connect(name, settings, credentialsOf(name, settings, config, lasting))] as const,
    ),
  )
  const warnings: string[] = []
  const priced = (target: Target, now: number) =>
    priceFor(target.upstream.provider.kind, target.model, now, config.prices)

  const make = ({ provider, model, api }: TargetSettings): Target => {
    const connection = connected.get(provider)
    if (!connection) throw new Error(`The provider '${provider}' is not configured.`)
    const [first, ...others] = connection.serving(model, api)
    const through = (api: Provider) => ({
      name: `${provider}/${model}`,
      upstream: connection.upstream(api),
      model,
      limits: modelLimits(model, config.catalog.get(model)),
    })
    const made = { ...through(first), ...(others.length > 0 && { others: others.map(through) }) }
    if (api !== undefined && first.dialect.name !== `openai-${api}`) {
      warnings.push(`${made.name} has no API '${api}' at this base URL and API version: another one is used`)
    }
    if (!priced(made, clock.now())) {
      warnings.push(
        `no price is known for ${made.name}: its cost is reported as unknown; set prices.${model} to price it`,
      )
    }
    return made
  }
  // Many names may stand for the same model of a provider; within a chain that has it twice each is a target of its own.
  const known = new Map<string, Target>()
  const chain = (targets: readonly TargetSettings[]): readonly Target[] => {
    const made: Target[] = []
    for (const settings of targets) {
      const key = JSON.stringify([settings.provider, settings.model, settings.api])
      const shared = known.get(key) ?? make(settings)
      known.set(key, shared)
      made.push(made.includes(shared) ? make(settings) : shared)
    }
    return made
  }
  const models = new Map<string, ModelRoute>()
  for (const [name, { targets }] of config.models) models.set(name, { name, targets: chain(targets) })

  const turns = { clock, pause: lasting.pause }
  const meter = createMeter({
    encodings: lasting.encodings,
    tokenizerName: (model) => config.catalog.get(model)?.tokenizer,
    price: priced,
    turns,
  })
  const guards = guardsOf(config, lasting, prepared)
  const rules = access({ settings: config.access, classified: config.classification === undefined ? 'never' : 'later' })
  const settings: Settings = {
    version: config.fingerprint,
    models,
    strict: config.strict,
    maxBody: config.maxBody,
    timeouts: config.timeouts,
    identify: identification(config, lasting),
    mayUse: (identity, model) => rules.mayUse(identity, model, clock.now()),
    guardSets: new Set(config.guardrails.flatMap(({ sets }) => sets)),
    policies: policies({
      ledger: config.ledger.kind === 'off' ? undefined : lasting.billing,
      coolDown: { ...config.fallback, clock, resting: lasting.resting },
      access: rules,
      audit: config.audit && auditOptions(config.audit, config, lasting),
      // Keys may have budgets of their own.
      spending: config.rules.length === 0 && !config.keys ? undefined : spendingOptions(config, lasting, meter),
      pii: config.pii.length === 0 ? undefined : piiOptions(config, lasting, prepared),
      guardrails: guards.options,
      classification: config.classification,
      custom: guards.policies,
    }),
    meter,
    turns,
    loadedAt: Math.floor(clock.now() / 1000),
  }
  const recorded = lasting.billing.opened()
  // Sinks follow the configuration.
  if (recorded && !isDeepStrictEqual({ ...recorded.settings, sinks: [] }, { ...config.ledger, sinks: [] })) {
    warnings.push('the section ledger has changed: the one before is in force until Tollgate is started again')
  }
  const opened = lasting.spending.opened()
  if (opened && !isDeepStrictEqual(opened.store, config.store)) {
    warnings.push(
      'the section store has changed: what is spent stays in the store before until Tollgate is started again',
    )
  }
  if (config.audit && lasting.audit.isElsewhere(config.audit)) {
    warnings.push('audit.dir has changed: records stay where they were until Tollgate is started again')
  }
  const keysOpened = lasting.keys.opened()
  if (keysOpened && config.keys && !isDeepStrictEqual(keysOpened.settings, config.keys.store)) {
    warnings.push('keys.store has changed: keys stay in the store before until Tollgate is started again')
  }
  return {
    settings,
    clusters: [...connected.values()].map(({ cluster }) => cluster),
    warnings: [...new Set(warnings)],
  }
}

function identification({ identity, keys }: Config, lasting: Lasting): Settings['identify'] {
  const identify = identifier(identity)
  return keys ? identifyByKey(identify, lasting.keys.admission(keys)) : identify
}

function auditOptions(
  settings: AuditSettings,
  { pii }: Config,
  { clock, pause, audit, names }: Lasting,
): CaptureOptions {
  return { settings, port: audit.port, own: pii, clock, names, pause }
}

function piiOptions({ pii }: Config, { clock, pause, ownKey, names }: Lasting, { send }: PreparedGuards): PiiOptions {
  return {
    rules: pii,
    clock,
    names,
    pause,
    digest: (key, text) =>
      createHmac('sha256', key ?? ownKey())
        .update(text)
        .digest(),
    analyzer: { send, turns: { clock, pause }, timeout: AbortSignal.timeout },
  }
}

function spendingOptions(config: Config, { clock, spending, billing }: Lasting, meter: Meter): SpendingOptions {
  return {
    rules: config.rules,
    ledger: spending.ledger(config.store),
    clock,
    worstCost: meter.worstCost,
    countText: meter.countText,
    newId: billing.leaseId,
    // Only an abort makes it reject.
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    renewals: spending.renewals,
    exhausted: spending.exhausted,
    failed: spending.failed,
  }
}

/** Where Tollgate and Envoy meet, from the environment. */
export interface Placement {
  readonly listener: EnvoyPlan['listener']
  readonly extproc: string
}

/** What Envoy must know of a configuration; `clusters` may hold more than its own while older requests still run. */
export function envoyPlan(config: Config, clusters: readonly ProviderCluster[], placement: Placement): EnvoyPlan {
  const { timeouts } = config
  const attemptTimeout = Math.max(timeouts.firstToken, timeouts.response)
  return {
    ...placement,
    clusters,
    longestChain: longestChain(config),
    maxBody: config.maxBody,
    connectTimeout: timeouts.connect,
    attemptTimeout,
    // Envoy's idle timer also runs while an attempt is waiting for its first byte.
    idleTimeout: Math.max(timeouts.idle, attemptTimeout + 1000),
  }
}
