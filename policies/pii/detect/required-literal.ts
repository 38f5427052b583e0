import type { PatternNode } from './pattern-syntax.js'

/** A text that every match of a pattern has in it, and whether every match begins with it. */
export interface RequiredLiteral {
  /** Empty where none could be told. */
  readonly literal: string
  readonly leads: boolean
}

/**
 * The longest run of plain characters, also within groups that must be there. Nothing is told of what is optional, of
 * alternatives, and where case does not matter.
 */
export function requiredLiteral(tree: PatternNode | undefined): RequiredLiteral {
  let best: RequiredLiteral = { literal: '', leads: false }
  let run = ''
  let leads = true

  /** Ends a run, before something that may be of any length. */
  function finish(): void {
    if (run.length > best.literal.length) best = { literal: run, leads }
    run = ''
    leads = false
  }

  function visit(node: PatternNode): void {
    switch (node.kind) {
      case 'character':
        run += String.fromCodePoint(node.code)
        return
      case 'anchor':
        return
      case 'sequence':
        node.parts.forEach(visit)
        return
      case 'repeat':
        if (node.least > 0) visit(node.part)
        if (node.least !== 1 || node.most !== 1) finish()
        return
      case 'set':
      case 'choice':
        finish()
    }
  }

  if (tree) visit(tree)
  finish()
  return best
}
