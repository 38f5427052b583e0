import { SYMBOLS, symbolOf } from './symbols.js'

/** Between two parts of a placeholder: space, no-break space, hyphen, underscore, and the backslash that Markdown escapes one with. */
const SEPARATORS = new Set([...' \u00a0-_\\'].map((sign) => sign.charCodeAt(0)))
/** In a row. */
export const MOST_SEPARATORS = 3

/** What was read from a place: nothing, the beginning of something, or the value whose name and code end at `end`. */
export type Spelled = 'nothing' | 'open' | { readonly end: number; readonly original: string }

/** Names with their codes, as a tree of symbols in which none is the beginning of another. */
export interface Spellings {
  /** Adds `name_code`; false, and it is not added, where it is there already, begins another, or another begins it. */
  add(name: string, code: string, original: string): boolean
  /** Whether one may begin with that UTF-16 unit. */
  mayBegin(unit: number): boolean
  /** Reads name and code at `at`, with up to three separators or none between the words of the name, and before the code. */
  read(text: string, at: number): Spelled
}

/** A code of which `from` on is not in the tree: no other goes the same way. */
interface Leaf {
  readonly code: string
  readonly from: number
  readonly original: string
}

/** Codes are capitals and digits in their canonical form. Costs some steps per code: the tree has only what tells them apart. */
export function createSpellings(): Spellings {
  return new SymbolTree()
}

class SymbolTree implements Spellings {
  /** From node times `SYMBOLS` plus symbol to node; 0 is the root. */
  private readonly edges = new Map<number, number>()
  private readonly leaves = new Map<number, Leaf>()
  /** Nodes where a part ends; none has a leaf. */
  private readonly parts = new Set<number>()
  /** The nodes where names end. */
  private readonly names = new Map<string, number>()
  private nodes = 1
  /** The units that an edge from the root is for, as bits, sixteen to a number. */
  private readonly first = [0, 0, 0, 0, 0, 0, 0, 0]

  add(name: string, code: string, original: string): boolean {
    const { leaves } = this
    let node = this.nodeOf(name)
    for (let from = 0; node !== undefined && from < code.length; from++) {
      const leaf = leaves.get(node)
      if (leaf !== undefined && isSameWay(leaf, code, from)) return false
      this.lower(node)
      const unit = code.charCodeAt(from)
      const child = this.next(node, unit)
      if (child === undefined) leaves.set(this.extend(node, unit), { code, from: from + 1, original })
      if (child === undefined) return true
      node = child
    }
    return false
  }

  mayBegin(unit: number): boolean {
    return (((this.first[unit >> 4] ?? 0) >> (unit & 15)) & 1) === 1
  }

  read(text: string, at: number): Spelled {
    let node = 0
    let separators = 0
    for (let index = at; ; index++) {
      const leaf = this.leaves.get(node)
      if (leaf !== undefined) return readRest(leaf, text, index)
      if (index >= text.length) return 'open'
      const unit = text.charCodeAt(index)
      const child = this.next(node, unit)
      if (child !== undefined) {
        node = child
        separators = 0
      } else if (++separators > MOST_SEPARATORS || !SEPARATORS.has(unit) || !this.parts.has(node)) return 'nothing'
    }
  }

  private next(node: number, unit: number): number | undefined {
    const symbol = symbolOf(unit)
    return symbol < 0 ? undefined : this.edges.get(node * SYMBOLS + symbol)
  }

  private extend(node: number, unit: number): number {
    const known = this.next(node, unit)
    if (known !== undefined) return known
    const symbol = symbolOf(unit)
    this.edges.set(node * SYMBOLS + symbol, this.nodes)
    if (node === 0) this.noteFirst(symbol)
    return this.nodes++
  }

  private noteFirst(symbol: number): void {
    for (let unit = 0; unit < this.first.length * 16; unit++) {
      if (symbolOf(unit) === symbol) this.first[unit >> 4] = (this.first[unit >> 4] ?? 0) | (1 << (unit & 15))
    }
  }

  /** Moves a node's leaf one symbol down; false where nothing of it is left to go there. */
  private lower(node: number): boolean {
    const leaf = this.leaves.get(node)
    if (leaf === undefined) return true
    const { code, from, original } = leaf
    if (from === code.length) return false
    this.leaves.delete(node)
    this.leaves.set(this.extend(node, code.charCodeAt(from)), { code, from: from + 1, original })
    return true
  }

  /** The node where a name ends, made where there is none; undefined where something ends within the name. */
  private nodeOf(name: string): number | undefined {
    const known = this.names.get(name)
    if (known !== undefined) return known
    let node = 0
    for (const word of name.split('_')) {
      for (let index = 0; index < word.length; index++) {
        node = this.extend(node, word.charCodeAt(index))
        if (!this.lower(node)) return undefined
      }
      this.parts.add(node)
    }
    this.names.set(name, node)
    return node
  }
}

/** Whether what is left of two codes is the same, or one the beginning of the other. */
function isSameWay(leaf: Leaf, code: string, from: number): boolean {
  const length = Math.min(leaf.code.length - leaf.from, code.length - from)
  for (let index = 0; index < length; index++) {
    if (leaf.code.charCodeAt(leaf.from + index) !== code.charCodeAt(from + index)) return false
  }
  return true
}

function readRest({ code, from, original }: Leaf, text: string, at: number): Spelled {
  let end = at
  for (let index = from; index < code.length; index++, end++) {
    if (end >= text.length) return 'open'
    if (symbolOf(text.charCodeAt(end)) !== symbolOf(code.charCodeAt(index))) return 'nothing'
  }
  return { end, original }
}
