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

export function createRestorer(placeholders: Placeholders): Restorer {
  return new TextRestorer(placeholders)
}

/**
 * What is held is read again with each piece. It is at most `maxLength` long, and of other texts than placeholders rarely
 * more than some letters.
 */
class TextRestorer implements Restorer {
  private readonly placeholders: Placeholders
  /** Up to `CONTEXT` units that have gone out, then what is held. */
  private held = ''
  private from = 0

  constructor(placeholders: Placeholders) {
    this.placeholders = placeholders
  }

  push(text: string): readonly Restored[] {
    this.held += text
    return this.decide('more')
  }

  pass(text: string): boolean {
    if (this.from < this.held.length) return false
    const all = this.held + text
    if (this.placeholders.nextFrom(all, this.from) < all.length) return false
    this.held = all.slice(-CONTEXT)
    this.from = this.held.length
    return true
  }

  end(): readonly Restored[] {
    const last = this.decide('over')
    this.held = ''
    this.from = 0
    return last
  }

  private decide(rest: Rest): readonly Restored[] {
    const { held, placeholders } = this
    const made: Restored[] = []
    let start = this.from
    let at = placeholders.nextFrom(held, start)
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
    this.held = held.slice(kept)
    this.from = at - kept
    return made
  }
}

/** All placeholders of a whole text. */
export function restoreText(placeholders: Placeholders, text: string): string {
  const restorer = createRestorer(placeholders)
  return [...restorer.push(text), ...restorer.end()].map((part) => part.text).join('')
}
