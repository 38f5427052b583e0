/** Deliveries that wait at most; of more the oldest go. */
export const MOST_WAITING = 1_000
/** Alerts that are shown at most. */
export const MOST_RECENT = 1_000

/** The id of an alert's delivery to a webhook. */
export function deliveryId(alertId: string, webhook: string): string {
  return `${alertId}:${webhook}`
}
