import { z } from 'zod'
import { DIMENSIONS, type Dimension, type Match } from '../../policies/budget/rules.js'
import { byShape, oneOrMore } from './by-shape.js'
import { ANY_TAG, tagName } from './identity.js'
import { AT_KEY, keyed, namedSection, section } from './maps.js'
import { didYouMean, listed } from './suggest.js'
import { oneOf, text } from './values.js'

/** What rules can refer to. A list is undefined when its section is no map, and names cannot be judged. */
export interface Referable {
  readonly providers: readonly string[] | undefined
  readonly models: readonly string[] | undefined
  /** The dimensions that `identity` establishes: `user`, `tag:env`. */
  readonly established: ReadonlySet<string> | undefined
}

export type Condition = Match extends ReadonlyMap<unknown, infer C> ? C : never

/**
 * Which requests a rule counts; empty by default, which is all of them. `labels`: requests are classified before these rules are
 * asked.
 */
export function match({ providers, models, established }: Referable, labels: 'labels' | 'no labels' = 'no labels') {
  const name = condition(text('a name'))
  const shape = {
    user: name.optional(),
    team: name.optional(),
    organization: name.optional(),
    key: name.optional(),
    route: name.optional(),
    model: condition(configuredModel(models)).optional(),
    provider: condition(
      providers === undefined ? z.string() : oneOf(providers, 'one of the configured providers'),
    ).optional(),
    tags: namedSection(tagName(), name, 'tag names to what they must be'),
    label: name.optional(),
  }
  const { label: _, ...unlabelled } = shape
  // What is not in the shape is refused as an unknown key, and never there.
  return section(labels === 'labels' ? shape : (unlabelled as typeof shape))
    .superRefine(({ tags, ...parts }, context) => {
      const check = (dimension: string, path: readonly string[]) => {
        if (isEstablished(dimension, established)) return
        // Nobody goes on with a match that is none.
        const params = AT_KEY
        context.addIssue({
          code: 'custom',
          path: [...path],
          message: unestablished(dimension),
          params,
          continue: false,
        })
      }
      for (const part of DIMENSIONS) if (parts[part] !== undefined) check(part, [part])
      for (const tag of tags.keys()) check(`tag:${tag}`, ['tags', tag])
    })
    .transform(({ tags, ...parts }): Match => {
      const conditions = DIMENSIONS.flatMap((part): readonly (readonly [Dimension, Condition])[] => {
        const found = parts[part]
        return found === undefined ? [] : [[part, found]]
      })
      return new Map([...conditions, ...[...tags].map(([tag, found]) => [`tag:${tag}`, found] as const)])
    })
}

/** The dimensions that each get a counter of their own; none by default. */
export function each({ established }: Referable) {
  return byShape<readonly string[]>((input) =>
    Array.isArray(input) ? z.array(dimension(established)) : oneOrMore(dimension(established), EACH),
  )
    .refine((dimensions) => new Set(dimensions).size === dimensions.length, {
      error: 'names a dimension twice; once is enough',
    })
    .transform((dimensions): readonly Dimension[] => dimensions.filter(isDimension))
    .prefault([])
}

/** One dimension of a request, such as `user` or `tag:env`. */
export function by({ established }: Referable) {
  return dimension(established).transform((name, context): Dimension => {
    if (isDimension(name)) return name
    context.addIssue({ code: 'custom', message: DIMENSION })
    return z.NEVER
  })
}

/** The name of a model that the file configures. */
export function configuredModel(models: readonly string[] | undefined) {
  return models === undefined ? text('a model name') : oneOf(models, 'one of the configured models')
}

const DIMENSION = `must be one of ${listed(DIMENSIONS)}, or tag:NAME`
const EACH = `one or more of ${listed(DIMENSIONS)}, tag:NAME`

function dimension(established: Referable['established']) {
  return z.string({ error: DIMENSION }).superRefine((name, context) => {
    if (isDimension(name) && isEstablished(name, established)) return
    const message = isDimension(name) ? unestablished(name) : `${DIMENSION}${didYouMean(name, DIMENSIONS)}`
    context.addIssue({ code: 'custom', message })
  })
}

function isDimension(name: string): name is Dimension {
  return DIMENSIONS.some((known) => known === name) || /^tag:[A-Za-z0-9._-]{1,64}$/.test(name)
}

/** Whether a request can have the dimension: `user`, `tag:env`. */
export function isEstablished(dimension: string, established: Referable['established']): boolean {
  if (ALWAYS.has(dimension) || established === undefined || established.has(dimension)) return true
  return dimension.startsWith('tag:') && established.has(ANY_TAG)
}

const ALWAYS: ReadonlySet<string> = new Set(['model', 'provider', 'region'])

/** Such a rule could never match, and would not limit what it was written for. */
export function unestablished(dimension: string): string {
  if (dimension === 'label') return 'is known only where the section classification is'
  const place = dimension.startsWith('tag:') ? 'identity.tags' : 'identity'
  return `is not established by identity; add it to ${place}.headers or ${place}.claims`
}

/** One value, several of which one must be there, or `{ not: ... }`; `what` says what one or more of them are. */
export function condition(one: z.ZodType<string>, what = 'a name or a list of names') {
  const values = oneOrMore(one, what)
  const not = keyed({ not: values }).transform(({ not }): Condition => ({ kind: 'not', values: not }))
  const among = values.transform((values): Condition => ({ kind: 'in', values }))
  return byShape<Condition>((input) => (input instanceof Map ? not : among))
}
