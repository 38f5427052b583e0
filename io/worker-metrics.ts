import { AggregatorRegistry } from 'prom-client'
import type { Figures, Metrics } from './metrics.js'
import { PROCESS_METRICS } from './process-metrics.js'

/** The metrics of a process that answers no requests itself, and of its workers. */
export interface WorkerMetrics {
  /** The Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
  /** What a worker process has counted so far, in place of what it said before. */
  heard(from: WorkerName, figures: Figures): void
  /** A worker process has ended: what it has counted stays, its gauges go. */
  gone(from: WorkerName): void
}

/** A worker process. The one that comes in its place has another `pid`, and maybe its `number`. */
export interface WorkerName {
  readonly number: number
  readonly pid: number
}

/**
 * Adds up metrics over processes. Counters and histograms never go down: those of a process that has ended are kept as they were
 * last heard of. Gauges are those of the processes that live; budgets and reloads are told once, by `own`. `ask` has each
 * worker's figures brought to `heard`, and resolves when no more will come.
 */
export function createWorkerMetrics(own: Metrics, ask: () => Promise<void>): WorkerMetrics {
  const living = new Map<number, { readonly number: number; readonly figures: Figures }>()
  let past: Promise<Figures> = Promise.resolve([])
  return {
    contentType: own.contentType,
    async text() {
      const [mine] = await Promise.all([own.figures(), ask()])
      const workers = [...living.values()]
      const counted = await past
      const theirs = workers.map(({ figures }) => figures.filter(({ name }) => name !== START_TIME))
      const requests = workers.map(({ number, figures }) => requestsOf(number, figures))
      return sum([mine.flatMap(ofPrimary), counted, ...theirs, requests]).metrics()
    },
    heard: ({ pid, number }, figures) => void living.set(pid, { number, figures }),
    gone({ pid }) {
      const last = living.get(pid)?.figures ?? []
      living.delete(pid)
      const counted = last.filter(({ type }) => ONLY_GROWING.has(String(type)))
      past = past.then((before) => sum([before, counted]).getMetricsAsJSON())
    },
  }
}

const START_TIME = 'process_start_time_seconds'
const REQUESTS = 'tollgate_requests_total'
const ONLY_GROWING: ReadonlySet<string> = new Set(['counter', 'histogram'])

const sum = (figures: readonly Figures[]) => AggregatorRegistry.aggregate([...figures])

/** How busy the primary's event loop is says nothing of requests; its processor time and memory are part of the whole. */
function ofPrimary(metric: Figures[number]): Figures {
  if (metric.name.startsWith('nodejs_') || PROCESS_METRICS.has(metric.name)) return []
  return [metric.name === START_TIME ? { ...metric, aggregator: 'first' } : metric]
}

/** How requests are spread over the workers. Each series begins anew with its process, as counters may. */
function requestsOf(worker: number, figures: Figures): Figures[number] {
  const requests = figures.find(({ name }) => name === REQUESTS)
  const value = (requests?.values ?? []).reduce((total, one) => total + one.value, 0)
  return {
    ...(requests ?? { type: 0, collect() {} }),
    name: 'tollgate_worker_requests_total',
    help: 'Client requests by the worker process that had them.',
    aggregator: 'sum',
    values: [{ value, labels: { worker } }],
  }
}
