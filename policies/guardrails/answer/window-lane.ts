import { then } from '../../../core/transform.js'
import { addSame, type Piece } from '../../content/piece.js'
import { type Edit, type Edits, merged } from '../edits.js'
import type { AnswerText } from '../guard.js'
import type { Member, Panel } from './panel.js'
import { editsIn } from './rule-text.js'

export type Pieces = readonly Piece[]

/** A text on its way to the client, as far as guards let it go. */
export interface GuardLane {
  /** Takes more; tells what has become of what was held. */
  push(text: string): Pieces | Promise<Pieces>
  /** Nothing is pushed after it. */
  end(): Pieces | Promise<Pieces>
  /** The end of what came, as much as the widest window holds; for the block that follows. */
  tail(): string
}

/** Windows from here on are of guards that ask others: they are asked once per window. */
const WIDE = 512

/** A guard, and how far it has judged. */
interface Reader {
  readonly member: Member
  readonly window: number
  /** So much more has to come before it is asked again. */
  readonly step: number
  judged: number
}

interface LaneOptions {
  readonly panel: Panel
  readonly kind: AnswerText['kind']
  readonly choice: number
  /** What came before in the same choice: it has gone, and is looked at again, so that nothing hides between two blocks. */
  readonly before: string
}

/**
 * Judges a text in windows: each guard sees what is new together with as much of the old as its window holds, and a character goes out
 * once nothing that begins at it, and is no longer than the window, can be unseen.
 */
export function windowLane({ panel, kind, choice, before }: LaneOptions): GuardLane {
  const readers = panel.members.flatMap((member) => readerOf(member, before.length))
  const widest = readers.reduce((most, { window }) => Math.max(most, window), 0)
  let text = before
  /** Offset of `text` in all that came; what has gone out; both with `before`. */
  let base = 0
  let gone = before.length
  let edits: readonly Edit[] = []
  /** Before it everything that edits write has gone out. */
  let written = 0
  let blocked = false

  const end = () => base + text.length

  const ask = (from: number, ended: boolean): void | Promise<void> => {
    for (let index = from; index < readers.length && !blocked; index++) {
      const reader = readers[index] as Reader
      const to = end()
      if (!ended && to - reader.judged < reader.step) continue
      const start = Math.max(base, reader.judged - reader.window)
      const part = text.slice(start - base)
      const asked = { kind, choice, text: part, from: reader.judged - start, ended }
      reader.judged = to
      const ruling = panel.ask(reader.member, [asked])
      const rule = (made: Awaited<typeof ruling>) => {
        if (made.kind === 'block') blocked = true
        else edits = [...edits, ...moved(editsIn(reader.member, made, [part])[0] ?? [], start)]
      }
      if (ruling instanceof Promise) {
        return ruling.then((made) => {
          rule(made)
          return ask(index + 1, ended)
        })
      }
      rule(ruling)
    }
  }

  /** Where the first unit stands that has to wait; never between the halves of a pair. */
  const limit = (ended: boolean): number => {
    if (ended) return end()
    const holding = readers.filter(({ member }) => member.holds)
    const free = holding.reduce((least, { judged, window }) => Math.min(least, judged - window), end())
    return free > gone && isWithinPair(text, free - base) ? free - 1 : free
  }

  /** Passes on what is decided. An edit that reaches further is written at once, and the rest of it is taken out when it comes. */
  const release = (ended: boolean): Pieces => {
    if (blocked) return [{ kind: 'blocked' }]
    const pieces: Piece[] = []
    const until = limit(ended)
    const rest: Edit[] = []
    for (const edit of merged(edits.filter((edit) => edit.end > gone))) {
      const start = Math.max(edit.start, gone)
      const stop = Math.min(edit.end, until)
      if (stop > start) {
        addSame(pieces, start - gone)
        pieces.push({ kind: 'changed', length: stop - start, text: edit.start < written ? '' : edit.text })
        gone = stop
        written = edit.end
      }
      if (edit.end > gone) rest.push(stop > start ? { ...edit, start: stop } : edit)
    }
    edits = rest
    if (until > gone) {
      addSame(pieces, until - gone)
      gone = until
    }
    forget()
    return pieces
  }

  /** Drops what nobody looks at again. */
  const forget = (): void => {
    const kept = readers.reduce((least, { judged, window }) => Math.min(least, judged - window), gone)
    if (kept - base < KEPT) return
    text = text.slice(kept - base)
    base = kept
  }

  return {
    push(more) {
      if (blocked) return []
      text += more
      return then(ask(0, false), () => release(false))
    },
    end() {
      if (blocked) return []
      if (end() === before.length) return []
      return then(ask(0, true), () => release(true))
    },
    tail: () => (widest === 0 ? '' : text.slice(-widest)),
  }
}

function isWithinPair(text: string, at: number): boolean {
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00
}

/** Cutting a text costs something too. */
const KEPT = 1024

function readerOf(member: Member, judged: number): readonly Reader[] {
  const { window } = member
  if (window === 'whole') return []
  const step = window >= WIDE ? window : Math.max(1, window >> 2)
  return [{ member, window, step, judged }]
}

function moved(edits: Edits, by: number): Edits {
  return edits.map(({ start, end, text }) => ({ start: start + by, end: end + by, text }))
}
