import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Piece } from '../../services/pieces.js'
import { malformed } from '../../services/post-json.js'
import type { PieceVerdict } from './judge-pieces.js'
import { AZURE_CATEGORIES, AZURE_SERVICE, type AzureCategory, type AzureContentSafetySettings } from './settings.js'

/** Azure takes 10,000 code points at once, and refuses more. */
export const ANALYZE_LIMITS = { most: 10_000, overlap: 500 }

/** As logs take it. */
const LONGEST_REASON = 64

/** On the scale of eight levels. */
const WORST = 7

/** Whether there is anything to analyze texts for. */
export function isAnalyzing({ severities, blocklists }: AzureContentSafetySettings): boolean {
  return Object.keys(severities).length > 0 || blocklists.length > 0
}

export function analyzeBody({ severities, blocklists }: AzureContentSafetySettings, { content }: Piece): JsonObject {
  const categories = categoriesIn(severities).map((category) => AZURE_CATEGORIES[category])
  return {
    text: content,
    // Without any Azure looks for all of them; what was not asked for is not looked at below.
    ...(categories.length > 0 && { categories }),
    ...(blocklists.length > 0 && { blocklistNames: blocklists, haltOnBlocklistHit: false }),
    outputType: 'EightSeverityLevels',
  }
}

/** A term of a list is a hit as sure as can be; else the category that is worst. */
export function analyzeVerdict(settings: AzureContentSafetySettings, piece: Piece, answer: JsonValue): PieceVerdict {
  if (!isObject(answer)) throw malformed(AZURE_SERVICE, 'it is no object')
  const severities = severitiesIn(answer, categoriesIn(settings.severities).length > 0)
  const list = blocklistIn(answer, settings.blocklists)
  if (list !== undefined) return { piece, score: 1, reason: `blocklist/${list}`.slice(0, LONGEST_REASON) }
  let worst = 0
  let hit: { readonly severity: number; readonly reason: string } | undefined
  for (const category of categoriesIn(settings.severities)) {
    const severity = severities.get(AZURE_CATEGORIES[category])
    if (severity === undefined) throw malformed(AZURE_SERVICE, `it has no severity of ${AZURE_CATEGORIES[category]}`)
    worst = Math.max(worst, severity)
    const threshold = settings.severities[category] ?? WORST
    if (severity >= threshold && severity > (hit?.severity ?? 0)) hit = { severity, reason: category }
  }
  return hit ? { piece, score: hit.severity / WORST, reason: hit.reason } : { piece, score: worst / WORST }
}

function categoriesIn(severities: AzureContentSafetySettings['severities']): readonly AzureCategory[] {
  const known = Object.keys(AZURE_CATEGORIES) as readonly AzureCategory[]
  return known.filter((category) => severities[category] !== undefined)
}

function severitiesIn(answer: JsonObject, needed: boolean): ReadonlyMap<string, number> {
  const analysis = answer['categoriesAnalysis']
  if (!Array.isArray(analysis)) {
    if (needed) throw malformed(AZURE_SERVICE, 'it has no categoriesAnalysis')
    return new Map()
  }
  return new Map(
    analysis.map((entry: JsonValue) => {
      const { category, severity } = isObject(entry) ? entry : {}
      const known = typeof severity === 'number' && severity >= 0 && severity <= WORST
      if (typeof category !== 'string' || !known) throw malformed(AZURE_SERVICE, 'a severity is no number from 0 to 7')
      return [category, severity] as const
    }),
  )
}

/** The configured list that has a term of the text, in lower case. */
function blocklistIn(answer: JsonObject, asked: readonly string[]): string | undefined {
  const matches = answer['blocklistsMatch'] ?? []
  if (!Array.isArray(matches)) throw malformed(AZURE_SERVICE, 'its blocklistsMatch is no list')
  if (matches.length === 0) return undefined
  const names = matches.map((match: JsonValue) => (isObject(match) ? match['blocklistName'] : undefined))
  const name = asked.find((list) => names.includes(list))
  if (name === undefined) throw malformed(AZURE_SERVICE, 'it names a list that was not asked for')
  return name.toLowerCase().replaceAll('~', '-')
}
