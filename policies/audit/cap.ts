import { eachInSteps, mapInSteps, type Steps } from '../../core/turns.js'
import type { Said } from './said.js'

/** Units that a piece takes to be looked at, to be given its share, and to be made what is kept of it. */
const LOOK = 0.25
const SHARE = 1
const KEEP = 2

/** How much of the text of a piece is kept, in UTF-16 units: its beginning and its end. All of it where they meet. */
export interface Share {
  readonly said: Said
  readonly head: number
  readonly tail: number
}

/** What is read of a text: all of it, or what is around its beginning and its end. */
export type Reading =
  | { readonly how: 'whole'; readonly text: string }
  | { readonly how: 'parts'; readonly begin: string; readonly end: string }

/** How many UTF-16 units the pieces have. */
export function* charactersIn(said: readonly Said[]): Steps<number> {
  let total = 0
  const add = ({ text = '' }: Said) => {
    total += text.length
  }
  yield* eachInSteps(said, () => LOOK, add)
  return total
}

/** Shares `most` units among the pieces: the beginning of the first ones and the end of the last ones. */
export function* shares(said: readonly Said[], most: number): Steps<readonly Share[]> {
  const total = yield* charactersIn(said)
  const headEnds = total <= most ? total : Math.ceil(most / 2)
  const tailBegins = total <= most ? total : total - Math.floor(most / 2)
  let at = 0
  return yield* mapInSteps(said, SHARE, (one): Share => {
    const from = at
    const { length } = one.text ?? ''
    at += length
    return { said: one, head: clamp(headEnds - from, length), tail: length - clamp(tailBegins - from, length) }
  })
}

/** What is kept of pieces that nobody masks, of at most so many units. */
export function* cut(said: readonly Said[], most: number): Steps<readonly Said[]> {
  return yield* mapInSteps(yield* shares(said, most), KEEP, (share) => keptOf(share, readingOf(share, 0), 0))
}

/**
 * The text with `margin` more units beside each cut, so that whoever reads it sees what stands across. Texts that are read in parts
 * are at least two margins longer than what is kept of them.
 */
export function readingOf({ said: { text = '' }, head, tail }: Share, margin: number): Reading {
  if (head + tail + 2 * margin >= text.length) return { how: 'whole', text }
  const begin = head === 0 ? '' : text.slice(0, head + margin)
  const end = tail === 0 ? '' : text.slice(text.length - tail - margin)
  return { how: 'parts', begin: flat(begin), end: flat(end) }
}

/**
 * The piece with what is kept of it, after its texts have been read and masked. What stands across a cut of `readingOf` is not known
 * there and still as it was, within the margin, so a margin is taken off before anything is kept.
 */
export function keptOf({ said, head, tail }: Share, read: Reading, margin: number): Said {
  const { text, ...rest } = said
  if (text === undefined) return said
  if (read.how === 'whole') {
    if (head + tail >= text.length || read.text.length <= head + tail) return { ...rest, text: read.text }
    return pieces(rest, text.length, read.text.slice(0, head), end(read.text, tail))
  }
  const { begin } = read
  const safe = Math.max(0, Math.min(head, begin.length - margin))
  return pieces(rest, text.length, begin.slice(0, safe), end(read.end.slice(margin), tail))
}

function pieces(rest: Said, length: number, text: string, tail: string): Said {
  return { ...rest, ...(text !== '' && { text }), ...(tail !== '' && { tail }), length }
}

const end = (text: string, length: number) => text.slice(Math.max(0, text.length - length))

const clamp = (at: number, length: number) => Math.max(0, Math.min(at, length))

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A copy: a slice would keep all of a far longer text alive. */
const flat = (text: string) => (text === '' ? '' : decoder.decode(encoder.encode(text)))
