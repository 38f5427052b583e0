import type { Hit } from './guard.js'
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

/** What a hit changes in the texts that were asked about, by their index. Without places it changes all of them. */
export function editsOf(
  rule: Pick<GuardRule, 'action'>,
  hit: Hit,
  texts: readonly string[],
): ReadonlyMap<number, Edits> {
  const { places } = hit
  const action = actionOn(rule, hit)
  const edits = new Map<number, Edit[]>()
  const add = (index: number, edit: Edit) => {
    const own = edits.get(index)
    if (own) own.push(edit)
    else edits.set(index, [edit])
  }
  const whole = (index: number) => add(index, { start: 0, end: texts[index]?.length ?? 0, text: REMOVED })
  for (const { text: index, start, end, replacement = REMOVED } of places ?? []) {
    const text = texts[index]
    if (text === undefined) continue
    if (action === 'strip') {
      if (!edits.has(index)) whole(index)
    } else add(index, { start: bounded(start, text), end: bounded(end, text), text: replacement })
  }
  // Whoever does not say where, or names what is not there, means all of it.
  if (edits.size === 0) for (const index of texts.keys()) whole(index)
  return edits
}

/** A guard of somebody else's may say anything. */
function bounded(offset: number, { length }: string): number {
  return Math.min(Math.max(Math.trunc(offset), 0), length)
}

/** In order and without overlaps: of two that overlap the first stays, as far as the longer of them reaches. */
export function merged(edits: Edits): Edits {
  const sorted = edits.filter(({ start, end }) => start <= end).toSorted((a, b) => a.start - b.start || b.end - a.end)
  const joined: Edit[] = []
  for (const edit of sorted) {
    const last = joined.at(-1)
    if (last === undefined || edit.start >= last.end) joined.push(edit)
    else if (edit.end > last.end) joined[joined.length - 1] = { ...last, end: edit.end }
  }
  return joined
}

export function rewrittenText(text: string, edits: Edits): string {
  let made = ''
  let at = 0
  for (const { start, end, text: replacement } of merged(edits)) {
    made += text.slice(at, start) + replacement
    at = end
  }
  return made + text.slice(at)
}
