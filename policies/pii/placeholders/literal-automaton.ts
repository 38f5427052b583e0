import type { Steps } from '../../../core/turns.js'
import { CLASSES, WORD } from '../detect/scan/characters.js'
import { createEdges } from './edges.js'

/** Symbols beside the UTF-16 units: where a run of letters and digits begins and ends. */
const BEGIN = 0x10000
const END = 0x10001

/** Calls `step` with the symbols of a text from `from` to `to`; `end` is the offset behind what has been read. */
export function eachSymbol(text: string, from: number, to: number, step: (symbol: number, end: number) => void): void {
  let wasWord = isWordAt(text, from - 1)
  let isWord = isWordAt(text, from)
  for (let index = from; index < to; index++) {
    if (isWord && !wasWord) step(BEGIN, index)
    step(text.charCodeAt(index), index + 1)
    wasWord = isWord
    isWord = isWordAt(text, index + 1)
    if (wasWord && !isWord) step(END, index + 1)
  }
}

function isWordAt(text: string, at: number): boolean {
  return ((CLASSES[text.charCodeAt(at)] ?? 0) & WORD) !== 0
}

/** An automaton of Aho and Corasick over the symbols of `eachSymbol`. Its states are numbers; 0 is the first. */
export interface LiteralAutomaton {
  next(state: number, symbol: number): number
  /** The state of the longest value that ends here, which `lengths` has the length of; 0 where none does. */
  readonly endings: Int32Array
  /** The same of the next shorter one that ends where the value of this state does. */
  shorter(state: number): number
  /** UTF-16 units of the value that ends with this state; 0 where none does. */
  readonly lengths: Int32Array
}

/** What a symbol costs that is added, and how many nodes are made or linked in one step. */
const SYMBOL = 6
/** Symbols of which a table is made, or sorted, at the cost of one unit. */
const PLAIN = 32
const NODES_AT_ONCE = 1024

/** Builds it in time linear in the length of the values; empty ones are left out. */
export function* compileLiterals(values: readonly string[]): Steps<LiteralAutomaton> {
  let most = 1
  for (const value of values) {
    yield 1 + value.length / PLAIN
    eachSymbol(value, 0, value.length, () => most++)
  }
  yield most / PLAIN
  const edges = createEdges(most)
  const lengths = new Int32Array(most)
  const parents = new Int32Array(most)
  const symbols = new Int32Array(most)
  const depths = new Int32Array(most)
  let nodes = 1
  for (const value of values) {
    let node = 0
    const descend = (symbol: number): void => {
      let child = edges.target(node, symbol)
      if (child < 0) {
        child = nodes++
        edges.add(node, symbol, child)
        parents[child] = node
        symbols[child] = symbol
        depths[child] = (depths[node] ?? 0) + 1
      }
      node = child
    }
    for (let from = 0; from < value.length; from += NODES_AT_ONCE) {
      const to = Math.min(value.length, from + NODES_AT_ONCE)
      yield SYMBOL * (to - from + 2)
      eachSymbol(value, from, to, descend)
    }
    lengths[node] = value.length
  }

  const failures = new Int32Array(nodes)
  const endings = new Int32Array(nodes)
  const next = (state: number, symbol: number): number => {
    for (let node = state; ; node = failures[node] ?? 0) {
      const child = edges.target(node, symbol)
      if (child >= 0) return child
      if (node === 0) return 0
    }
  }
  yield nodes / PLAIN
  for (const [index, node] of byDepth(depths, nodes).entries()) {
    if (index % NODES_AT_ONCE === 0) yield SYMBOL * NODES_AT_ONCE
    const parent = parents[node] ?? 0
    const failure = parent === 0 ? 0 : next(failures[parent] ?? 0, symbols[node] ?? 0)
    failures[node] = failure
    endings[node] = (lengths[node] ?? 0) > 0 ? node : (endings[failure] ?? 0)
  }
  return { next, endings, lengths, shorter: (state) => endings[failures[state] ?? 0] ?? 0 }
}

/** All nodes but the root, those nearer to it first. */
function byDepth(depths: Int32Array, nodes: number): Int32Array {
  const starts: number[] = []
  for (let node = 1; node < nodes; node++) {
    const depth = depths[node] ?? 0
    starts[depth] = (starts[depth] ?? 0) + 1
  }
  let sum = 0
  for (let depth = 1; depth < starts.length; depth++) {
    const count = starts[depth] ?? 0
    starts[depth] = sum
    sum += count
  }
  const order = new Int32Array(nodes - 1)
  for (let node = 1; node < nodes; node++) {
    const depth = depths[node] ?? 0
    const place = starts[depth] ?? 0
    order[place] = node
    starts[depth] = place + 1
  }
  return order
}
