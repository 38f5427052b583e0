import type { Alert, Delivery, Raised } from '../../policies/alerts/alert.js'
import { deliveryId, MOST_RECENT, MOST_WAITING } from './queue.js'

/** A delivery that waits. */
export interface Waiting extends Delivery {
  /** When it is due, or may be taken by somebody else. */
  readonly due: number
}

/** What happened to the alerts that are kept, or one thing that is: together they are all of it. */
export type Change =
  | { readonly kind: 'raise'; readonly raised: Raised; readonly webhooks: readonly string[]; readonly due: number }
  | { readonly kind: 'send'; readonly alert: Alert; readonly webhooks: readonly string[]; readonly due: number }
  | { readonly kind: 'rearm'; readonly subject: string }
  | { readonly kind: 'finish'; readonly id: string }
  | { readonly kind: 'putOff'; readonly id: string; readonly due: number }
  | { readonly kind: 'inForce'; readonly raised: Raised }
  | { readonly kind: 'recent'; readonly alert: Alert }
  | { readonly kind: 'waiting'; readonly waiting: Waiting }

/** Alerts that are in force, the latest ones, and deliveries that wait. */
export class KeptAlerts {
  private readonly raised = new Map<string, Raised>()
  /** The oldest first. */
  private readonly latest: Alert[] = []
  /** By their ids, the oldest first. */
  private readonly queue = new Map<string, Waiting>()

  /** Returns how many deliveries went because too many were waiting. */
  take(change: Change): number {
    switch (change.kind) {
      case 'raise':
        this.raised.set(change.raised.alert.subject, change.raised)
        this.note(change.raised.alert)
        return this.enqueue(change.raised.alert, change.webhooks, change.due)
      case 'send':
        return this.enqueue(change.alert, change.webhooks, change.due)
      case 'rearm':
        this.raised.delete(change.subject)
        return 0
      case 'finish':
        this.queue.delete(change.id)
        return 0
      case 'putOff': {
        const waiting = this.queue.get(change.id)
        if (waiting) this.queue.set(change.id, { ...waiting, due: change.due, failures: waiting.failures + 1 })
        return 0
      }
      case 'inForce':
        this.raised.set(change.raised.alert.subject, change.raised)
        return 0
      case 'recent':
        this.note(change.alert)
        return 0
      case 'waiting':
        this.queue.set(change.waiting.id, change.waiting)
        return 0
    }
  }

  isInForce(subject: string, now: number): boolean {
    return (this.raised.get(subject)?.until ?? 0) > now
  }

  /** By subject; what is over by now is forgotten. */
  inForce(now: number): ReadonlyMap<string, Raised> {
    for (const [subject, { until }] of this.raised) if (until <= now) this.raised.delete(subject)
    return new Map(this.raised)
  }

  /** Newest first. */
  recent(): readonly Alert[] {
    return this.latest.toReversed()
  }

  /** Leases deliveries that are due, at most so many. Nobody else knows of leases: after a crash everything is due. */
  lease(at: number, lease: number, most: number): readonly Delivery[] {
    const taken: Delivery[] = []
    for (const waiting of this.queue.values()) {
      if (taken.length === most) break
      if (waiting.due > at) continue
      this.queue.set(waiting.id, { ...waiting, due: at + lease })
      const { due: _, ...delivery } = waiting
      taken.push(delivery)
    }
    return taken
  }

  /** All of it. */
  *changes(now: number): Generator<Change> {
    for (const raised of this.inForce(now).values()) yield { kind: 'inForce', raised }
    for (const alert of this.latest) yield { kind: 'recent', alert }
    for (const waiting of this.queue.values()) yield { kind: 'waiting', waiting }
  }

  private note(alert: Alert): void {
    this.latest.push(alert)
    if (this.latest.length > MOST_RECENT) this.latest.shift()
  }

  private enqueue(alert: Alert, webhooks: readonly string[], due: number): number {
    for (const webhook of webhooks) {
      const id = deliveryId(alert.id, webhook)
      this.queue.set(id, { id, webhook, alert, failures: 0, due })
    }
    let dropped = 0
    for (const id of this.queue.keys()) {
      if (this.queue.size <= MOST_WAITING) break
      this.queue.delete(id)
      dropped += 1
    }
    return dropped
  }
}
