import { getCountries } from 'libphonenumber-js/min'
import { RE2JSSyntaxException } from 're2js'
import { ENTITIES } from './detect/entities/index.js'
import { compilePattern } from './detect/patterns.js'
import { secretNames } from './secrets/options.js'

/** What a configuration of the detector may name. */
export interface PiiVocabulary {
  /** The pack of every entity by its name. */
  readonly entities: ReadonlyMap<string, string>
  /** What secrets are reported as. */
  readonly secrets: ReadonlySet<string>
  /** Countries (ISO 3166, capitals) whose phone numbers are known. */
  readonly regions: readonly string[]
  /** What is wrong with a pattern in the syntax of RE2, without quoting it; undefined where nothing is. */
  patternFault(pattern: string): string | undefined
}

/** The vocabulary of this build. */
export const PII_VOCABULARY: PiiVocabulary = {
  entities: new Map(ENTITIES.map(({ name, pack }) => [name, pack])),
  secrets: new Set(secretNames()),
  regions: getCountries(),
  patternFault(pattern) {
    try {
      compilePattern({ name: 'pattern', pattern })
      return undefined
    } catch (error) {
      return error instanceof RE2JSSyntaxException ? error.getDescription() : 'cannot be compiled'
    }
  },
}
