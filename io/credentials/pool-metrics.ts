import { Gauge, type Registry } from 'prom-client'
import { newsOf } from '../../core/key-pool.js'
import type { AttemptReport } from '../../core/outcome.js'
import { heldCounter } from '../held-counter.js'
import type { KeyState } from './pools.js'

/** What metrics tell of providers' keys, by the names that the configuration gives them. */
export interface PoolSource {
  /** The keys of the pools in force; asked when metrics are scraped. */
  keys(): readonly KeyState[]
}

/** Registers the metrics of keys in pools; returns what counts an attempt that was made with one. */
export function poolMetrics(source: PoolSource | undefined, registers: Registry[]): (attempt: AttemptReport) => void {
  const requests = heldCounter({
    name: 'tollgate_provider_key_requests_total',
    help: 'Calls to providers with several keys, by the key and what became of them.',
    labelNames: ['provider', 'key', 'outcome'],
    registers,
  })
  if (source !== undefined) {
    stateGauge(
      source,
      'resting',
      'tollgate_provider_key_resting',
      'Whether a key rests: its provider limits or refuses it.',
      registers,
    )
    stateGauge(source, 'spent', 'tollgate_provider_key_spent', 'Whether a key is over its quota.', registers)
  }
  return (attempt) => {
    const { target, credential } = attempt
    if (credential !== undefined) requests.add([target.upstream.name, credential, outcomeOf(attempt)])
  }
}

function stateGauge(source: PoolSource, state: KeyState['state'], name: string, help: string, registers: Registry[]) {
  new Gauge({
    name,
    help,
    labelNames: ['provider', 'key'],
    // Each process learns for itself.
    aggregator: 'max',
    registers,
    collect() {
      this.reset()
      for (const key of source.keys()) this.set({ provider: key.provider, key: key.key }, key.state === state ? 1 : 0)
    },
  })
}

/** `served`, `cancelled` and `failed` as in other metrics, and the two failures that are the key's. */
function outcomeOf(attempt: AttemptReport): AttemptReport['outcome'] | 'limited' | 'refused' {
  return attempt.outcome === 'failed' ? (newsOf(attempt)?.kind ?? 'failed') : attempt.outcome
}
