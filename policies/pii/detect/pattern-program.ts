import { type CharacterTest, characterTest } from './pattern-characters.js'
import type { Anchor, PatternNode, WrittenSet } from './pattern-syntax.js'

/** One state of a pattern's automaton; numbers are indexes of other states. */
export type State =
  | { readonly kind: 'take'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'check'; readonly anchor: Anchor; readonly next: number }
  | { readonly kind: 'fork'; readonly targets: readonly number[] }
  | { readonly kind: 'match' }

/** A Thompson automaton that accepts what the pattern matches. */
export interface PatternProgram {
  readonly states: readonly State[]
  readonly entry: number
}

/** Builds the automaton; undefined where it would have more states than `mostStates`. */
export function programOf(tree: PatternNode, mostStates: number): PatternProgram | undefined {
  const states: State[] = [{ kind: 'match' }]
  const tests = new Map<string, CharacterTest>()

  function add(state: State): number {
    if (states.length <= mostStates) states.push(state)
    return states.length - 1
  }

  function testOf(set: WrittenSet): CharacterTest {
    const key = `${set.foldsCase} ${set.dotAll} ${set.source}`
    const test = tests.get(key) ?? characterTest(set)
    tests.set(key, test)
    return test
  }

  /** The first state of what takes `node` and goes on with `next`. */
  function build(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'character':
        return add({ kind: 'take', test: (code) => code === node.code, next })
      case 'set':
        return add({ kind: 'take', test: testOf(node.set), next })
      case 'anchor':
        return add({ kind: 'check', anchor: node.anchor, next })
      case 'sequence':
        return node.parts.reduceRight((behind, part) => build(part, behind), next)
      case 'choice':
        return add({ kind: 'fork', targets: node.options.map((option) => build(option, next)) })
      case 'repeat':
        return buildRepeat(node.part, node.least, node.most, next)
    }
  }

  function buildRepeat(part: PatternNode, least: number, most: number, next: number): number {
    const endless = most === Number.POSITIVE_INFINITY
    let first = endless ? buildLoop(part, next) : next
    for (let count = least; !endless && count < most && states.length <= mostStates; count++) {
      first = add({ kind: 'fork', targets: [build(part, first), next] })
    }
    for (let count = 0; count < least && states.length <= mostStates; count++) first = build(part, first)
    return first
  }

  function buildLoop(part: PatternNode, next: number): number {
    const targets = [next]
    const loop = add({ kind: 'fork', targets })
    targets.push(build(part, loop))
    return loop
  }

  const entry = build(tree, 0)
  return states.length <= mostStates ? { states, entry } : undefined
}
