import type { Alert, Raised } from '../../../policies/alerts/alert.js'
import type { WebhookTarget } from '../../../policies/alerts/settings.js'

export const NOW = Date.UTC(2026, 5, 10, 12)
export const DAY = 86_400_000

/** An alert that a budget has reached a threshold. */
export function alertOf(id: string, fields: Partial<Alert> = {}): Alert {
  return {
    ...{
      id,
      kind: 'threshold',
      subject: `threshold/${id}`,
      at: NOW,
      text: 'Budget red has reached 80 %.',
      budget: 'red',
    },
    ...{ teams: ['red'], facts: { threshold: 80, windowEnd: null } },
    ...fields,
  }
}

export function raisedOf(id: string, fields: Partial<Alert> = {}): Raised {
  return { alert: alertOf(id, fields), basis: 100, until: NOW + DAY }
}

export function webhookOf(url: string, fields: Partial<WebhookTarget> = {}): WebhookTarget {
  return { name: 'ops', url, secret: 'a secret of the tests', format: 'tollgate', timeout: 500, ...fields }
}
