import type { Steps } from '../../../../core/turns.js'
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
/** What a unit costs that is searched. */
const UNIT = 3

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
    found = found.length === 0 ? own : firstOfEach([...found, ...own])
  }
  return found
}

/** Of matches that overlap the one that begins first, then the longest. */
export function firstOfEach<Match extends Range>(matches: readonly Match[]): readonly Match[] {
  const kept: Match[] = []
  for (const match of matches.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (match.start >= (kept.at(-1)?.end ?? 0)) kept.push(match)
  }
  return kept
}

/** The first half of a pair may become anything. */
function knownPart({ text, ended }: Passage): string {
  return !ended && (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800 ? text.slice(0, -1) : text
}

function* scanGroup(group: TermGroup, read: ReadText, { from, ended }: Passage): Steps<readonly TermMatch[]> {
  const { automaton, begun, termOf } = group
  const { text } = read
  const judged = from === 0 ? 0 : read.indexOf(from)
  const endings: Ending[] = []
  let state = 0
  /** Where the earliest term begins that may go on behind what has been read. */
  let open = 0
  let openBefore = 0
  const step = (symbol: number, end: number): void => {
    const isUnit = symbol < 0x10000
    // Whether a word ends here is not known yet.
    if (!isUnit && end === text.length && !ended) return
    state = automaton.next(state, symbol)
    open = end - (begun[state] ?? 0)
    if (end < judged || (end === judged && isUnit)) openBefore = open
    if ((automaton.endings[state] ?? 0) !== 0) keep(endings, automaton, state, end)
  }
  for (let at = 0; at < text.length; at += UNITS_AT_ONCE) {
    const to = Math.min(text.length, at + UNITS_AT_ONCE)
    yield UNIT * (to - at)
    eachSymbol(text, at, to, step)
  }
  if (ended) open = text.length
  return endings
    .filter(({ start }) => start < open)
    .map(({ state, start, end }) => ({
      term: termOf.get(state) ?? 0,
      fresh: start >= openBefore,
      start: read.startOf(start),
      end: read.endOf(end),
    }))
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
