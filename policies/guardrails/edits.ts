import { sortedInSteps } from '../../core/sorted.js'
import { LongText } from '../../core/text-pieces.js'
import { atOnce, eachInSteps, type Steps } from '../../core/turns.js'
import type { Hit, Place } from './guard.js'
import { actionOn, type GuardRule } from './guard-rule.js'

/** Stands where a text, or a part of one, has been taken out. */
export const REMOVED = '[removed]'

/** A part of one text and what is written there. UTF-16 offsets, `end` exclusive. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export type Edits = readonly Edit[]

/** Units that an edit takes; and characters of the text around them to one. */
const EDIT = 1
const PER_UNIT = 64

/** By the index of the text; absent for those that stay as they are. */
export type EditsByText = readonly (Edits | undefined)[]

/** What a hit changes in the texts that were asked about, by their index. Without places it changes all of them. */
export function* editsOf(
  rule: Pick<GuardRule, 'action'>,
  hit: Hit,
  texts: readonly { readonly text: string }[],
): Steps<EditsByText> {
  const { places = [] } = hit
  const action = actionOn(rule, hit)
  const edits = new Array<Edit[] | undefined>(texts.length)
  let isAnywhere = false
  const add = (index: number, edit: Edit) => {
    isAnywhere = true
    const own = edits[index]
    if (own) own.push(edit)
    else edits[index] = [edit]
  }
  const whole = ({ text }: { readonly text: string }, index: number) =>
    add(index, { start: 0, end: text.length, text: REMOVED })
  const change = ({ text: index, start, end, replacement = REMOVED }: Place) => {
    const text = texts[index]
    if (text === undefined) return
    if (action === 'strip') {
      if (!edits[index]) whole(text, index)
    } else add(index, { start: bounded(start, text.text), end: bounded(end, text.text), text: replacement })
  }
  yield* eachInSteps(places, () => EDIT, change)
  // Whoever does not say where, or names what is not there, means all of it.
  if (!isAnywhere) yield* eachInSteps(texts, () => EDIT, whole)
  return edits
}

/** A guard of somebody else's may say anything. */
function bounded(offset: number, { length }: string): number {
  return Math.min(Math.max(Math.trunc(offset), 0), length)
}

/** In order and without overlaps: of two that overlap the first stays, as far as the longer of them reaches. */
export function merged(edits: Edits): Edits {
  return atOnce(merging(edits))
}

function* merging(edits: Edits): Steps<Edits> {
  const joined: Edit[] = []
  function join(edit: Edit): void {
    const last = joined.at(-1)
    if (edit.start > edit.end) return
    if (last === undefined || edit.start >= last.end) joined.push(edit)
    else if (edit.end > last.end) joined[joined.length - 1] = { ...last, end: edit.end }
  }
  yield* eachInSteps(yield* sortedInSteps(edits, order), () => EDIT, join)
  return joined
}

const order = (left: Edit, right: Edit) => left.start - right.start || right.end - left.end

export function rewrittenText(text: string, edits: Edits): string {
  return atOnce(rewrittenInSteps(text, edits))
}

/** The same in steps. */
export function* rewrittenInSteps(text: string, edits: Edits): Steps<string> {
  const made = new LongText()
  let at = 0
  function change({ start, end, text: replacement }: Edit): void {
    made.add(text.slice(at, start))
    made.add(replacement)
    at = end
  }
  yield* eachInSteps(yield* merging(edits), ({ start }) => EDIT + (start - at) / PER_UNIT, change)
  made.add(text.slice(at))
  return made.end()
}
