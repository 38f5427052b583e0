import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Audit } from '../core/audit.js'
import type { AttemptReport, Observer, Outcome } from '../core/outcome.js'
import { type AuditSource, auditMetrics } from './audit/audit-metrics.js'
import { type LedgerFigures, registerLedger } from './billing/ledger-metrics.js'
import { type BudgetSource, budgetTotals } from './budget-totals.js'
import { type PoolSource, poolMetrics } from './credentials/pool-metrics.js'
import { heldCounter } from './held-counter.js'
import { type KeySource, keyMetrics } from './keys/key-metrics.js'
import { systemSchedule } from './ledger/deadline.js'
import { processMetrics } from './process-metrics.js'

export interface Metrics extends Observer {
  /** The Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
  /** For metrics of what runs beside requests. */
  readonly registry: Registry
  /** The same as data, for a process that adds up several. */
  figures(): Promise<Figures>
  unknownExchange(): void
  /** A stream went on to the worker process that holds its exchange. */
  handedOn(): void
  /** A request came that the gateway in front did not sign as it should. */
  refusedContext(reason: string): void
  reload(result: 'ok' | 'rejected'): void
  /** A budget or limit of the configuration refused a request. */
  refused(budget: string): void
  /** A request did not get in because of its virtual key, or for want of one. */
  keyRefused(reason: string): void
}

/** The metrics of one process, as prom-client has them. */
export type Figures = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** What metrics tell of budgets, read when they are scraped. */
export interface SpendingSource extends BudgetSource {
  /** Whether the store of budgets and limits answers. */
  storeUp(): boolean
}

/** Where figures come from that are read when metrics are scraped; what a process does not have has no metrics. */
export interface MetricSources {
  readonly spending?: SpendingSource
  readonly keys?: KeySource
  readonly pools?: PoolSource
  readonly audit?: AuditSource
  readonly ledger?: () => LedgerFigures
}

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1]
/** A guard that takes no longer is no trouble, and not worth a figure. */
const SLOW_GUARD_MS = 5
const SLOW_GUARD_SECONDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
const FIRST_TOKEN_SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60, 120]

/**
 * The contract's metrics. Labels are bounded: model and provider come from the configuration, never from what a client
 * wrote. `openExchanges` and the sources are read when metrics are scraped; a store that is down delays that by a second at
 * most and leaves the figures before.
 */
export function createMetrics(
  openExchanges: () => number,
  { spending, keys, pools, audit, ledger }: MetricSources = {},
): Metrics {
  const registry = new Registry()
  const registers = [registry]
  // The usual 10 ms would wake an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
  const worked = processMetrics(registers, () => openExchanges() > 0)

  const requests = heldCounter({
    name: 'tollgate_requests_total',
    help: 'Client requests by the model asked for, the provider that answered, the status and the error code.',
    labelNames: ['model', 'provider', 'status', 'code'],
    registers,
  })
  const tokens = heldCounter({
    name: 'tollgate_tokens_total',
    help: 'Tokens used by all attempts; input includes cached and cache-write tokens, output includes reasoning.',
    labelNames: ['model', 'provider', 'kind'],
    registers,
  })
  const cost = heldCounter({
    name: 'tollgate_cost_usd_total',
    help: 'Cost of all attempts whose model has a known price, in US dollars.',
    labelNames: ['model', 'provider'],
    registers,
  })
  const unpriced = heldCounter({
    name: 'tollgate_unpriced_requests_total',
    help: 'Attempts that used tokens of a model without a known price.',
    labelNames: ['model', 'provider'],
    registers,
  })
  const estimated = heldCounter({
    name: 'tollgate_usage_estimated_total',
    help: 'Attempts whose tokens were counted here because the provider did not report them all.',
    labelNames: ['model', 'provider'],
    registers,
  })
  const attempts = heldCounter({
    name: 'tollgate_attempts_total',
    help: 'Calls to providers by what became of them.',
    labelNames: ['provider', 'outcome'],
    registers,
  })
  const overhead = new Histogram({
    name: 'tollgate_overhead_seconds',
    help: 'Time that Tollgate took to admit, translate and sign a request.',
    buckets: SECONDS,
    registers,
  })
  const firstToken = new Histogram({
    name: 'tollgate_time_to_first_token_seconds',
    help: 'From the arrival of a request to the first content of its answer.',
    labelNames: ['provider'],
    buckets: FIRST_TOKEN_SECONDS,
    registers,
  })
  const refusedContexts = new Counter({
    name: 'tollgate_refused_contexts_total',
    help: 'Requests whose signed context was absent, malformed, forged, expired or replayed.',
    labelNames: ['reason'],
    registers,
  })
  const unknownExchanges = new Counter({
    name: 'tollgate_unknown_exchanges_total',
    help: 'Attempts refused because their exchange is not held by this process.',
    registers,
  })
  const handedOn = new Counter({
    name: 'tollgate_handed_on_streams_total',
    help: 'Attempts that went on to the worker process that holds their exchange.',
    registers,
  })
  const reloads = new Counter({
    name: 'tollgate_config_reloads_total',
    help: 'Changes of the configuration file, by result.',
    labelNames: ['result'],
    registers,
  })
  new Gauge({
    name: 'tollgate_exchanges_open',
    help: 'Requests that are admitted and not yet settled.',
    registers,
    collect() {
      this.set(openExchanges())
    },
  })

  const entities = heldCounter({
    name: 'tollgate_pii_entities_total',
    help: 'Values found by what they are, in requests and in answers.',
    labelNames: ['entity', 'direction'],
    registers,
  })
  const guards = heldCounter({
    name: 'tollgate_guardrail_total',
    help: 'Requests that a guardrail read, by what it did.',
    labelNames: ['guardrail', 'outcome'],
    registers,
  })
  const shadows = heldCounter({
    name: 'tollgate_guardrail_shadow_total',
    help: 'Requests that a guardrail in shadow mode read, by what it would have done.',
    labelNames: ['guardrail', 'outcome'],
    registers,
  })
  const slowGuards = new Histogram({
    name: 'tollgate_slow_guard_seconds',
    help: 'Time that a guard took for one request, of those that took more than 5 ms; what it waited for is part of it.',
    labelNames: ['guard'],
    buckets: SLOW_GUARD_SECONDS,
    registers,
  })
  const labels = heldCounter({
    name: 'tollgate_classified_total',
    help: 'Requests by how they are classified.',
    labelNames: ['label'],
    registers,
  })
  const denials = heldCounter({
    name: 'tollgate_denied_total',
    help: 'Requests denied by this access rule; default: no rule allows them, key: their key is not bound to the model.',
    labelNames: ['rule'],
    registers,
  })
  const refusals = new Counter({
    name: 'tollgate_budget_refused_total',
    help: 'Requests refused because this budget or limit was exhausted.',
    labelNames: ['budget'],
    registers,
  })
  if (audit !== undefined) auditMetrics(audit, registers)
  const countPooled = poolMetrics(pools, registers)
  const keyRefused = keys === undefined ? () => {} : keyMetrics(keys, registers)
  if (ledger) registerLedger(ledger, registers)
  const readBudgets = spending === undefined ? async () => {} : budgetGauges(spending, registers)

  const countAudit = ({ guard, outcome, shadow, label, request, answer, ms }: Audit) => {
    if (label !== undefined) labels.add([label])
    else if (shadow) shadows.add([guard, outcome])
    else guards.add([guard, outcome])
    if (ms > SLOW_GUARD_MS) slowGuards.observe({ guard }, ms / 1000)
    for (const [entity, times] of Object.entries(request)) entities.add([entity, 'request'], times)
    for (const [entity, times] of Object.entries(answer)) entities.add([entity, 'answer'], times)
  }
  const count = (attempt: AttemptReport, model: string) => {
    const provider = attempt.target.upstream.name
    attempts.add([provider, attempt.outcome])
    countPooled(attempt)
    const { usage } = attempt
    const used = (kind: string, amount: number | undefined) => {
      if (amount !== undefined && amount > 0) tokens.add([model, provider, kind], amount)
    }
    used('input', usage.prompt)
    used('cached_input', usage.cachedPrompt)
    used('cache_write', usage.cacheWrite)
    used('output', usage.completion)
    used('reasoning', usage.reasoning)
    if (attempt.usageSource === 'counted') estimated.add([model, provider])
    if (attempt.cost === undefined) unpriced.add([model, provider])
    // Prometheus counts in floats; the ledger and the log have the exact figure.
    else if (attempt.cost > 0n) cost.add([model, provider], Number(attempt.cost) / 1e9)
  }

  return {
    registry,
    contentType: registry.contentType,
    async text() {
      await readBudgets()
      return registry.metrics()
    },
    async figures() {
      await readBudgets()
      return registry.getMetricsAsJSON()
    },
    unknownExchange: () => unknownExchanges.inc(),
    handedOn: () => handedOn.inc(),
    refusedContext: (reason) => refusedContexts.inc({ reason }),
    reload: (result) => reloads.inc({ result }),
    refused: (budget) => refusals.inc({ budget }),
    keyRefused,
    ended(outcome) {
      worked()
      const model = modelLabel(outcome)
      const last = outcome.attempts.at(-1)
      const provider = last?.target.upstream.name ?? ''
      requests.add([model, provider, String(outcome.status), outcome.error?.code ?? ''])
      for (const attempt of outcome.attempts) count(attempt, model)
      for (const audit of outcome.audits) countAudit(audit)
      if (outcome.error?.rule !== undefined) denials.add([outcome.error.rule])
      if (outcome.attempts.length > 0) overhead.observe(outcome.overheadMs / 1000)
      if (outcome.firstTokenMs !== undefined) firstToken.observe({ provider }, outcome.firstTokenMs / 1000)
    },
  }
}

/** Registers what is known of budgets; returns what brings the figures up to date. */
function budgetGauges(source: SpendingSource, registers: Registry[]): () => Promise<void> {
  const spent = new Gauge({
    name: 'tollgate_budget_spent_usd',
    help: 'Spent in the current windows of a budget in dollars, summed over its subjects.',
    labelNames: ['budget'],
    registers,
  })
  const reserved = new Gauge({
    name: 'tollgate_budget_reserved_usd',
    help: 'Held by running requests in a budget in dollars, summed over its subjects.',
    labelNames: ['budget'],
    registers,
  })
  new Gauge({
    name: 'tollgate_store_up',
    help: 'Whether the store of budgets and limits answers.',
    // Of several processes each has its own way to it.
    aggregator: 'min',
    registers,
    collect() {
      this.set(source.storeUp() ? 1 : 0)
    },
  })
  const totals = budgetTotals(source, systemSchedule)
  return async () => {
    const known = await totals()
    spent.reset()
    reserved.reset()
    for (const total of known) {
      spent.set({ budget: total.budget }, total.committed / 1e9)
      reserved.set({ budget: total.budget }, total.reserved / 1e9)
    }
  }
}

/** Only names that the configuration has: a request that never got a target may hold any text as its model. */
function modelLabel(outcome: Outcome): string {
  return outcome.attempts.length > 0 ? (outcome.request?.model ?? '') : ''
}
