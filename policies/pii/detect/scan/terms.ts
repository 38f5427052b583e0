import { classAt, WORD } from './characters.js'
import { fold } from './fold.js'
import { propose } from './offer.js'
import { look, type Scan } from './state.js'

/** Terms as they are looked for. */
export interface Terms {
  readonly tree: TermTree
  /** 1 for the units that a term may begin with. */
  readonly starts: Uint8Array
}

/** A tree of terms by their characters, folded and in lower case. */
interface TermTree {
  readonly children: Map<string, TermTree>
  /** The entity of the term that ends here. */
  entity?: number
}

function plain(character: string): string {
  return /\s/.test(character) ? ' ' : character.toLowerCase()
}

/** The tree of [entity, term] pairs; empty terms are left out. */
export function compileTerms(terms: readonly (readonly [entity: number, term: string])[]): Terms {
  const root: TermTree = { children: new Map() }
  for (const [entity, term] of terms) {
    let node = root
    for (const character of fold(term.trim()).text) {
      const key = plain(character)
      const next = node.children.get(key) ?? { children: new Map() }
      node.children.set(key, next)
      node = next
    }
    if (node !== root) node.entity ??= entity
  }
  const starts = Uint8Array.from({ length: 0x10000 }, (_, code) =>
    root.children.has(plain(String.fromCharCode(code))) ? 1 : 0,
  )
  return { tree: root, starts }
}

/** Proposes every term that begins at `start`; a term that begins or ends with a letter or digit is a whole word there. */
export function readTerms(scan: Scan, { tree, starts }: Terms, start: number): void {
  const { text, codes } = scan
  if (starts[codes[start] ?? 0] === 0) return
  if (classAt(codes, start) & WORD && classAt(codes, start - 1) & WORD) return
  let node = tree
  let index = start
  for (;;) {
    const next = index < text.length ? node.children.get(plain(text[index] ?? '')) : undefined
    if (!next) break
    node = next
    index++
    const whole = !(classAt(codes, index - 1) & WORD) || !(classAt(codes, index) & WORD)
    look(scan, index)
    if (node.entity !== undefined && whole) {
      propose(scan, { entity: node.entity, start, end: index, confidence: 1, recognizer: 'deny' })
    }
  }
  if (node.children.size > 0) look(scan, index)
  scan.steps += index - start
}
