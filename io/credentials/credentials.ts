import type { Clock } from '../../core/clock.js'
import type { Credentials } from '../../core/provider.js'
import type { Schedule } from '../ledger/deadline.js'
import type { Log } from '../request-log.js'
import { type CredentialSettings, type Plan, planFor } from './plan.js'
import { CredentialError } from './reason.js'
import { createRenewal, type Fetch, type Renewal } from './renewal.js'

/** The credentials of all providers of one process. */
export interface CredentialStore {
  /**
   * Credentials of one configured provider. Nothing is fetched before they are asked for or the provider is adopted; equal
   * settings share a source. What was given out stays good for as long as anybody holds it.
   */
  for(name: string, settings: CredentialSettings): Credentials
  /** These are the configured providers now: fetches for them ahead of the first request, and lets go of all other sources. */
  adopt(providers: Iterable<readonly [name: string, settings: CredentialSettings]>): void
  /** Ends all renewals. */
  close(): void
}

export interface CredentialOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Pick<Log, 'info' | 'warn'>
}

interface Source {
  readonly credentials: Credentials
  readonly renewal: Pick<Renewal<unknown>, 'begin' | 'stop'>
}

/** One per process: what was fetched outlives a configuration whose successor has the same settings. */
export function createCredentials(options: CredentialOptions): CredentialStore {
  const { clock, schedule, random, env, log } = options
  const sources = new Map<string, Source>()

  const renewalOf = <T>(provider: string, fetch: Fetch<T>): Renewal<T> =>
    createRenewal({
      fetch,
      clock,
      schedule,
      random,
      failed(reason, left) {
        const validForSeconds = Number.isFinite(left) ? Math.floor(left / 1000) : undefined
        const result = left > 0 ? 'the ones before are still used' : 'its requests fail'
        log.warn({ provider, reason, validForSeconds }, `no new credentials for a provider: ${result}`)
      },
      recovered: () => log.info({ provider }, 'a provider has new credentials'),
    })

  const make = (name: string, plan: Exclude<Plan, { kind: 'given' }>): Source => {
    switch (plan.kind) {
      case 'token': {
        const renewal = renewalOf(name, sendable(plan.fetch))
        return { renewal, credentials: { token: renewal.get, unavailable: renewal.refusal } }
      }
      case 'aws': {
        const renewal = renewalOf(name, plan.fetch)
        return { renewal, credentials: { aws: renewal.get, unavailable: renewal.refusal } }
      }
    }
  }

  const sourceOf = (name: string, plan: Exclude<Plan, { kind: 'given' }>): Source => {
    const source = sources.get(plan.key) ?? make(name, plan)
    sources.set(plan.key, source)
    return source
  }

  return {
    for(name, settings) {
      const plan = planFor(settings, env)
      return plan.kind === 'given' ? plan.credentials : sourceOf(name, plan).credentials
    },
    adopt(providers) {
      const used = new Set<string>()
      for (const [name, settings] of providers) {
        const plan = planFor(settings, env)
        if (plan.kind === 'given') continue
        used.add(plan.key)
        sourceOf(name, plan).renewal.begin()
      }
      for (const [key, { renewal }] of sources) {
        if (used.has(key)) continue
        renewal.stop()
        sources.delete(key)
      }
    },
    close() {
      for (const { renewal } of sources.values()) renewal.stop()
      sources.clear()
    },
  }
}

/** Tokens that can stand in a header: one with a line break in it would begin another. */
function sendable(fetch: Fetch<string>): Fetch<string> {
  return async (signal) => {
    const fetched = await fetch(signal)
    if (!/^[\x21-\x7e]+$/.test(fetched.value)) throw new CredentialError('the token has characters that cannot be sent')
    return fetched
  }
}
