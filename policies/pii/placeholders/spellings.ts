import { SYMBOLS, symbolOf } from './symbols.js'

/** Between two parts of a placeholder: space, no-break space, hyphen, underscore, and the backslash that Markdown escapes one with. */
const SEPARATORS = new Set([...' \u00a0-_\\'].map((sign) => sign.charCodeAt(0)))
/** In a row. */
export const MOST_SEPARATORS = 3

/** What was read from a place: nothing, the beginning of something, or the value whose name and code end at `end`. */
export type Spelled = 'nothing' | 'open' | { readonly end: number; readonly original: string }

/** Names with their codes, as a tree of symbols in which none is the beginning of another. */
export interface Spellings {
  /** Adds `name_code`; false, and nothing added, where it is there already, begins another, or another begins it. */
  add(name: string, code: string, original: string): boolean
  /** Whether one may begin with that UTF-16 unit. */
  mayBegin(unit: number): boolean
  /** Reads name and code at `at`, with up to three separators or none between the words of the name, and before the code. */
  read(text: string, at: number): Spelled
}

export function createSpellings(): Spellings {
  /** From node times `SYMBOLS` plus symbol to node; 0 is the root. */
  const edges = new Map<number, number>()
  const originals = new Map<number, string>()
  /** Nodes where a part ends. */
  const parts = new Set<number>()
  let nodes = 1

  const next = (node: number, unit: number): number | undefined => {
    const symbol = symbolOf(unit)
    return symbol < 0 ? undefined : edges.get(node * SYMBOLS + symbol)
  }

  /** Where the letters of `spelling` lead as far as they are there, and how many that are. */
  const follow = (spelling: string): readonly [node: number, length: number] => {
    let node = 0
    for (let index = 0; index < spelling.length; index++) {
      const child = next(node, spelling.charCodeAt(index))
      if (child === undefined) return [node, index]
      node = child
    }
    return [node, spelling.length]
  }

  const extend = (node: number, unit: number): number => {
    const known = next(node, unit)
    if (known !== undefined) return known
    edges.set(node * SYMBOLS + symbolOf(unit), nodes)
    return nodes++
  }

  return {
    add(name, code, original) {
      const spelling = name.replaceAll('_', '') + code
      const [last, length] = follow(spelling)
      if (length === spelling.length || originals.has(last)) return false
      let node = 0
      for (const word of name.split('_')) {
        for (let index = 0; index < word.length; index++) node = extend(node, word.charCodeAt(index))
        parts.add(node)
      }
      for (let index = 0; index < code.length; index++) node = extend(node, code.charCodeAt(index))
      originals.set(node, original)
      return true
    },
    mayBegin: (unit) => next(0, unit) !== undefined,
    read(text, at) {
      let node = 0
      let separators = 0
      for (let index = at; ; index++) {
        const original = originals.get(node)
        if (original !== undefined) return { end: index, original }
        if (index >= text.length) return 'open'
        const unit = text.charCodeAt(index)
        const child = next(node, unit)
        if (child !== undefined) {
          node = child
          separators = 0
        } else if (++separators > MOST_SEPARATORS || !SEPARATORS.has(unit) || !parts.has(node)) return 'nothing'
      }
    },
  }
}
