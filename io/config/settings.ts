import type { ProviderOptions } from '../../core/provider.js'
import type { AccessSettings } from '../../policies/access/settings.js'
import type { AlertSettings } from '../../policies/alerts/settings.js'
import type { AuditSettings } from '../../policies/audit/settings.js'
import type { Rule } from '../../policies/budget/rules.js'
import type { ClassificationSettings } from '../../policies/classification/settings.js'
import type { IdentityRules } from '../../policies/identity/rules.js'
import type { KeySettings } from '../../policies/keys/settings.js'
import type { PiiRule } from '../../policies/pii/settings.js'
import type { AdminSettings } from '../admin/settings.js'
import type { LedgerSettings } from '../billing/settings.js'
import type { CredentialSettings } from '../credentials/plan.js'
import type { PooledKey } from '../credentials/pool-settings.js'
import type { GuardEntry } from './guards/entry.js'

/** A validated configuration with every default filled in. Maps keep the file's order; durations are milliseconds. */
export interface Config {
  readonly version: 1
  /** 16 hexadecimal digits that tell one configuration's text, and the word lists and schemas that it names, from another's. */
  readonly fingerprint: string
  readonly providers: ReadonlyMap<string, ProviderSettings>
  /** By the name that clients use. */
  readonly models: ReadonlyMap<string, ModelSettings>
  /** By the target's model name. */
  readonly prices: ReadonlyMap<string, PriceSettings>
  /** By the target's model name. */
  readonly catalog: ReadonlyMap<string, CatalogSettings>
  /** Whether a request is refused with 422 where a target cannot express it. */
  readonly strict: boolean
  /** The largest request body in bytes. */
  readonly maxBody: number
  /** Where the parts of an identity stand; none by default. */
  readonly identity: IdentityRules
  /** Which calls are allowed; all where it is absent. */
  readonly access?: AccessSettings | undefined
  /** Keys of Tollgate's own; absent where there are none. */
  readonly keys?: KeySettings | undefined
  /** `budgets`, then `limits`, each in the file's order; a limit on several units is as many neighbours of one name. */
  readonly rules: readonly Rule[]
  /** What is done about personal data, the first that matches a request; empty where nothing is. */
  readonly pii: readonly PiiRule[]
  /** All that match a request are asked. */
  readonly guardrails: readonly GuardEntry[]
  /** Absent where nothing is classified. */
  readonly classification?: ClassificationSettings | undefined
  /** Absent where no records of requests are kept. */
  readonly audit?: AuditSettings | undefined
  readonly store: StoreSettings
  /** Absent where nobody wants alerts. */
  readonly alerts?: AlertSettings | undefined
  /** What is kept of what was spent. */
  readonly ledger: LedgerSettings
  /** Who may call the admin API. */
  readonly admin: AdminSettings
  readonly timeouts: TimeoutSettings
  readonly fallback: FallbackSettings
}

/** One configured provider; of the options only those that its kind reads. */
export interface ProviderSettings
  extends ProviderOptions,
    Omit<CredentialSettings, 'kind' | 'apiKey' | 'baseUrl' | 'region' | 'project'> {
  readonly kind: string
  /** A secret: printable ASCII, never to be shown. */
  readonly apiKey?: string
  /** Several in its place, each with a name of its own; at least one. */
  readonly apiKeys?: readonly PooledKey[]
  /** An absolute http or https URL without a slash at its end; absent means the kind's own endpoint. */
  readonly baseUrl?: string
  readonly tls: TlsSettings
  readonly circuitBreaker: CircuitBreakerSettings
  readonly outlierDetection: OutlierDetectionSettings
}

/** How a provider's certificate is verified. */
interface TlsSettings {
  /** The absolute path of a PEM file that replaces the system's certificate authorities. */
  readonly caFile?: string
}

/** The most a provider may have open at once. */
export interface CircuitBreakerSettings {
  readonly maxConnections: number
  readonly maxRequests: number
  readonly maxPendingRequests: number
}

/** When a provider's host is left out for a while. */
export interface OutlierDetectionSettings {
  readonly enabled: boolean
  readonly consecutiveErrors: number
  /** Milliseconds. */
  readonly ejectFor: number
}

/** What clients get under one model name: 1 to 8 targets, tried in this order. */
export interface ModelSettings {
  readonly targets: readonly TargetSettings[]
}

/** A model of a configured provider. */
export interface TargetSettings {
  readonly provider: string
  readonly model: string
  /** The API that the model is called through; absent means the one that its provider and its name tell. */
  readonly api?: 'chat' | 'responses' | 'completions' | undefined
}

/** US dollars per million tokens, of which what is absent costs as `input`, and per 1,000 searches of the web. */
export interface PriceSettings {
  readonly input: number
  readonly output: number
  readonly cachedInput?: number
  readonly cacheWrite?: number
  readonly cacheWrite1h?: number
  readonly webSearch?: number
}

/** What is known of a model, in tokens. */
export interface CatalogSettings {
  readonly contextWindow?: number
  readonly maxOutput?: number
  readonly tokenizer?: string
}

/** Where budgets and limits are counted. */
export type StoreSettings =
  /** In the process; what is committed survives a restart where there is a journal (an absolute path). */
  { readonly kind: 'memory'; readonly journal?: string | undefined } | RedisSettings

export interface RedisSettings {
  readonly kind: 'redis'
  /** `redis://` or `rediss://`, or either with `+cluster` before the colon; one host. A secret: it may hold a password. */
  readonly url: string
  /** What the names of all keys begin with. */
  readonly prefix: string
  /** Milliseconds that one operation may take. */
  readonly deadline: number
  /** How many Tollgates share the store: what `local-share` divides by. */
  readonly instances: number
}

/** All in milliseconds. */
export interface TimeoutSettings {
  readonly connect: number
  /** Until the first token of a stream. */
  readonly firstToken: number
  /** Until a non-streaming answer is complete. */
  readonly response: number
  /** Between two pieces of a stream. */
  readonly idle: number
  /** How long running requests may take to finish at shutdown; 0 ends them at once. */
  readonly drain: number
}

/** How long a target is passed over after a 429 or 5xx, in milliseconds. */
export interface FallbackSettings {
  /** When the answer had no Retry-After; 0 is off. */
  readonly coolDown: number
  /** The most that a Retry-After may ask for. */
  readonly maxCoolDown: number
}
