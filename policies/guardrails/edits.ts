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

/** Units that an edit takes; how many are looked at in one step; and characters of the text around them to a unit. */
const EDIT = 1
const AT_A_TIME = 1024
const PER_UNIT = 64

/** What a hit changes in the texts that were asked about, by their index. Without places it changes all of them. */
export function* editsOf(
  rule: Pick<GuardRule, 'action'>,
  hit: Hit,
  texts: readonly { readonly text: string }[],
): Steps<ReadonlyMap<number, Edits>> {
  const { places = [] } = hit
  const action = actionOn(rule, hit)
  const edits = new Map<number, Edit[]>()
  const add = (index: number, edit: Edit) => {
    const own = edits.get(index)
    if (own) own.push(edit)
    else edits.set(index, [edit])
  }
  const whole = ({ text }: { readonly text: string }, index: number) =>
    add(index, { start: 0, end: text.length, text: REMOVED })
  const change = ({ text: index, start, end, replacement = REMOVED }: Place) => {
    const text = texts[index]
    if (text === undefined) return
    if (action === 'strip') {
      if (!edits.has(index)) whole(text, index)
    } else add(index, { start: bounded(start, text.text), end: bounded(end, text.text), text: replacement })
  }
  yield* eachInSteps(places, () => EDIT, change)
  // Whoever does not say where, or names what is not there, means all of it.
  if (edits.size === 0) yield* eachInSteps(texts, () => EDIT, whole)
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
  yield* eachInSteps((yield* areInOrder(edits)) ? edits : edits.toSorted(order), () => EDIT, join)
  return joined
}

const order = (left: Edit, right: Edit) => left.start - right.start || right.end - left.end

/** As most guards give them; sorting takes long where there are many. */
function* areInOrder(edits: Edits): Steps<boolean> {
  for (let index = 1; index < edits.length; index++) {
    if (index % AT_A_TIME === 0) yield AT_A_TIME * EDIT
    const [before, after] = [edits[index - 1], edits[index]]
    if (before && after && order(before, after) > 0) return false
  }
  return true
}

export function rewrittenText(text: string, edits: Edits): string {
  return atOnce(rewriting(text, edits))
}

/** The same in steps. */
export function* rewriting(text: string, edits: Edits): Steps<string> {
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
