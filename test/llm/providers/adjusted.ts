import type { JsonObject } from '../../../core/json.js'
import type { Adjustment, Destination, Provider, WireTarget } from '../../../core/provider.js'

export const AT: Destination = { authority: 'p.test' }

export const USER = [{ role: 'user', content: 'hi' }]

/** A target of this model at a provider without a path or options of its own. */
export function targetOf(model: string, more: Partial<WireTarget> = {}): WireTarget {
  return { model, basePath: '', stream: false, options: {}, ...more }
}

/** The body as `provider` wants it, members that it takes away left out, and what it drops. */
export function adjusted(
  provider: Provider,
  body: JsonObject,
  target = targetOf('m'),
): { readonly body: JsonObject } & Omit<Adjustment, 'members'> {
  const whole = { messages: USER, ...body }
  const { members, ...reports }: Adjustment = provider.adjust?.(whole, target) ?? { members: {}, dropped: [] }
  return { body: JSON.parse(JSON.stringify({ ...whole, ...members })), ...reports }
}
