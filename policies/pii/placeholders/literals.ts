import { compileLiterals, eachSymbol, type LiteralAutomaton } from './literal-automaton.js'

/** Where a value stands: UTF-16 offsets, `end` exclusive. */
export interface Occurrence {
  readonly start: number
  readonly end: number
}

/** Where values end, each as the automaton's state of the longest one. */
interface Ending {
  readonly state: number
  readonly end: number
}

/**
 * Finds every place where one of these values stands, exactly as it is written; in order, without overlaps, longer values
 * before shorter ones. A value that begins or ends with a letter or digit is not found within a longer word or number; scripts
 * without spaces have no such words. One pass over the text, however many values there are.
 */
export function literals(values: readonly string[]): (text: string) => readonly Occurrence[] {
  const automaton = compileLiterals(values)
  return (text) => {
    const endings = endingsIn(automaton, text)
    const found = endings.map((ending) => occurrence(automaton, ending))
    const apart = found.every(({ start }, index) => start >= (found[index - 1]?.end ?? 0))
    return apart ? found : longestFirst(automaton, endings, text.length)
  }
}

function endingsIn({ next, endings }: LiteralAutomaton, text: string): readonly Ending[] {
  const found: Ending[] = []
  let state = 0
  eachSymbol(text, (symbol, end) => {
    state = next(state, symbol)
    const longest = endings[state] ?? 0
    if (longest !== 0) found.push({ state: longest, end })
  })
  return found
}

function occurrence({ lengths }: LiteralAutomaton, { state, end }: Ending): Occurrence {
  return { start: end - (lengths[state] ?? 0), end }
}

/** Of those that overlap the longest; where that does not fit, the next shorter value that ends at the same place is tried. */
function longestFirst(automaton: LiteralAutomaton, endings: readonly Ending[], length: number): readonly Occurrence[] {
  const covered = new Uint8Array(length)
  const kept: Occurrence[] = []
  const bySize: Ending[][] = []
  const queue = (ending: Ending): void => {
    const size = automaton.lengths[ending.state] ?? 0
    const same = bySize[size] ?? []
    bySize[size] = same
    same.push(ending)
  }
  endings.forEach(queue)
  for (let size = bySize.length - 1; size > 0; size--) {
    for (const ending of bySize[size] ?? []) {
      const place = occurrence(automaton, ending)
      if (covered[place.end - 1]) continue
      // All that is kept is at least as long: it covers one end of this or nothing.
      if (!covered[place.start]) {
        covered.fill(1, place.start, place.end)
        kept.push(place)
        continue
      }
      const state = automaton.shorter(ending.state)
      if (state !== 0) queue({ state, end: ending.end })
    }
  }
  return kept.sort((a, b) => a.start - b.start)
}
