import type { Steps } from '../../../../core/turns.js'
import { compileLiterals, eachSymbol, type LiteralAutomaton } from '../../../pii/placeholders/literal-automaton.js'
import { readText, WIDEST_GAP } from '../read/read-text.js'
import { symbolsIn } from '../read/symbols.js'

/** Terms that are looked for in texts that are read in one way. */
export interface TermGroup {
  readonly automaton: LiteralAutomaton
  /** The signs that are kept. */
  readonly symbols: ReadonlySet<number>
  /** The index of the term that ends with a state. */
  readonly termOf: ReadonlyMap<number, number>
  /** Units of the beginning of a term that a state stands for. */
  readonly begun: Int32Array
}

/** Terms, ready to be looked for. */
export interface TermIndex {
  readonly groups: readonly TermGroup[]
  /**
   * UTF-16 units of a text that are enough to see the longest term in, with what may be hidden within it and what stands before and
   * behind it.
   */
  readonly window: number
}

interface ReadTerm {
  readonly index: number
  readonly text: string
  readonly symbols: ReadonlySet<number>
}

/** Room for invisible characters. */
const MARGIN = 32

/** Compiles terms. Of those that are read alike the first one is found; those of which nothing can be read never. */
export function termIndex(terms: readonly string[]): TermIndex {
  const all = terms.map(readTerm).filter(({ text }) => text !== '')
  const plain = all.filter(({ symbols }) => symbols.size === 0)
  const signed = all.filter(({ symbols }) => symbols.size > 0)
  const longest = all.reduce((most, { text }) => Math.max(most, longestFormOf(text)), 0)
  return { groups: [plain, signed].filter(({ length }) => length > 0).map(groupOf), window: longest + MARGIN }
}

/** The same for terms that are found in the same places; empty where there is nothing to find: no letter, digit or telling sign. */
export function termKey(term: string): string {
  return readTerm(term, 0).text
}

/** With its letters spaced out, or its words far apart. */
function longestFormOf(text: string): number {
  const gaps = text.split(' ').length - 1
  return Math.max(2 * text.length, text.length + gaps * (WIDEST_GAP - 1))
}

function readTerm(term: string, index: number): ReadTerm {
  const symbols = symbolsIn(term)
  const read = atOnce(readText(term, symbols))
  const text = read.part(0, read.length)
  return { index, symbols, text: text.replaceAll('\n', '').trim() }
}

function groupOf(terms: readonly ReadTerm[]): TermGroup {
  const automaton = atOnce(compileLiterals(terms.map(({ text }) => text)))
  const begun = new Int32Array(automaton.lengths.length)
  const termOf = new Map<number, number>()
  for (const { text, index } of terms) {
    let state = 0
    eachSymbol(text, 0, text.length, (symbol, end) => {
      state = automaton.next(state, symbol)
      begun[state] = end
    })
    if (!termOf.has(state)) termOf.set(state, index)
  }
  return { automaton, begun, termOf, symbols: new Set(terms.flatMap(({ symbols }) => [...symbols])) }
}

function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
