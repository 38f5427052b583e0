import { sortedInSteps } from '../../../../core/sorted.js'
import { eachInSteps, type Steps } from '../../../../core/turns.js'
import { eachSymbol } from '../../../pii/placeholders/literal-automaton.js'
import type { Passage, Range } from '../passage.js'
import { type ReadText, readText } from '../read/read-text.js'
import type { TermGroup, TermIndex } from './term-index.js'

/** Where a term stands. */
export interface TermMatch extends Range {
  /** Its index among those that were compiled. */
  readonly term: number
  /** It could still have been changed by what has not been judged before. */
  readonly fresh: boolean
}

/** Where a term ends, by index in the text as it is read; `state` is the automaton's. */
interface Ending extends Range {
  readonly state: number
}

const UNITS_AT_ONCE = 4096
/** What a unit costs that is searched, and a match. */
const UNIT = 3
const MATCH = 1

/**
 * The terms of a passage that nothing which follows can change any more: in order, of those that overlap the one that begins first,
 * then the longest. Which ones are found fresh does not depend on the passages that a text comes in, as long as these hold the
 * index's window.
 */
export function* scanTerms({ groups }: TermIndex, passage: Passage): Steps<readonly TermMatch[]> {
  let found: readonly TermMatch[] = []
  for (const group of groups) {
    const read = yield* readText(knownPart(passage), group.symbols)
    const own = yield* scanGroup(group, read, passage)
    found = found.length === 0 ? own : yield* firstOfEach(found.concat(own))
  }
  return found
}

/** Of matches that overlap the one that begins first, then the longest. */
export function* firstOfEach<Match extends Range>(matches: readonly Match[]): Steps<readonly Match[]> {
  const kept: Match[] = []
  let end = 0
  function keep(match: Match): void {
    if (match.start < end) return
    kept.push(match)
    end = match.end
  }
  yield* eachInSteps(yield* sortedInSteps(matches, (a, b) => a.start - b.start || b.end - a.end), () => MATCH, keep)
  return kept
}

/** The first half of a pair may become anything. */
function knownPart({ text, ended }: Passage): string {
  return !ended && (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800 ? text.slice(0, -1) : text
}

function* scanGroup(group: TermGroup, read: ReadText, { from, ended }: Passage): Steps<readonly TermMatch[]> {
  const { automaton, begun, termOf } = group
  const { length } = read
  const judged = from === 0 ? 0 : read.indexOf(from)
  const endings: Ending[] = []
  let state = 0
  /** Where the earliest term begins that may go on behind what has been read. */
  let open = 0
  let openBefore = 0
  const step = (symbol: number, end: number): void => {
    const isUnit = symbol < 0x10000
    // Whether a word ends here is not known yet.
    if (!isUnit && end === length && !ended) return
    state = automaton.next(state, symbol)
    open = end - (begun[state] ?? 0)
    if (end < judged || (end === judged && isUnit)) openBefore = open
    if ((automaton.endings[state] ?? 0) !== 0) keep(endings, automaton, state, end)
  }
  for (let at = 0; at < length; at += UNITS_AT_ONCE) {
    const to = Math.min(length, at + UNITS_AT_ONCE)
    yield UNIT * (to - at)
    // What is beside a unit tells whether a word begins or ends there.
    const first = Math.max(0, at - 1)
    eachSymbol(read.part(first, to + 1), at - first, to - first, (symbol, end) => step(symbol, first + end))
  }
  if (ended) open = length
  const matches: TermMatch[] = []
  function add({ state, start, end }: Ending): void {
    if (start >= open) return
    const term = termOf.get(state) ?? 0
    matches.push({ term, fresh: start >= openBefore, start: read.startOf(start), end: read.endOf(end) })
  }
  yield* eachInSteps(endings, () => MATCH, add)
  return matches
}

/** Adds the longest term that ends here and fits beside those that begin before it; it takes the place of those within it. */
function keep(endings: Ending[], automaton: TermGroup['automaton'], reached: number, end: number): void {
  let state = automaton.endings[reached] ?? 0
  while (state !== 0) {
    const start = end - (automaton.lengths[state] ?? 0)
    let within = endings.length
    while (within > 0 && (endings[within - 1]?.start ?? 0) >= start) within--
    if (within === 0 || (endings[within - 1]?.end ?? 0) <= start) {
      endings.length = within
      endings.push({ state, start, end })
      return
    }
    state = automaton.shorter(state)
  }
}
