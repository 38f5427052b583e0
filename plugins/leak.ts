import { isObject } from '../core/json.js'
import type { Methods } from './wrapped-class.js'

/** Calls after which Kong does not come back to the phase. */
const EXITS: ReadonlySet<unknown> = new Set(['kong.response.exit', 'kong.response.error'])

/**
 * Makes kong-pdk's `Server` forget phases that have ended. Version 0.6.0 does so only where the answer to a PDK call ends one: about
 * 1 KB stays for each that ends in an exit, or that makes no call at all.
 */
export function freeEndedEvents(server: Methods<'HandleEvent' | 'step', { readonly events?: unknown }>): void {
  const { HandleEvent, step } = server
  server.HandleEvent = async function (...args) {
    return freed(this.events, await HandleEvent.apply(this, args))
  }
  server.step = async function (...args) {
    return freed(this.events, await step.apply(this, args))
  }
}

function freed(events: unknown, reply: unknown): unknown {
  if (events instanceof Map && isObject(reply) && hasEnded(reply['Data'])) events.delete(reply['EventId'])
  return reply
}

function hasEnded(data: unknown): boolean {
  return data === 'ret' || (isObject(data) && EXITS.has(data['Method']))
}
