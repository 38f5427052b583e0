/** What a Gemini generation accepts, as far as requests must differ; the API answers 400 to anything else. */
export interface ModelTraits {
  /** How thinking is asked for: not at all, by a token budget, or by a level. */
  readonly thinking: 'none' | 'budget' | 'level'
  /** The range of a budget, but for 0 (off) and -1 (left to the model). */
  readonly budgets: { readonly least: number; readonly most: number }
  /** The levels that are taken, rising. */
  readonly levels: readonly Level[]
  readonly off: 'possible' | 'impossible'
  /** Function calls of a conversation must have their signatures, tool results may hold media, and tools go with JSON output. */
  readonly generation: 'before-3' | 'since-3'
}

export type Level = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH'

/**
 * Looks a model up by its name: `gemini-2.5-flash-lite`, `models/gemini-3-pro-preview`. A Gemini name without a version
 * (`gemini-flash-latest`) counts as newer than all that are known, any other name as a model that does not think.
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thinking
 */
export function traitsOf(model: string): ModelTraits {
  const name = model.toLowerCase()
  const version = versionOf(name)
  const budgets = budgetsOf(name)
  return {
    thinking: version < 205 ? 'none' : version < 300 ? 'budget' : 'level',
    budgets,
    levels: levelsOf(name, version),
    off: version < 300 && !name.includes('pro') ? 'possible' : 'impossible',
    generation: version < 300 ? 'before-3' : 'since-3',
  }
}

function budgetsOf(name: string): ModelTraits['budgets'] {
  if (name.includes('pro')) return { least: 128, most: 32_768 }
  return name.includes('lite') ? { least: 512, most: 24_576 } : { least: 1, most: 24_576 }
}

function levelsOf(name: string, version: number): readonly Level[] {
  if (name.includes('image')) return name.includes('pro') ? ['HIGH'] : ['MINIMAL', 'HIGH']
  if (name.includes('pro')) return version < 301 ? ['LOW', 'HIGH'] : ['LOW', 'MEDIUM', 'HIGH']
  return version < 307 ? ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] : ['LOW', 'MEDIUM', 'HIGH']
}

/** 205 for `gemini-2.5-pro`, so that minors compare as numbers; Infinity where a Gemini names no version. */
export function versionOf(model: string): number {
  if (!/gemini/i.test(model)) return 0
  const match = /gemini-(?:[a-z]+-)*?(\d{1,2})(?:\.(\d{1,2}))?(?!\d)/i.exec(model)
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]) * 100 + Number(match[2] ?? 0)
}
