import type { Clock } from '../../core/clock.js'
import { eachInSteps, inTurns, type Steps } from '../../core/turns.js'
import type { Ledger } from '../budget/ledger.js'
import type { Rule } from '../budget/rules.js'
import type { Alert, AlertStore } from './alert.js'
import { type KeyParts, type NamedBucket, namedBuckets } from './budget-name.js'
import type { Finding, InForce } from './finding.js'
import type { History, Wanted } from './history.js'
import type { Outlooks } from './outlooks.js'
import { overrunFindings } from './overruns.js'
import type { AlertKind, AlertSettings, WebhookTarget } from './settings.js'
import type { Spikes } from './spikes.js'
import { thresholdFindings } from './thresholds.js'

export interface WatcherOptions {
  /** Undefined where nobody wants alerts. */
  settings(): AlertSettings | undefined
  rules(): readonly Rule[]
  /** Undefined as long as nothing was ever counted. */
  ledger(): Pick<Ledger, 'list'> | undefined
  /** Whether the store of budgets answers. What stands in for it knows only a part. */
  storeUp(): boolean
  partsOf(key: string): KeyParts
  readonly history: Pick<History, 'refresh' | 'watched'>
  wanted(): Wanted
  readonly outlooks: Outlooks
  readonly spikes: Spikes
  /** Where alerts are kept; those about this instance alone are kept with it. */
  readonly store: AlertStore
  readonly own: AlertStore
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  newId(): string
  /** Lets others have their turn: there may be a hundred thousand buckets. */
  pause(): Promise<void>
  raised(kind: Alert['kind']): void
  /** Deliveries went because too many were waiting. */
  dropped(deliveries: number): void
  failed(error: unknown): void
}

/** Looks once at everything, raises what is new and re-arms what is over. Never rejects. */
export type Look = () => Promise<void>

export function createWatcher(options: WatcherOptions): Look {
  const { store, own, clock, failed } = options
  const apply = async (where: AlertStore, findings: readonly Finding[], inForce: InForce, settings: AlertSettings) => {
    for (const finding of findings) {
      const { subject } = finding
      if (finding.kind === 'off') {
        if (inForce.has(subject)) await where.rearm(subject)
      } else if (!inForce.has(subject)) {
        const { basis, until } = finding
        const alert: Alert = { ...finding.alert(), id: options.newId(), at: clock.now(), subject }
        const done = await where.raise({ alert, basis, until }, receiversOf(alert, settings.webhooks))
        if (done.kind === 'raised') options.raised(alert.kind)
        if (done.dropped > 0) options.dropped(done.dropped)
      }
    }
  }
  const each = async (what: () => Promise<void>) => what().catch(failed)
  const work = <T>(steps: Steps<T>) => inTurns(steps, { clock, pause: options.pause })

  return async () => {
    const settings = options.settings()
    if (!settings) return
    await each(async () => apply(own, [storeFinding(options)], await own.inForce(), settings))
    if (!options.storeUp()) return
    const inForce = await store.inForce().catch(failed)
    const states = await Promise.resolve(options.ledger()?.list() ?? []).catch(failed)
    if (!inForce || !states || !options.storeUp()) return
    const buckets = await work(namedBuckets(states, options.rules(), options.partsOf))
    const held = await work(keysOf(buckets))
    await each(async () => {
      const findings = await work(thresholdFindings(buckets, settings.thresholds, inForce, clock.now()))
      const over = await work(gone('threshold', held, inForce))
      await apply(store, [...findings, ...over], inForce, settings)
    })
    await each(async () => {
      if (!settings.forecast.enabled) return
      const outlooks = await options.outlooks.of(buckets.map(({ state }) => state))
      const { probability } = settings.forecast
      const findings = await work(overrunFindings(buckets, outlooks, probability, inForce, clock.now()))
      const over = await work(gone('forecast', held, inForce))
      await apply(store, [...findings, ...over], inForce, settings)
    })
    await each(async () => {
      if (!settings.anomalies.enabled) return
      await options.history.refresh(options.wanted())
      for (const series of options.history.watched()) {
        const findings = options.spikes(series, settings.anomalies, clock.now())
        await apply(store, findings, inForce, settings)
        await options.pause()
      }
    })
  }
}

/** Which webhooks are told of an alert. */
export function receiversOf(alert: Alert, webhooks: readonly WebhookTarget[]): readonly string[] {
  const wants = ({ kinds, budgets, teams }: WebhookTarget) =>
    (kinds === undefined || kinds.some((kind) => kind === alert.kind)) &&
    (budgets === undefined || (alert.budget !== undefined && budgets.includes(alert.budget))) &&
    (teams === undefined || alert.teams.some((team) => teams.includes(team)))
  return webhooks.filter(wants).map(({ name }) => name)
}

/** The keys of the buckets that hold something. */
function* keysOf(buckets: readonly NamedBucket[]): Steps<ReadonlySet<string>> {
  const held = new Set<string>()
  yield* eachInSteps(
    buckets,
    () => 1,
    ({ state }) => void held.add(state.bucket.key),
  )
  return held
}

/** A bucket that holds nothing any more was set to zero, or its window is over. */
function* gone(kind: AlertKind, held: ReadonlySet<string>, inForce: InForce): Steps<readonly Finding[]> {
  const findings: Finding[] = []
  yield* eachInSteps(
    [...inForce.values()],
    () => 1,
    ({ alert }) => {
      const { bucket } = alert.facts
      const isGone = alert.kind === kind && typeof bucket === 'string' && !held.has(bucket)
      if (isGone) findings.push({ kind: 'off', subject: alert.subject })
    },
  )
  return findings
}

const DAY = 86_400_000

function storeFinding({ storeUp, clock }: WatcherOptions): Finding {
  const subject = 'store-down'
  if (storeUp()) return { kind: 'off', subject }
  const text = 'The store of budgets and limits does not answer; budgets do what onStoreDown says.'
  return {
    ...{ kind: 'on', subject, basis: 0, until: clock.now() + DAY },
    alert: () => ({ kind: 'store-down', text, teams: [], facts: {} }),
  }
}
