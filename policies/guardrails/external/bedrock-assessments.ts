import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'

/** What a guardrail did about one thing that it found. */
export interface Intervention {
  readonly action: 'BLOCKED' | 'ANONYMIZED'
  readonly reason: string
  /** 0 to 1. */
  readonly score: number
}

/** Where policies keep what they found, and what each is called; a filter of contents is called by its type. */
const FOUND: readonly (readonly [policy: string, list: string, reason: string])[] = [
  ['topicPolicy', 'topics', 'topic'],
  ['contentPolicy', 'filters', 'content'],
  ['wordPolicy', 'customWords', 'word'],
  ['wordPolicy', 'managedWordLists', 'word'],
  ['sensitiveInformationPolicy', 'piiEntities', 'sensitive-information'],
  ['sensitiveInformationPolicy', 'regexes', 'sensitive-information'],
  ['contextualGroundingPolicy', 'filters', 'grounding'],
]

const CONTENT: ReadonlySet<string> = new Set([
  ...['HATE', 'INSULTS', 'SEXUAL', 'VIOLENCE', 'MISCONDUCT', 'PROMPT_ATTACK'],
])

const CONFIDENCE: Readonly<Record<string, number>> = { NONE: 0, LOW: 1 / 3, MEDIUM: 2 / 3, HIGH: 1 }

/** Everything that was acted upon; what was only noticed (`NONE`) is left out. */
export function interventionsIn(assessments: readonly JsonValue[]): readonly Intervention[] {
  return assessments
    .filter(isObject)
    .flatMap((assessment) =>
      FOUND.flatMap(([policy, list, reason]) =>
        entriesOf(assessment, policy, list).flatMap((entry) => read(entry, reason)),
      ),
    )
}

function entriesOf(assessment: JsonObject, policy: string, list: string): readonly JsonObject[] {
  const found = assessment[policy]
  const entries = isObject(found) ? found[list] : undefined
  return Array.isArray(entries) ? entries.filter(isObject) : []
}

function read(entry: JsonObject, reason: string): readonly Intervention[] {
  const { action, type, confidence } = entry
  if (action !== 'BLOCKED' && action !== 'ANONYMIZED') return []
  const named = reason === 'content' && typeof type === 'string' && CONTENT.has(type)
  const score = typeof confidence === 'string' ? (CONFIDENCE[confidence] ?? 1) : 1
  return [{ action, reason: named ? type.toLowerCase().replaceAll('_', '-') : reason, score }]
}
