import { isObject, type JsonObject, type JsonValue } from '../../../core/json.js'
import type { WireRequest } from '../../../core/provider.js'
import { inTurns, type Steps } from '../../../core/turns.js'
import { askAll } from '../../services/ask-all.js'
import { groupsOf, type Piece, piecesOf } from '../../services/pieces.js'
import { malformed, postJson } from '../../services/post-json.js'
import type { Services } from '../../services/transport.js'
import type { Hit, Judgement, Place } from '../guard.js'
import { type Intervention, interventionsIn } from './bedrock-assessments.js'
import { maskedPlaces } from './masked-places.js'
import { mergePlaces } from './places.js'
import { type Question, type RemoteGuard, remoteGuard } from './question.js'
import type { BedrockGuardrailSettings } from './settings.js'

const SERVICE = 'Bedrock guardrails'

/** What an account may send at once unless its quota was raised; a begun unit counts in full. */
const MOST_UNITS = 25
const UNIT = 1000
const LIMITS = { most: MOST_UNITS * UNIT, overlap: 500 }
/** The quota is one of units a second. */
const AT_ONCE = 2

export interface BedrockGuardrailParts extends Services {
  /** Signs a request for `authority` (host and port), as requests to Bedrock's models are signed. */
  sign(request: WireRequest, authority: string): WireRequest | Promise<WireRequest>
  /** Where Bedrock is in a region: `https://bedrock-runtime.REGION.amazonaws.com`. */
  baseUrlOf(region: string): string
}

/**
 * A guardrail of Amazon Bedrock by itself, without a model
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html). What it masks is a hit with places and what it
 * writes there; what it blocks one without, for it does not say where. Reasons are `topic`, `word`, `sensitive-information`, `grounding`,
 * and the types of its content filters (`hate`, `prompt-attack`).
 */
export function bedrockGuardrailGuard(
  settings: BedrockGuardrailSettings,
  { sign, baseUrlOf, ...services }: BedrockGuardrailParts,
): RemoteGuard {
  const { origin, host, pathname } = new URL(settings.baseUrl ?? baseUrlOf(settings.region))
  const guardrail = `/guardrail/${encodeURIComponent(settings.guardrail)}/version/${encodeURIComponent(settings.version)}`
  const path = `${pathname.replace(/\/+$/, '')}${guardrail}/apply`
  const headers = async (body: Uint8Array) => {
    const wire = { method: 'POST', path, headers: { 'content-type': 'application/json' }, body }
    return (await sign(wire, host)).headers
  }
  const { turns } = services
  return remoteGuard(settings, async ({ direction, texts }, signal) => {
    const groups = await inTurns(callsFor(texts), turns)
    const { answers, failure } = await askAll(groups, AT_ONCE, async (pieces) => {
      const body = requestBody(direction, pieces)
      return interventionIn(
        await postJson(services, { service: SERVICE, url: origin + path, headers, body, signal }),
        pieces,
      )
    })
    const judgement = await inTurns(together(answers), turns)
    if (judgement.kind === 'clean' && failure) throw failure.cause
    return judgement
  })
}

function* callsFor(texts: Question['texts']): Steps<readonly (readonly Piece[])[]> {
  return yield* groupsOf(yield* piecesOf(texts, LIMITS), (group, next) => {
    return group.reduce((sum, piece) => sum + units(piece), units(next)) <= MOST_UNITS
  })
}

function units({ start, end }: Piece): number {
  return Math.ceil((end - start) / UNIT)
}

function requestBody(direction: Question['direction'], pieces: readonly Piece[]): JsonObject {
  return {
    source: direction === 'request' ? 'INPUT' : 'OUTPUT',
    content: pieces.map(({ content }) => ({ text: { text: content } })),
  }
}

/** What became of the texts of one call. */
interface Outcome extends Intervention {
  /** Absent where they are not known. */
  readonly places?: readonly Place[]
}

function interventionIn(answer: JsonValue, pieces: readonly Piece[]): Outcome | undefined {
  const { action, assessments, outputs } = isObject(answer) ? answer : {}
  if (action === 'NONE') return undefined
  if (action !== 'GUARDRAIL_INTERVENED' || !Array.isArray(assessments) || !Array.isArray(outputs)) {
    throw malformed(SERVICE, 'it has no action, assessments and outputs')
  }
  const found = interventionsIn(assessments)
  const blocked = found.filter(({ action }) => action === 'BLOCKED')
  const [worst] = [...(blocked.length > 0 ? blocked : found)].sort((left, right) => right.score - left.score)
  // A policy of a later version of the API; what it says is not known, but that it intervened is.
  if (worst === undefined) return { action: 'BLOCKED', reason: 'intervened', score: 1 }
  const [only] = pieces
  if (worst.action === 'BLOCKED') {
    return pieces.length === 1 && only ? { ...worst, places: [placeOf(only)] } : worst
  }
  const places = placesIn(outputs, pieces)
  return { ...worst, ...(places && { places }) }
}

/** There is one output for each text, in their order, of those that stay as they are too. */
function placesIn(outputs: readonly JsonValue[], pieces: readonly Piece[]): readonly Place[] | undefined {
  const texts = outputs.map((output) => (isObject(output) ? output['text'] : undefined))
  if (texts.length !== pieces.length) return undefined
  const places: Place[] = []
  for (const [index, piece] of pieces.entries()) {
    const masked = texts[index]
    if (typeof masked !== 'string') return undefined
    for (const { start, end, replacement } of maskedPlaces(piece.content, masked)) {
      places.push({ text: piece.text, start: piece.start + start, end: piece.start + end, replacement })
    }
  }
  return places.length > 0 ? places : undefined
}

function placeOf({ text, start, end }: Piece): Place {
  return { text, start, end }
}

function* together(outcomes: readonly (Outcome | undefined)[]): Steps<Judgement> {
  const hits = outcomes.filter((outcome) => outcome !== undefined)
  const blocked = hits.filter(({ action }) => action === 'BLOCKED')
  const [worst] = [...(blocked.length > 0 ? blocked : hits)].sort((left, right) => right.score - left.score)
  if (worst === undefined) return { kind: 'clean' }
  const { reason, score, action } = worst
  const hit: Hit = { kind: 'hit', reason, score, advice: action === 'BLOCKED' ? 'block' : 'mask' }
  if (hits.some(({ places }) => places === undefined)) return hit
  return { ...hit, places: yield* mergePlaces(hits.flatMap(({ places = [] }) => places)) }
}
