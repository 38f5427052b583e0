import { z } from 'zod'
import type { Topic, TopicsSettings, WeightedTerm } from '../../../policies/guardrails/content/settings.js'
import { byShape } from '../by-shape.js'
import { keyed, named } from '../maps.js'
import { fraction } from '../pii-values.js'
import { choice } from '../rule-values.js'
import { integer, oneOf } from '../values.js'
import { checkNames, reasonName, term, terms } from './term-values.js'

const HEAVIEST = 10
const MOST_WORDS = 10_000

/** What a guard of kind `topics` has of its own; `starters` are the topics of this build, which are named without terms. */
export function kindMembers(starters: readonly Topic[]) {
  const what = 'a list of topics, each { name: ..., terms: ... } or the name of one of this build'
  return {
    mode: choice(['deny', 'allow'], 'one of these').default('deny'),
    topics: z
      .array(topic(starters), { error: `must be ${what}` })
      .min(1, { error: `must not be empty; it must be ${what}` }),
    threshold: fraction().default(0.75),
    leastWords: integer(0, MOST_WORDS).default(20),
  }
}

function topic(starters: readonly Topic[]) {
  const names = starters.map(({ name }) => name)
  const known = oneOf(names, '{ name: ..., terms: ... } or a topic of this build').transform(
    (written): Topic => starters.find(({ name }) => name === written) ?? { name: written, terms: [] },
  )
  const own = keyed({ name: reasonName(), terms: weighted() })
  return byShape<Topic>((input) => (input instanceof Map ? own : known))
}

/** Terms of weight 1, or a map from terms to weights. */
function weighted() {
  const error = `must be a number above 0, up to ${HEAVIEST}`
  const weight = z.number({ error }).gt(0, { error }).max(HEAVIEST, { error })
  const map = named(term(), weight, 1, 'terms to their weights').transform((weights): readonly WeightedTerm[] => {
    return [...weights].map(([term, weight]) => ({ term, weight }))
  })
  const list = terms().transform((terms): readonly WeightedTerm[] => terms.map((term) => ({ term, weight: 1 })))
  return byShape<readonly WeightedTerm[]>((input) => (input instanceof Map ? map : list))
}

type Written = z.infer<z.ZodObject<ReturnType<typeof kindMembers>>>

/** What no single member can tell. */
export function check({ topics }: Written, context: z.RefinementCtx): void {
  checkNames('topics', topics, context)
}

export function settingsOf({ mode, topics, threshold, leastWords }: Written): TopicsSettings {
  return { mode, topics, threshold, leastWords }
}
