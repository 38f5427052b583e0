import type { Steps } from '../../../core/turns.js'
import { compileLiterals, eachSymbol, type LiteralAutomaton } from './literal-automaton.js'
import { literalHeads } from './literal-heads.js'

/** Where a value stands: UTF-16 offsets, `end` exclusive. */
export interface Occurrence {
  readonly start: number
  readonly end: number
}

/** A part of a text, by offsets. What is right before and behind it still tells where words begin and end. */
export interface Stretch extends Occurrence {
  readonly text: string
}

/** Where a value ends: the longest one that does, as the automaton's state. */
interface Ending extends Occurrence {
  readonly state: number
}

/** Endings that are looked at, and units of text that are read, in one step. */
const ENDINGS_AT_ONCE = 1024
const UNITS_AT_ONCE = 4096
/** What a unit of text costs that is searched: its states are all over the memory. */
const UNIT = 3

/**
 * Finds every place within the stretches where one of these values stands, exactly as it is written; in order, without overlaps,
 * longer values before shorter ones. A value that begins or ends with a letter or digit is not found within a longer word or
 * number; scripts without spaces have no such words. Stretches without any are left out. Linear, however many values there are: one
 * quick pass tells which of them may be there, and one more over the stretches that may have them where these are.
 */
export function* findLiterals<Part extends Stretch>(
  values: readonly string[],
  stretches: readonly Part[],
): Steps<ReadonlyMap<Part, readonly Occurrence[]>> {
  const found = new Map<Part, readonly Occurrence[]>()
  const heads = yield* literalHeads(values.filter((value) => value !== ''))
  const likely: Part[] = []
  for (const stretch of stretches) if (yield* heads.meet(stretch)) likely.push(stretch)
  if (likely.length === 0) return found
  yield values.length
  const automaton = yield* compileLiterals(values.filter((value) => value !== '' && heads.met(value)))
  for (const stretch of likely) {
    const places = yield* occurrencesIn(automaton, stretch)
    if (places.length > 0) found.set(stretch, places)
  }
  return found
}

function* occurrencesIn(automaton: LiteralAutomaton, stretch: Stretch): Steps<readonly Occurrence[]> {
  const { next, endings, lengths } = automaton
  const { text, start, end } = stretch
  const found: Ending[] = []
  let apart = true
  let covered = start
  let state = 0
  for (let from = start; from < end; from += UNITS_AT_ONCE) {
    const to = Math.min(end, from + UNITS_AT_ONCE)
    yield UNIT * (to - from)
    eachSymbol(text, from, to, (symbol, at) => {
      state = next(state, symbol)
      const longest = endings[state] ?? 0
      if (longest === 0) return
      const begin = at - (lengths[longest] ?? 0)
      if (begin < covered) apart = false
      covered = at
      found.push({ state: longest, start: begin, end: at })
    })
  }
  return apart ? found : yield* longestFirst(automaton, found, stretch)
}

/** Of those that overlap the longest; where that does not fit, the next shorter value that ends at the same place is tried. */
function* longestFirst(
  automaton: LiteralAutomaton,
  endings: readonly Ending[],
  { start, end }: Stretch,
): Steps<readonly Occurrence[]> {
  const covered = new Uint8Array(end - start)
  const kept: Occurrence[] = []
  const bySize: Ending[][] = []
  const queue = (ending: Ending): void => {
    const size = ending.end - ending.start
    const same = bySize[size] ?? []
    bySize[size] = same
    same.push(ending)
  }
  for (const [index, ending] of endings.entries()) {
    if (index % ENDINGS_AT_ONCE === 0) yield ENDINGS_AT_ONCE
    queue(ending)
  }
  let looked = 0
  for (let size = bySize.length - 1; size > 0; size--) {
    for (const ending of bySize[size] ?? []) {
      if (looked++ % ENDINGS_AT_ONCE === 0) yield ENDINGS_AT_ONCE
      if (covered[ending.end - 1 - start]) continue
      // All that is kept is at least as long: it covers one end of this or nothing.
      if (!covered[ending.start - start]) {
        covered.fill(1, ending.start - start, ending.end - start)
        kept.push(ending)
        continue
      }
      const state = automaton.shorter(ending.state)
      if (state !== 0) queue({ state, start: ending.end - (automaton.lengths[state] ?? 0), end: ending.end })
    }
  }
  return kept.sort((a, b) => a.start - b.start)
}
