import { Counter, Gauge, type Registry } from 'prom-client'
import type { SinkStatus } from './shipper.js'

/** Counts what sinks take. */
export interface ShippingMetrics {
  taken(sink: string, rows: number): void
  missed(sink: string, rows: number): void
}

/** What is read when metrics are scraped. */
export interface ShippingSource {
  status(): readonly SinkStatus[]
  /** Bytes that wait for sinks, as the processes that write are told. */
  waitingBytes(): number
}

/** Registers the metrics of the ledger's sinks. Labels are the names that the configuration gives them. */
export function shippingMetrics(source: ShippingSource, registry: Registry): ShippingMetrics {
  const registers = [registry]
  const labelNames = ['sink'] as const
  const rows = new Counter({
    ...{ name: 'tollgate_ledger_sink_rows_total', labelNames, registers },
    help: 'Rows of the ledger that a sink has taken.',
  })
  const missed = new Counter({
    ...{ name: 'tollgate_ledger_sink_missed_rows_total', labelNames, registers },
    help: 'Rows of the ledger that were gone before a sink could take them; it has a row that tells so.',
  })
  new Gauge({
    ...{ name: 'tollgate_ledger_sink_behind_rows', labelNames, registers },
    help: 'Rows of the ledger that a sink has not taken yet.',
    collect() {
      this.reset()
      for (const { name, behind } of source.status()) this.set({ sink: name }, behind)
    },
  })
  new Gauge({
    ...{ name: 'tollgate_ledger_sink_up', labelNames, registers },
    help: 'Whether the last call of a sink succeeded.',
    collect() {
      this.reset()
      for (const { name, up } of source.status()) this.set({ sink: name }, up ? 1 : 0)
    },
  })
  new Gauge({
    ...{ name: 'tollgate_ledger_sink_waiting_bytes', registers },
    help: 'Bytes of rows that wait for the sink with most before it, of those that count against ledger.disk.',
    collect() {
      this.set(source.waitingBytes())
    },
  })
  return {
    taken: (sink, count) => rows.inc({ sink }, count),
    missed: (sink, count) => missed.inc({ sink }, count),
  }
}
