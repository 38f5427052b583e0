import type { Steps } from '../../../../core/turns.js'
import type { Passage, Range } from '../passage.js'
import { DISGUISES } from '../read/disguises.js'
import { undo } from '../read/undo.js'
import { firstOfEach, scanTerms, type TermMatch } from './scan-terms.js'
import type { TermIndex } from './term-index.js'

/** As `scanTerms`, also for terms that are disguised. */
export function* scanDisguised(index: TermIndex, passage: Passage): Steps<readonly TermMatch[]> {
  const { text, from, ended } = passage
  const found = (yield* scanTerms(index, passage)).slice()
  for (const disguise of DISGUISES) {
    const undone = yield* undo(disguise, text)
    if (undone === undefined) continue
    // Where a text goes on, its end is left out as far as it may still be read in another way.
    const known = ended ? text.length : disguise.knownUpTo(text, text.length)
    const judged = Math.min(disguise.knownUpTo(text, from), known)
    for (const around of stretches(undone.changed, index.window, known)) {
      const part = { text: undone.text.slice(around.start, around.end), from: Math.max(0, judged - around.start) }
      const matches = yield* scanTerms(index, { ...part, ended: ended || around.end < known })
      for (const match of matches) found.push(moved(match, around.start))
    }
  }
  return yield* firstOfEach(found)
}

/** What is around changes, as far as a term may reach that has one in it. */
function* stretches(changed: readonly Range[], reach: number, end: number): Generator<Range> {
  let open: Range | undefined
  for (const change of changed) {
    const start = Math.max(0, change.start - reach)
    const stretch = { start: Math.min(start, end), end: Math.min(end, change.end + reach) }
    if (open !== undefined && stretch.start <= open.end)
      open = { start: open.start, end: Math.max(open.end, stretch.end) }
    else {
      if (open !== undefined) yield open
      open = stretch
    }
  }
  if (open !== undefined) yield open
}

function moved({ start, end, ...match }: TermMatch, by: number): TermMatch {
  return { ...match, start: start + by, end: end + by }
}
