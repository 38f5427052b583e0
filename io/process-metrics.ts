import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { Histogram, type Registry } from 'prom-client'
import { loopDelay } from './loop-delay.js'

/** Metrics of how well this process comes to its work; they say nothing of a process that has no requests. */
export const PROCESS_METRICS: ReadonlySet<string> = new Set([
  'tollgate_gc_pause_seconds',
  'tollgate_event_loop_delay_seconds',
])

const GC_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25]
const DELAY_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1]

/** Node's kinds of garbage collection. */
const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Registers them. What it returns is to be called with every request; `busy` says whether some are open. */
export function processMetrics(registers: Registry[], busy: () => boolean): () => void {
  const pauses = new Histogram({
    name: 'tollgate_gc_pause_seconds',
    help: 'How long garbage collections have held this process up, by kind: minor, major, incremental, weakcb.',
    labelNames: ['kind'],
    buckets: GC_SECONDS,
    registers,
  })
  const delays = new Histogram({
    name: 'tollgate_event_loop_delay_seconds',
    help: 'How late timers run while there are requests, looked at fifty times a second: what each of them waits for the others.',
    buckets: DELAY_SECONDS,
    registers,
  })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) pauses.observe({ kind: kindOf(entry) }, entry.duration / 1000)
  }).observe({ entryTypes: ['gc'] })
  return loopDelay({
    busy,
    now: () => performance.now(),
    wait: (ms, run) => void setTimeout(run, ms).unref(),
    late: (ms) => delays.observe(ms / 1000),
  })
}

function kindOf({ detail }: PerformanceEntry & { readonly detail?: unknown }): string {
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
  return KINDS.get(Number(kind)) ?? 'other'
}
