import type { JsonValue } from '../../../core/json.js'
import { type Lane, type Piece, piecesOf } from '../../content/piece.js'
import { mapTexts, type ValueText } from '../../content/value-texts.js'
import { jsonLane } from './json-lane.js'
import { SLICE } from './slice.js'
import type { Work } from './stages.js'
import { textLane } from './text-lane.js'

/** What became of a value; `value` is the same where nothing in it changes. */
export type Treated<V> = { readonly kind: 'passed'; readonly value: V } | { readonly kind: 'blocked' }

/** Treats every text of a value as an answer's. Yields after each `SLICE` of text, when more is to come. */
export function* treatValue<V extends JsonValue>(work: Work, value: V): Generator<readonly [], Treated<V>> {
  const texts: ValueText[] = []
  mapTexts(value, (text) => void texts.push(text))
  const made: (string | undefined)[] = []
  let read = 0
  for (const each of texts) {
    const lane = laneOf(each, work)
    if (!lane) {
      made.push(undefined)
      continue
    }
    const pieces: Piece[] = []
    for (let at = 0; at < each.text.length; at += SLICE) {
      if (read >= SLICE) {
        yield []
        read = 0
      }
      const slice = each.text.slice(at, at + SLICE)
      read += slice.length
      for (const piece of piecesOf(lane.push(slice))) pieces.push(piece)
    }
    pieces.push(...lane.end())
    if (pieces.at(-1)?.kind === 'blocked') return { kind: 'blocked' }
    made.push(written(each.text, pieces))
  }
  let next = 0
  return { kind: 'passed', value: mapTexts(value, () => made[next++]) }
}

/** Undefined where nothing is done. */
function laneOf({ form, treated }: ValueText, { placeholders, judge }: Work): Lane | undefined {
  const work: Work = { placeholders, judge: treated === 'wholly' ? judge : undefined }
  if (!work.placeholders && !work.judge) return undefined
  return form === 'json' ? jsonLane(work) : textLane(work)
}

/** Undefined where the text stays. */
function written(text: string, pieces: readonly Piece[]): string | undefined {
  if (pieces.every(({ kind }) => kind === 'same')) return undefined
  let at = 0
  return pieces
    .map((piece) => {
      if (piece.kind === 'blocked') return ''
      at += piece.length
      return piece.kind === 'changed' ? piece.text : text.slice(at - piece.length, at)
    })
    .join('')
}
