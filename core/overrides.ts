import { GatewayError } from './errors.js'
import type { Identity } from './identity.js'

/** What the gateway's configuration of one route changes for the requests that come by it. */
export interface Overrides {
  /** The only models that clients of this route may use and see. */
  readonly models?: readonly string[]
  /** The name by which the route is known to budgets and limits, where the identity does not say another. */
  readonly policy?: string
  /** Tags of every request of this route; they win over the caller's own. */
  readonly tags?: Readonly<Record<string, string>>
  /** Refuse what a target cannot express. Only ever adds to what the configuration says. */
  readonly strict?: boolean
  /** The guard set for this route; one that is not configured refuses every request. */
  readonly guards?: string
}

/** Whether clients of the route may use and see a model. */
export function permits(overrides: Overrides | undefined, model: string): boolean {
  return overrides?.models?.includes(model) ?? true
}

/** Throws `GatewayError` when the route does not let this model be used, or asks for guards that nobody has configured. */
export function checkOverrides(overrides: Overrides, model: string, guardSets: ReadonlySet<string>): void {
  if (overrides.guards !== undefined && !guardSets.has(overrides.guards)) {
    const message = 'The guard set of this route is not configured.'
    throw new GatewayError('upstream_unavailable', message)
  }
  if (permits(overrides, model)) return
  throw new GatewayError('model_not_allowed', 'This model cannot be used on this route.', { param: 'model' })
}

/** The caller's identity with what the route adds to it. */
export function withOverrides(identity: Identity, { policy, tags }: Overrides): Identity {
  const route = identity.route ?? policy
  return { ...identity, ...(route === undefined ? {} : { route }), tags: { ...identity.tags, ...tags } }
}
