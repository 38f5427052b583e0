import { Counter, Gauge, type Registry } from 'prom-client'

/** What metrics tell of the records of requests, read when they are scraped; undefined where none are kept. */
export interface AuditSource {
  counts(): { readonly waiting: number; readonly written: number; readonly lost: number } | undefined
}

/** Registers what is known of the records of requests. */
export function auditMetrics(source: AuditSource, registers: Registry[]): void {
  const counter = (name: string, help: string, count: 'written' | 'lost') =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(source.counts()?.[count] ?? 0)
      },
    })
  counter('tollgate_audit_records_total', 'Records of requests that were written.', 'written')
  counter('tollgate_audit_lost_total', 'Records of requests that could not be kept.', 'lost')
  new Gauge({
    name: 'tollgate_audit_waiting',
    help: 'Records of requests that wait to be written, those included that are still being made.',
    registers,
    collect() {
      this.set(source.counts()?.waiting ?? 0)
    },
  })
}
