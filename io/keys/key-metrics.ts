import { Counter, Gauge, type Registry } from 'prom-client'
import { KEY_STATES, type KeyState } from '../../policies/keys/virtual-key.js'

/** What metrics tell of virtual keys, read when they are scraped; undefined where there are none. */
export interface KeySource {
  counts(): Readonly<Record<KeyState, number>> | undefined
}

/** Registers what is known of virtual keys; returns what counts a request that did not get in, by one of a few reasons. */
export function keyMetrics({ counts }: KeySource, registers: Registry[]): (reason: string) => void {
  const refused = new Counter({
    name: 'tollgate_key_refused_total',
    help: 'Requests that did not get in because of their virtual key, or for want of one.',
    labelNames: ['reason'],
    registers,
  })
  new Gauge({
    name: 'tollgate_keys',
    help: 'Virtual keys as this Tollgate knows them.',
    labelNames: ['state'],
    // Several processes know the same keys.
    aggregator: 'max',
    registers,
    collect() {
      const known = counts()
      this.reset()
      if (known) for (const state of KEY_STATES) this.set({ state }, known[state])
    },
  })
  return (reason) => refused.inc({ reason })
}
