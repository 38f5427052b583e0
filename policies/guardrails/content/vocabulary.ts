import type { JsonObject } from '../../../core/json.js'
import { LANGUAGES } from './language/languages.js'
import { prepareSchema, SchemaFault } from './schema/prepare.js'
import type { Topic } from './settings.js'
import { STARTER_TOPICS } from './topics/starters.js'

/** What a configuration of the guards of content may name. */
export interface ContentVocabulary {
  /** The languages that can be told, by ISO 639-1. */
  readonly languages: readonly string[]
  /** The topics that need no terms of one's own. */
  readonly topics: readonly Topic[]
  /**
   * What keeps a schema from being compiled, as what follows `it`, without quoting it; undefined where nothing does. What the compiler
   * says of it is known when the guard is made: that takes megabytes, and time.
   */
  schemaFault(schema: JsonObject): string | undefined
}

/** The vocabulary of this build. */
export const CONTENT_VOCABULARY: ContentVocabulary = {
  languages: LANGUAGES,
  topics: STARTER_TOPICS,
  schemaFault(schema) {
    try {
      prepareSchema(schema)
      return undefined
    } catch (error) {
      return error instanceof SchemaFault ? error.message : 'cannot be compiled'
    }
  },
}
