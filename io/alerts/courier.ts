import type { Clock } from '../../core/clock.js'
import type { AlertStore, Delivery } from '../../policies/alerts/alert.js'
import type { WebhookTarget } from '../../policies/alerts/settings.js'
import type { Post } from './post.js'

/** What can become of an attempt, as the metric has it. */
export type DeliveryResult = 'delivered' | 'failed' | 'rejected' | 'expired' | 'unknown-webhook'

export interface CourierOptions {
  readonly store: AlertStore
  webhooks(): readonly WebhookTarget[]
  readonly post: Post
  readonly clock: Pick<Clock, 'now'>
  /** From 0 up to 1. */
  random(): number
  /** `reason` is fit for a log. */
  told(webhook: string, result: DeliveryResult, reason: string): void
}

/** Delivers what is due, and resolves when that was tried. Rejects when the store does not answer. */
export type Courier = (signal: AbortSignal) => Promise<void>

/** Milliseconds. A delivery that is older is given up. */
const GIVEN_UP = 24 * 3_600_000
const FIRST_PAUSE = 5_000
const LONGEST_PAUSE = 3_600_000
/** Longer than any attempt may take. */
const LEASE_BEYOND = 30_000
const AT_ONCE = 8

/**
 * Takes deliveries and tries them, several at once. After a failure the next attempt comes after 5 s, then twice as long each time up to
 * an hour, less up to half of it at random; after a day it is given up.
 */
export function createCourier({ store, webhooks, post, clock, random, told }: CourierOptions): Courier {
  const deliver = async (delivery: Delivery, signal: AbortSignal) => {
    const { id, webhook, alert, failures } = delivery
    const target = webhooks().find(({ name }) => name === webhook)
    const over = async (result: DeliveryResult, reason: string) => {
      await store.finish(id)
      // A name that the configuration does not have is no label.
      if (target) told(webhook, result, reason)
    }
    if (!target) return over('unknown-webhook', '')
    const posted = await post(delivery, target, signal)
    if (posted.kind === 'delivered') return over('delivered', '')
    if (posted.kind === 'rejected') return over('rejected', posted.reason)
    // Nobody has refused it: it is due again when the lease is over, or in the next process.
    if (signal.aborted) return
    const due = clock.now() + pauseAfter(failures, random())
    if (due - alert.at > GIVEN_UP) return over('expired', posted.reason)
    await store.putOff(id, due)
    told(webhook, 'failed', posted.reason)
  }
  return async (signal) => {
    const lease = Math.max(0, ...webhooks().map(({ timeout }) => timeout)) + LEASE_BEYOND
    while (!signal.aborted) {
      const due = await store.take(clock.now(), lease, AT_ONCE)
      await Promise.all(due.map((delivery) => deliver(delivery, signal)))
      if (due.length < AT_ONCE) return
    }
  }
}

/** Milliseconds to wait after so many failures before this one. */
export function pauseAfter(failures: number, random: number): number {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 20))
  return pause * (1 - random / 2)
}
