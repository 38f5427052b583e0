import { isObject, type JsonValue } from '../../../core/json.js'
import { listOf, member } from './members.js'
import { versionOf } from './models.js'

/** Counts the searches that an answer is billed for, from what its candidates say of their sources. */
export interface SearchCounter {
  /** Takes note of a candidate's `groundingMetadata`. */
  add(choice: number, sources: JsonValue | undefined): void
  /** Undefined where there were none. */
  count(model: string): number | undefined
}

/**
 * Since Gemini 3 each query is billed, once and unless it is empty; before, each answer that searched.
 * https://ai.google.dev/gemini-api/docs/google-search
 */
export function searchCounter(): SearchCounter {
  const queries = new Set<string>()
  return {
    add: (choice, sources) => {
      if (!isObject(sources)) return
      for (const query of listOf(member(sources, 'webSearchQueries'))) {
        if (typeof query === 'string' && query !== '') queries.add(`${choice}:${query}`)
      }
    },
    count: (model) => {
      if (queries.size === 0) return undefined
      return versionOf(model) < 300 ? 1 : queries.size
    },
  }
}
