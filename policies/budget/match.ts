import type { Identity } from '../../core/identity.js'
import type { Call } from '../../core/policy.js'
import type { Target } from '../../core/settings.js'
import type { Dimension, Match } from './rules.js'

/** What rules are told of one request. */
export interface Facts {
  readonly identity: Identity
  /** The name that the client asked for, or that of the model which replaces it. */
  readonly model: string
  /** Names of the chain's upstreams, best first. */
  readonly providers: readonly string[]
  /** How it is classified; absent where nobody does that, or has not yet. */
  readonly label?: string | undefined
}

/** What rules are told of a request as one for `model` and its chain. */
export function factsOf({ identity, notes }: Call, model: string, chain: readonly Target[]): Facts {
  return { identity, model, providers: chain.map(({ upstream }) => upstream.name), label: notes.label }
}

/** Whether all conditions hold. A request that lacks a condition's dimension satisfies it only if it is a `not`. */
export function matches(match: Match, facts: Facts): boolean {
  for (const [dimension, { kind, values }] of match) {
    if (isAmong(values, dimension, facts) !== (kind === 'in')) return false
  }
  return true
}

/** One value for each dimension, in their order; undefined when the request lacks one. `provider` is the first target's. */
export function subjectOf(each: readonly Dimension[], facts: Facts): readonly string[] | undefined {
  const subject: string[] = []
  for (const dimension of each) {
    const value = dimensionOf(dimension, facts)
    if (value === undefined) return undefined
    subject.push(value)
  }
  return subject
}

/** What a request is, in one dimension; undefined when nobody said. `provider` is the first target's. */
export function dimensionOf(dimension: Dimension, facts: Facts): string | undefined {
  if (isTag(dimension)) return tagOf(dimension, facts.identity)
  switch (dimension) {
    case 'user':
    case 'team':
    case 'organization':
    case 'key':
    case 'route':
      return facts.identity[dimension]
    case 'model':
      return facts.model
    case 'label':
      return facts.label
    case 'provider':
      return facts.providers[0]
  }
}

/** What a condition on one dimension looks at: `provider` at all of the chain. */
export function valuesOf(dimension: Dimension, facts: Facts): readonly string[] {
  if (dimension === 'provider') return facts.providers
  const value = dimensionOf(dimension, facts)
  return value === undefined ? NONE : [value]
}

const NONE: readonly string[] = []

function isAmong(values: readonly string[], dimension: Dimension, facts: Facts): boolean {
  if (dimension === 'provider') return facts.providers.some((provider) => values.includes(provider))
  const value = dimensionOf(dimension, facts)
  return value !== undefined && values.includes(value)
}

function isTag(dimension: Dimension): dimension is `tag:${string}` {
  return dimension.startsWith('tag:')
}

/** Tag names come from the configuration, so that one may be called `constructor`. */
function tagOf(dimension: `tag:${string}`, { tags }: Identity): string | undefined {
  const name = dimension.slice('tag:'.length)
  return Object.hasOwn(tags, name) ? tags[name] : undefined
}
