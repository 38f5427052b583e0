import type { JsonObject } from '../../core/json.js'

/** The processes that are started: an Envoy each, with what stands behind it. */
export const STACKS = ['bare', 'noopOne', 'noopTwo', 'pass', 'full', 'redis'] as const
export type StackName = (typeof STACKS)[number]

/** What is compared. Some are models of the same process, which rules tell apart. */
export const SYSTEMS = ['bare', 'noopOne', 'noopTwo', 'pass', 'full', 'chain', 'restore', 'redis'] as const
export type System = (typeof SYSTEMS)[number]

/** Where a system is reached: which stack, asked for which model. */
export const PLACES: Readonly<Record<System, { readonly stack: StackName; readonly model: string }>> = {
  bare: { stack: 'bare', model: 'gpt-4o' },
  noopOne: { stack: 'noopOne', model: 'gpt-4o' },
  noopTwo: { stack: 'noopTwo', model: 'gpt-4o' },
  pass: { stack: 'pass', model: 'gpt-4o' },
  full: { stack: 'full', model: 'gpt-4o' },
  chain: { stack: 'full', model: 'chain' },
  restore: { stack: 'full', model: 'restore' },
  redis: { stack: 'redis', model: 'gpt-4o' },
}

/** As tables and charts call them. */
export const LABELS: Readonly<Record<System, string>> = {
  bare: 'bare Envoy',
  noopOne: 'no-op, one level',
  noopTwo: 'no-op, two levels',
  pass: 'Tollgate, pass-through',
  full: 'Tollgate, full',
  chain: 'Tollgate, full, with a fallback target',
  restore: 'Tollgate, full, restoring personal data',
  redis: 'Tollgate, full, counting in Redis',
}

/** The headers in which the gateway in front says who is calling. */
export const IDENTITY = { 'x-user-id': 'ann', 'x-team-id': 'llm-eng', 'x-org-id': 'acme' } as const

const TARGET = { provider: 'fake', model: 'gpt-4o' }

/** Metering alone: tokens and cost, metrics and the log line, which cannot be turned off; no rules, no ledger. */
export function passConfig(providerPort: number): JsonObject {
  return {
    version: 1,
    providers: { fake: provider(providerPort) },
    models: { 'gpt-4o': { targets: [TARGET] } },
    ledger: { kind: 'off' },
  }
}

/**
 * Everything on: who is calling, a budget and two limits, personal data and secrets looked for in prompts. The model `restore` also
 * treats answers, `chain` has a second target.
 */
export function fullConfig(providerPort: number, store: JsonObject): JsonObject {
  return {
    version: 1,
    providers: { fake: provider(providerPort), spare: provider(providerPort) },
    models: {
      'gpt-4o': { targets: [TARGET] },
      restore: { targets: [TARGET] },
      chain: { targets: [TARGET, { ...TARGET, provider: 'spare' }] },
    },
    identity: { headers: { user: 'x-user-id', team: 'x-team-id', organization: 'x-org-id' } },
    budgets: [{ name: 'teams', each: 'team', limit: { usd: 9_000_000, per: 'month' } }],
    limits: [
      { name: 'requests', each: 'user', requests: 100_000_000, per: 'minute' },
      { name: 'tokens', each: ['team', 'model'], tokens: 100_000_000_000, per: 'hour' },
    ],
    pii: [
      { name: 'restored', match: { model: 'restore' }, mode: 'restore' },
      { name: 'scanned', mode: 'restore', answers: 'off', secrets: { mode: 'mask', answers: 'off' } },
    ],
    store,
    ledger: { kind: 'off' },
  }
}

function provider(port: number): JsonObject {
  return { kind: 'openai', apiKey: 'bench', baseUrl: `http://127.0.0.1:${port}/v1` }
}
