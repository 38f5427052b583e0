import { z } from 'zod'
import type { AnalyzerSettings } from '../../policies/pii/settings.js'
import { keyed } from './maps.js'
import { fraction } from './pii-values.js'
import { choice } from './rule-values.js'
import { baseUrl, duration } from './values.js'

/** What a detector of forms knows nothing of. */
const NAMES = ['PERSON', 'LOCATION', 'ORGANIZATION', 'NRP']

/** A Presidio analyzer: `{ url: http://presidio:3000 }`. */
export function analyzer() {
  const language = 'must be the code of a language, such as en'
  const entities = "must be a list of at least one of Presidio's names of entities, such as PERSON"
  return keyed({
    url: baseUrl(),
    language: z
      .string({ error: language })
      .regex(/^[a-z]{2,3}$/, { error: language })
      .default('en'),
    entities: z
      .array(z.string({ error: entities }).regex(/^[A-Z][A-Z0-9_]{0,47}$/, { error: entities }), { error: entities })
      .min(1, { error: entities })
      .default(NAMES),
    threshold: fraction().default(0.5),
    timeout: duration(1).default(1000),
    onFailure: choice(['builtin', 'block'], 'one of these').default('builtin'),
  }).transform((settings): AnalyzerSettings => settings)
}
