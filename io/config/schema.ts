import { z } from 'zod'
import type { ProviderKind } from '../../core/provider.js'
import type { PiiVocabulary } from '../../policies/pii/vocabulary.js'
import { type AccessReferable, access, checkLabelsOf } from './access.js'
import { type AdminSurroundings, admin } from './admin.js'
import { alerts } from './alerts.js'
import { audit } from './audit.js'
import { budgets } from './budgets.js'
import { type ClassificationNames, checkGuardsOf, classification } from './classification.js'
import { guardrails } from './guardrails.js'
import type { KindOptions } from './guards/kinds.js'
import { identity } from './identity.js'
import { keys, withKeyStore } from './keys.js'
import { ledger } from './ledger.js'
import { limits } from './limits.js'
import { keyed, modelKey, named, namedSection, providerName, section } from './maps.js'
import type { Referable } from './match.js'
import { pii } from './pii.js'
import { providerKey, providerKeys } from './provider-keys.js'
import { checkKind, checkSigning, providerOptions, providerSigning } from './provider-options.js'
import { type StoreSurroundings, store } from './store.js'
import { listed } from './suggest.js'
import { type ChoosableKind, checkApis, target } from './target.js'
import { baseUrl, duration, flag, integer, oneOf, size, text, usdPer } from './values.js'

/** What the schema cannot know by itself. */
export interface Surroundings
  extends AccessReferable,
    StoreSurroundings,
    AdminSurroundings,
    Omit<KindOptions, 'patternFault'> {
  /** The provider kinds and tokenizers that this build has. */
  readonly kinds: readonly (ProviderKind & ChoosableKind)[]
  readonly tokenizers: readonly string[]
  /** What `pii` may name; undefined in a build without a detector. */
  readonly pii: PiiVocabulary | undefined
  /** Whether requests are classified. */
  readonly classifies: boolean
  /** What `classification` may name. */
  readonly classifiable: ClassificationNames
  /** What more than one budget or limit is called. */
  readonly duplicates: ReadonlySet<string>
}

const KNOWN_KINDS = ['openai', 'azure', 'anthropic', 'vertex', 'bedrock', 'gemini', 'compatible']
const MOST_TARGETS = 8
const UINT32 = 4_294_967_295
const TOKENS = 1_000_000_000

/** The configuration file's schema: plain values (maps as `Map`) in, `Config` out. */
export function configSchema(surroundings: Surroundings) {
  return keyed({
    version: z.literal(1, { error: 'must be 1, the only version' }),
    providers: named(providerName(), provider(surroundings), 1, 'provider names to providers'),
    models: named(modelKey(), model(surroundings), 1, 'model names to models'),
    prices: namedSection(modelKey(), price(), "the targets' model names to prices"),
    catalog: namedSection(modelKey(), catalogued(surroundings), "the targets' model names to what is known of them"),
    strict: flag().default(false),
    maxBody: size(1024, 512 * 1024 * 1024).default(32 * 1024 * 1024),
    store: store(surroundings),
    ledger: ledger(surroundings),
    admin: admin(surroundings),
    timeouts: section({
      connect: duration(1).default(5_000),
      firstToken: duration(1).default(120_000),
      response: duration(1).default(600_000),
      idle: duration(1).default(300_000),
      drain: duration(0).default(30_000),
    }),
    fallback: section({ coolDown: duration(0).default(0), maxCoolDown: duration(0).default(300_000) }),
    identity: identity(),
    keys: keys(surroundings),
    access: access({ ...withLabels(surroundings), regions: surroundings.regions }),
    budgets: budgets(withLabels(surroundings), surroundings.duplicates),
    limits: limits(withLabels(surroundings), surroundings.duplicates),
    pii: pii(surroundings, surroundings.pii),
    guardrails: guardrails(surroundings, {
      ...{ sourceFile: surroundings.sourceFile, content: surroundings.content },
      patternFault: surroundings.pii?.patternFault ?? (() => undefined),
    }),
    classification: classification(surroundings, surroundings.classifiable),
    audit: audit(withLabels(surroundings), surroundings),
    alerts: alerts(),
  })
    .superRefine((config, context) => checkApis(config, surroundings.kinds, context))
    .superRefine((config, context) => checkGuardsOf(config, context))
    .superRefine((config, context) => checkLabelsOf(config, context))
    .transform(({ budgets, limits, keys, ...config }, context) => ({
      ...config,
      ...withKeyStore(keys, config.store, context),
      rules: [...budgets, ...limits.flat()],
    }))
}

/** Budgets and limits know how a request is classified. */
function withLabels({ established, classifies, ...surroundings }: Surroundings): Referable {
  if (established === undefined || !classifies) return { ...surroundings, established }
  return { ...surroundings, established: new Set([...established, 'label']) }
}

function provider({ kinds, certificates }: Surroundings) {
  const names = kinds.map(({ kind }) => kind)
  const tls = section({
    caFile: text('the path of a PEM file of certificates')
      .transform((path, context) => {
        const found = certificates(path)
        if (found.ok) return found.path
        context.addIssue({ code: 'custom', message: found.message })
        return z.NEVER
      })
      .optional(),
  })
  const connections = integer(1, UINT32).default(100_000)
  const settings = keyed({
    kind: oneOf(names, 'a provider kind'),
    apiKey: providerKey().optional(),
    apiKeys: providerKeys().optional(),
    baseUrl: baseUrl().optional(),
    ...providerOptions(),
    ...providerSigning(),
    tls,
    circuitBreaker: section({ maxConnections: connections, maxRequests: connections, maxPendingRequests: connections }),
    outlierDetection: section({
      enabled: flag().default(true),
      consecutiveErrors: integer(1, UINT32).default(5),
      ejectFor: duration(1).default(30_000),
    }),
  }).superRefine((settings, context) => {
    checkKind(settings, kinds, context)
    checkSigning(settings, kinds, context)
    if (settings.tls.caFile === undefined || !settings.baseUrl?.startsWith('http:')) return
    context.addIssue({
      code: 'custom',
      path: ['tls', 'caFile'],
      message: 'has no use with an http:// baseUrl; use https:// or remove it',
    })
  })
  return built(KNOWN_KINDS, names).pipe(settings)
}

/**
 * Refuses a `kind` that exists and is not in this build, before its own keys are reported as unknown ones.
 */
function built(known: readonly string[], kinds: readonly string[]) {
  return z.unknown().superRefine((value, context) => {
    const kind: unknown = value instanceof Map ? value.get('kind') : undefined
    if (typeof kind !== 'string' || !known.includes(kind) || kinds.includes(kind)) return
    context.addIssue({
      code: 'custom',
      path: ['kind'],
      message: `${kind} is not in this build; built: ${listed(kinds)}`,
    })
  })
}

function model({ providers }: Surroundings) {
  const error = `must be a list of 1 to ${MOST_TARGETS} targets, each { provider: ..., model: ... }`
  return keyed({ targets: z.array(target(providers), { error }).min(1, { error }).max(MOST_TARGETS, { error }) })
}

function price() {
  return keyed({
    input: usdPer('million tokens'),
    output: usdPer('million tokens'),
    cachedInput: usdPer('million tokens').optional(),
    cacheWrite: usdPer('million tokens').optional(),
    cacheWrite1h: usdPer('million tokens').optional(),
    webSearch: usdPer('1,000 searches').optional(),
  })
}

function catalogued({ tokenizers }: Surroundings) {
  return keyed({
    contextWindow: integer(1, TOKENS).optional(),
    maxOutput: integer(1, TOKENS).optional(),
    tokenizer: oneOf(tokenizers, 'a tokenizer of this build').optional(),
  }).superRefine(({ contextWindow, maxOutput }, context) => {
    if (contextWindow === undefined || maxOutput === undefined || maxOutput <= contextWindow) return
    context.addIssue({ code: 'custom', path: ['maxOutput'], message: 'must not be larger than contextWindow' })
  })
}
