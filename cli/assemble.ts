import { createHash, createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../core/clock.js'
import type { Meter } from '../core/meter.js'
import type { Credentials, Provider } from '../core/provider.js'
import type { ModelRoute, Settings, Target, Upstream } from '../core/settings.js'
import type { EnvoyPlan, ProviderCluster } from '../envoy/plan.js'
import type { Config, TargetSettings } from '../io/config.js'
import { type CredentialOptions, type CredentialStore, createCredentials } from '../io/credentials/credentials.js'
import type { KeyPools } from '../io/credentials/pools.js'
import type { ServiceTransport } from '../io/guards/service-transport.js'
import { systemSchedule } from '../io/ledger/deadline.js'
import { modelLimits } from '../llm/prices/model-data.js'
import { priceFor } from '../llm/prices/price.js'
import type { Family } from '../llm/providers/family.js'
import { providers } from '../llm/providers/index.js'
import { createEncodings, type EncodingName, type Encodings } from '../llm/tokens/encoding.js'
import { tokenizerFor } from '../llm/tokens/tokenizer.js'
import { access } from '../policies/access/policy.js'
import type { CaptureOptions } from '../policies/audit/capture.js'
import type { AuditSettings } from '../policies/audit/settings.js'
import type { SpendingOptions } from '../policies/budget/spending.js'
import { createVerdictCache, type VerdictCache } from '../policies/guardrails/external/verdict-cache.js'
import { identifier } from '../policies/identity/identify.js'
import { policies } from '../policies/index.js'
import { identifyByKey } from '../policies/keys/identify-by-key.js'
import { createMeter } from '../policies/metering/meter.js'
import { nameModelFrom } from '../policies/pii/names/load.js'
import type { NameModel } from '../policies/pii/names/model.js'
import type { PiiOptions } from '../policies/pii/policy.js'
import type { Send } from '../policies/services/transport.js'
import { type Auditing, NO_AUDITING } from './auditing.js'
import { type Billing, noBilling } from './billing.js'
import { guardsOf, type PreparedGuards, UNPREPARED } from './guards.js'
import { type Keys, noKeys } from './keys-of-service.js'
import { passingKey } from './own-key.js'
import { longestChain, providerKeys } from './provider-keys.js'
import { forgetful, type Spending } from './spending.js'

/** What outlives a configuration: read vocabularies, which targets asked for a rest, what has been spent, and tokens of accounts. */
export interface Lasting {
  readonly clock: Clock
  readonly encodings: Encodings
  readonly resting: Map<string, number>
  readonly spending: Spending
  /** Keys of Tollgate's own. */
  readonly keys: Keys
  readonly credentials: CredentialStore
  /** The pools of providers with several keys. */
  readonly providerKeys: KeyPools
  /** Where records of requests are made. */
  readonly audit: Pick<Auditing, 'port' | 'isElsewhere'>
  /** The ledger of what was spent. */
  readonly billing: Billing
  /** The secret of this installation. */
  readonly ownKey: () => Uint8Array
  /** What was learned of names, read when a rule first looks for them. */
  readonly names: () => NameModel
  /** What services have said of texts. */
  readonly verdicts: VerdictCache
  /** Connections to the services that judge texts, from when they are first asked for. */
  services(): Promise<Send>
}

/** State for one process; without `spending` what is spent is counted and forgotten with it, and accounts are told from the configuration alone. */
export function createLasting(
  clock: Clock,
  spending: Spending = forgetful(clock),
  credentials: CredentialStore = accounts(clock, {}, SILENT),
  ownKey = passingKey(),
  keys: Keys = noKeys(clock),
  pools: KeyPools = providerKeys(clock, SILENT),
  audit: Lasting['audit'] = NO_AUDITING,
  billing: Billing = noBilling(clock),
): Lasting {
  return {
    clock,
    encodings: createEncodings(readFile, setImmediate),
    resting: new Map(),
    spending,
    keys,
    credentials,
    providerKeys: pools,
    audit,
    billing,
    ownKey,
    names: nameModelFrom((file) => readFileSync(file, 'utf8')),
    verdicts: createVerdictCache({ most: MOST_VERDICTS, clock }),
    services: connections(clock),
  }
}

/** A few megabytes. */
const MOST_VERDICTS = 20_000

function connections(clock: Clock): () => Promise<Send> {
  let transport: Promise<ServiceTransport> | undefined
  const wait = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined)
  const open = async () => {
    const { createServiceTransport } = await import('../io/guards/service-transport.js')
    return createServiceTransport({ clock, wait })
  }
  return async () => {
    transport ??= open()
    return (await transport).send
  }
}

/** The accounts of one process; those that the configuration does not spell out are found in `env` and on the machine. */
export function accounts(clock: Clock, env: CredentialOptions['env'], log: CredentialOptions['log']): CredentialStore {
  return createCredentials({ clock, schedule: systemSchedule, random: Math.random, env, log })
}

const SILENT = { info() {}, warn() {}, error() {} }

/** A configuration put together with the code that acts on it. */
export interface Assembled {
  readonly settings: Settings
  readonly clusters: readonly ProviderCluster[]
  /** The vocabularies that its models are counted with. */
  readonly encodings: readonly EncodingName[]
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

  const target = ({ provider, model, api }: TargetSettings): Target => {
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
  const models = new Map<string, ModelRoute>()
  for (const [name, { targets }] of config.models) models.set(name, { name, targets: targets.map(target) })

  const meter = createMeter({
    encodings: lasting.encodings,
    tokenizerName: (model) => config.catalog.get(model)?.tokenizer,
    price: priced,
    pause: setImmediate,
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
  const targets = [...models.values()].flatMap((model) => model.targets)
  const encodings = targets.map(({ model }) => tokenizerFor(model, config.catalog.get(model)?.tokenizer).encoding)
  return {
    settings,
    clusters: [...connected.values()].map(({ cluster }) => cluster),
    encodings: [...new Set(encodings)],
    warnings: [...new Set(warnings)],
  }
}

function identification({ identity, keys }: Config, lasting: Lasting): Settings['identify'] {
  const identify = identifier(identity)
  return keys ? identifyByKey(identify, lasting.keys.admission(keys)) : identify
}

function auditOptions(settings: AuditSettings, { pii }: Config, { clock, audit, names }: Lasting): CaptureOptions {
  return { settings, port: audit.port, own: pii, clock, names, pause: setImmediate }
}

function piiOptions({ pii }: Config, { clock, ownKey, names }: Lasting, { send }: PreparedGuards): PiiOptions {
  return {
    rules: pii,
    clock,
    names,
    pause: setImmediate,
    digest: (key, text) =>
      createHmac('sha256', key ?? ownKey())
        .update(text)
        .digest(),
    analyzer: { send, timeout: AbortSignal.timeout },
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

type ProviderSettings = Config['providers'] extends ReadonlyMap<string, infer S> ? S : never

/** A configured provider, where it is and how to call each of its APIs. */
interface Connection {
  serving(model: string, api: TargetSettings['api']): ReturnType<Family['serving']>
  readonly cluster: ProviderCluster
  upstream(api: Provider): Upstream
}

function credentialsOf(
  name: string,
  settings: ProviderSettings,
  { fallback }: Config,
  { credentials, providerKeys }: Lasting,
): Credentials {
  const { apiKeys } = settings
  return apiKeys ? providerKeys.for(name, apiKeys, fallback) : credentials.for(name, settings)
}

function connect(name: string, settings: ProviderSettings, credentials: Credentials): Connection {
  const family = providers.get(settings.kind)
  const { apiVersion, region, project, location } = settings
  const options = { apiVersion, region, project, location }
  const base = settings.baseUrl ?? family?.defaultBaseUrl ?? family?.baseUrlFor?.(options)
  if (!family || base === undefined) throw new Error(`The provider kind '${settings.kind}' is not in this build.`)
  const url = new URL(base)
  const scheme = url.protocol === 'https:' ? 'https' : 'http'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port)
  const caFile = settings.tls.caFile ?? systemCaFile()
  const tls = scheme === 'https' ? { serverName: host, caFile } : undefined
  const { circuitBreaker, outlierDetection } = settings
  const shape = { name, host, port, tls, circuitBreaker, outlierDetection }
  const cluster = `tollgate_${name}_${createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 8)}`
  const at = region ?? location
  const where = at === undefined ? {} : { region: at }
  const place = { authority: url.host, scheme, basePath: url.pathname.replace(/\/+$/, ''), cluster, ...where } as const
  return {
    serving: (model, api) => family.serving(model, { api, options, basePath: place.basePath }),
    upstream: (provider) => ({ name, provider, credentials, options, ...place }),
    cluster: {
      name: cluster,
      statName: `tollgate_${name.replaceAll('.', '_')}`,
      host,
      port,
      tls,
      circuitBreaker,
      outlierDetection: outlierDetection.enabled ? outlierDetection : undefined,
      ...((settings.apiKeys?.length ?? 1) > 1 && { keys: 'several' as const }),
    },
  }
}

const CA_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** The certificate authorities of this system; Debian's place where none is found, as in the official Envoy images. */
function systemCaFile(): string {
  return CA_FILES.find((file) => existsSync(file)) ?? '/etc/ssl/certs/ca-certificates.crt'
}
