import { eachInSteps, mapInSteps, type Steps } from '../../../core/turns.js'
import { groupsOf, type Piece, piecesOf } from '../../services/pieces.js'

/** Texts that are sent as one: a call costs more than the reading of a short text. */
export interface Batch {
  readonly text: string
  readonly parts: readonly BatchPart[]
}

/** Where texts stand in a batch. */
export interface BatchPart {
  readonly at: number
  readonly length: number
  /** All pieces that read like this. */
  readonly pieces: readonly Piece[]
}

/** spaCy's models refuse a million characters, and are slow long before. */
const LIMITS = { most: 20_000, overlap: 300 }
/** Up to so many UTF-16 units are sent together. */
const TOGETHER = 4000
/** The end of a paragraph: no name goes on behind it. */
const BETWEEN = '\n\n'

/** Units that a piece takes besides its characters, and a batch; characters to one. */
const PIECE = 4
const BATCH = 128
const PER_UNIT = 32

/** Names have letters. */
const WORD = /\p{L}{2}/u

/** Everything in the texts that could be a name, each text once. */
export function* batchesOf(texts: readonly { readonly text: string }[]): Steps<readonly Batch[]> {
  const same = new Map<string, Piece[]>()
  function add(piece: Piece): void {
    if (!WORD.test(piece.content)) return
    const pieces = same.get(piece.content)
    if (pieces) pieces.push(piece)
    else same.set(piece.content, [piece])
  }
  yield* eachInSteps(yield* piecesOf(texts, LIMITS), ({ content }) => PIECE + content.length / PER_UNIT, add)
  let together = 0
  const groups = yield* groupsOf([...same], (group, [content]) => {
    together = (group.length === 1 ? lengthOf(group[0]) : together) + lengthOf([content])
    return together <= TOGETHER
  })
  return yield* mapInSteps(groups, BATCH, joined)
}

function lengthOf(entry: readonly [string, ...unknown[]] | undefined): number {
  return (entry?.[0].length ?? 0) + BETWEEN.length
}

function joined(group: readonly (readonly [string, readonly Piece[]])[]): Batch {
  const parts: BatchPart[] = []
  let at = 0
  for (const [content, pieces] of group) {
    parts.push({ at, length: content.length, pieces })
    at += content.length + BETWEEN.length
  }
  return { text: group.map(([content]) => content).join(BETWEEN), parts }
}
