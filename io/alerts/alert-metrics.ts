import { Counter, type Registry } from 'prom-client'
import type { Alert } from '../../policies/alerts/alert.js'
import type { DeliveryResult } from './courier.js'

/** Counts alerts. Webhooks are those of the configuration. */
export interface AlertMetrics {
  raised(kind: Alert['kind']): void
  delivery(webhook: string, result: DeliveryResult): void
  dropped(deliveries: number): void
}

export function alertMetrics(registry: Registry): AlertMetrics {
  const registers = [registry]
  const alerts = new Counter({
    name: 'tollgate_alerts_total',
    help: 'Alerts that this instance has raised.',
    labelNames: ['kind'],
    registers,
  })
  const deliveries = new Counter({
    name: 'tollgate_alert_deliveries_total',
    help: 'Attempts to tell webhooks of alerts, by what became of them; expired: given up after a day.',
    labelNames: ['webhook', 'result'],
    registers,
  })
  const dropped = new Counter({
    name: 'tollgate_alert_deliveries_dropped_total',
    help: 'Deliveries given up because too many were waiting.',
    registers,
  })
  return {
    raised: (kind) => alerts.inc({ kind }),
    delivery: (webhook, result) => deliveries.inc({ webhook, result }),
    dropped: (count) => dropped.inc(count),
  }
}
