import { isObject, type JsonValue } from '../../../core/json.js'
import { mapStepwise, type Steps } from '../../../core/turns.js'
import { codePointOffsets } from '../../services/code-points.js'
import { malformed } from '../../services/post-json.js'
import type { Hit, Judgement, Place } from '../guard.js'

/** As failures name it. */
export const WEBHOOK_SERVICE = 'the webhook'

const HITS = ['block', 'flag', 'mask'] as const
const REASON = /^[a-z0-9][a-z0-9_./-]{0,63}$/
const LONGEST_REPLACEMENT = 1000

/** Units that a place takes. */
const PLACE = 8

type Texts = readonly { readonly text: string }[]

/**
 * Reads `{ verdict, reason, score, places }`. Members that are not known are passed over, known ones of another form refused; only a
 * reason that could be content is put aside, and the verdict named in its place.
 */
export function* webhookJudgement(answer: JsonValue, texts: Texts): Steps<Judgement> {
  if (!isObject(answer)) throw refused('it is no object')
  const { verdict, reason, score, places } = answer
  const scored = scoreOf(score)
  if (verdict === 'pass') return { kind: 'clean', ...scored }
  const advice = HITS.find((known) => known === verdict)
  if (advice === undefined) throw refused('its verdict is none of pass, block, flag, mask')
  const hit: Hit = {
    kind: 'hit',
    advice,
    ...scored,
    reason: typeof reason === 'string' && REASON.test(reason) ? reason : advice,
    ...(places !== undefined && places !== null && { places: yield* placesOf(places, texts) }),
  }
  return hit
}

function scoreOf(score: JsonValue | undefined): { readonly score?: number } {
  if (score === undefined || score === null) return {}
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) throw refused('its score is no number from 0 to 1')
  return { score }
}

function* placesOf(places: JsonValue, texts: Texts): Steps<readonly Place[]> {
  if (!Array.isArray(places) || places.length === 0) throw refused('its places are no list of at least one')
  const offsetsOf = new Map<number, (offset: number) => number | undefined>()
  return yield* mapStepwise(places, PLACE, function* (place: JsonValue): Steps<Place> {
    const { text: index, start: from, end: to, replacement } = isObject(place) ? place : {}
    const text = typeof index === 'number' ? texts[index]?.text : undefined
    if (typeof index !== 'number' || text === undefined) throw refused('a place is in none of the texts')
    const offsets = offsetsOf.get(index) ?? (yield* codePointOffsets(text))
    offsetsOf.set(index, offsets)
    const start = typeof from === 'number' ? offsets(from) : undefined
    const end = typeof to === 'number' ? offsets(to) : undefined
    if (start === undefined || end === undefined || end <= start) throw refused('a place is no part of its text')
    if (replacement === undefined || replacement === null) return { text: index, start, end }
    if (typeof replacement !== 'string' || replacement.length > LONGEST_REPLACEMENT) {
      throw refused(`a replacement is no text of at most ${LONGEST_REPLACEMENT} characters`)
    }
    return { text: index, start, end, replacement }
  })
}

function refused(why: string) {
  return malformed(WEBHOOK_SERVICE, why)
}
