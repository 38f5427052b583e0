import type { Steps } from '../../../../core/turns.js'
import type { Range } from '../passage.js'
import type { Disguise } from './disguises.js'

/** A text as it reads without a disguise, and where that differs. */
interface Undone {
  readonly text: string
  readonly changed: readonly Range[]
}

const PIECE = 8192
/** How far the end of a piece is looked for. */
const REACH = 1024
/** What it costs to look at a unit. */
const LOOK = 0.5
const WORD_UNIT = /[\p{L}\p{N}]/u

/** Undoes a disguise piece by piece; undefined where nothing is disguised. */
export function* undo(disguise: Disguise, text: string): Steps<Undone | undefined> {
  const changed: Range[] = []
  let undone = ''
  for (let from = 0; from < text.length; ) {
    const to = endOfPiece(disguise, text, from + PIECE)
    yield LOOK * (to - from)
    const piece = text.slice(from, to)
    const note = ({ start, end }: Range) => void changed.push({ start: from + start, end: from + end })
    undone += disguise.undo(piece, note) ?? piece
    from = to
  }
  return changed.length === 0 ? undefined : { text: undone, changed }
}

/** A place between two words that stays one whatever is on either side; where there is none for long, any. */
function endOfPiece({ knownUpTo }: Disguise, text: string, least: number): number {
  for (let at = least; at < Math.min(text.length, least + REACH); at++) {
    if (!WORD_UNIT.test(text.charAt(at - 1)) && knownUpTo(text, at) === at) return at
  }
  return Math.min(text.length, least + REACH)
}
