import type { Placeholders, Rest } from '../placeholders/placeholders.js'

/** A stretch of text as it came, or an original in the place of `length` units. */
export type Restored =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'original'; readonly text: string; readonly length: number }

/** Puts originals in the place of placeholders; holds the longest suffix that could still become one. */
export interface Restorer {
  push(text: string): readonly Restored[]
  /** Takes a text that goes out as it is, when nothing is held before it and no placeholder begins in it; whether it does. */
  pass(text: string): boolean
  /** Decides what is held, and begins a new text. */
  end(): readonly Restored[]
}

/** What reading a placeholder needs to know of the text before it. */
const CONTEXT = 3

/**
 * What is held is read again with each piece. It is at most `maxLength` long, and of other texts than placeholders rarely
 * more than some letters.
 */
export function createRestorer(placeholders: Placeholders): Restorer {
  /** Up to `CONTEXT` units that have gone out, then what is held. */
  let held = ''
  let from = 0

  const decide = (rest: Rest): readonly Restored[] => {
    const made: Restored[] = []
    let start = from
    let at = placeholders.nextFrom(held, from)
    while (at < held.length) {
      const reading = placeholders.read(held, at, rest)
      if (reading === 'open') break
      if (reading === 'none') {
        at = placeholders.nextFrom(held, at + 1)
        continue
      }
      if (at > start) made.push({ kind: 'text', text: held.slice(start, at) })
      made.push({ kind: 'original', text: reading.original, length: reading.end - at })
      start = reading.end
      at = placeholders.nextFrom(held, start)
    }
    if (at > start) made.push({ kind: 'text', text: held.slice(start, at) })
    const kept = Math.max(0, at - CONTEXT)
    held = held.slice(kept)
    from = at - kept
    return made
  }

  return {
    push(text) {
      held += text
      return decide('more')
    },
    pass(text) {
      if (from < held.length) return false
      const all = held + text
      if (placeholders.nextFrom(all, from) < all.length) return false
      held = all.slice(-CONTEXT)
      from = held.length
      return true
    },
    end() {
      const last = decide('over')
      held = ''
      from = 0
      return last
    },
  }
}

/** All placeholders of a whole text. */
export function restoreText(placeholders: Placeholders, text: string): string {
  const restorer = createRestorer(placeholders)
  return [...restorer.push(text), ...restorer.end()].map((part) => part.text).join('')
}
