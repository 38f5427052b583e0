import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { Credentials } from '../../../core/provider.js'
import { mapInSteps } from '../../../core/turns.js'
import { groupsOf, type Piece, piecesOf } from '../../services/pieces.js'
import { malformed, postJson } from '../../services/post-json.js'
import type { Services } from '../../services/transport.js'
import { bearer } from './authorization.js'
import { CALL, type PieceVerdict } from './judge-pieces.js'
import { type RemoteGuard, separableGuard } from './question.js'
import { OPENAI_CATEGORIES, type OpenaiModerationSettings } from './settings.js'

const SERVICE = 'OpenAI moderations'

/** Longer texts are judged less well, says OpenAI; what is longer than its context is cut off without a word. */
const LIMITS = { most: 2000, overlap: 200 }
const MOST_INPUTS = 32
const AT_ONCE = 4

export interface OpenaiModerationParts extends Services {
  readonly credentials: Credentials
}

/**
 * OpenAI's moderations (https://platform.openai.com/docs/api-reference/moderations), or a server with the same API. A category is a hit
 * from its threshold on, or where it has none by OpenAI's own flag; the reason is its name.
 */
export function openaiModerationGuard(
  settings: OpenaiModerationSettings,
  { credentials, ...services }: OpenaiModerationParts,
): RemoteGuard {
  const url = `${settings.baseUrl}${/\/v\d+$/.test(settings.baseUrl) ? '' : '/v1'}/moderations`
  const ask = async (pieces: readonly Piece[], signal: AbortSignal) => {
    const body = { model: settings.model, input: pieces.map(({ content }) => content) }
    const headers = () => bearer(credentials)
    return verdictsIn(await postJson(services, { service: SERVICE, url, headers, body, signal }), pieces, settings)
  }
  const { turns } = services
  return separableGuard({ window: settings.window, atOnce: AT_ONCE, turns }, function* ({ texts }, signal) {
    const groups = yield* groupsOf(yield* piecesOf(texts, LIMITS), (group) => group.length < MOST_INPUTS)
    return yield* mapInSteps(groups, CALL, (pieces) => ({ pieces, ask: () => ask(pieces, signal) }))
  })
}

function verdictsIn(
  answer: JsonValue,
  pieces: readonly Piece[],
  settings: OpenaiModerationSettings,
): readonly PieceVerdict[] {
  const results = isObject(answer) ? answer['results'] : undefined
  if (!Array.isArray(results) || results.length !== pieces.length) {
    throw malformed(SERVICE, 'it has not one result for each text')
  }
  return pieces.map((piece, index) => ({ piece, ...worstCategory(results[index], settings.thresholds) }))
}

/** The category with the highest score, of those that are hits where there are any. */
function worstCategory(
  result: JsonValue,
  thresholds: OpenaiModerationSettings['thresholds'],
): Pick<PieceVerdict, 'score' | 'reason'> {
  const { categories, category_scores: scores } = isObject(result) ? result : {}
  if (!isObject(categories) || !isObject(scores)) throw malformed(SERVICE, 'a result has no categories and scores')
  let score = 0
  let worst: { readonly score: number; readonly reason: string } | undefined
  for (const name of Object.keys(categories)) {
    const threshold = thresholds[name]
    if (threshold === 'off') continue
    const own = scoreOf(scores, name)
    score = Math.max(score, own)
    const hit = threshold === undefined ? categories[name] === true : own >= threshold
    if (hit && own >= (worst?.score ?? 0)) worst = { score: own, reason: reasonOf(name) }
  }
  return worst ?? { score }
}

/** Categories that a model does not know are null. */
function scoreOf(scores: JsonObject, name: string): number {
  const score = scores[name] ?? 0
  if (typeof score !== 'number' || score < 0 || score > 1) throw malformed(SERVICE, 'a score is no number from 0 to 1')
  return score
}

const KNOWN: ReadonlySet<string> = new Set(OPENAI_CATEGORIES)

function reasonOf(category: string): string {
  return KNOWN.has(category) ? category : 'other'
}
