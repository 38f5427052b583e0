import type { Codes } from '../detect/scan/characters.js'
import { PLAIN } from '../detect/scan/word-hash.js'
import { LINE, NUMBER_TOKEN, signHash, type Tokens, WORD_TOKEN } from './tokens.js'

/** Tokens with what lists say of them. */
export interface Known extends Tokens {
  /** Classes of each token, see `classes.ts`. */
  readonly masks: Int32Array
  /** In which lists of names it is: 1 given names, 2 surnames, 4 cities. */
  readonly listed: Uint8Array
}

/** How many tokens behind a token its features look at. */
export const LOOKED_BEHIND = 2

/** The most features that a token has. */
export const MOST_FEATURES = 128

function mix(left: number, right: number): number {
  const hash = Math.imul(left ^ right, 0x9e3779b1)
  return (hash ^ (hash >>> 15)) | 0
}

const EDGE = LINE

/** What tells the same value of two templates apart. */
const SEEDS = Int32Array.from({ length: 40 }, (_, template) => mix(0x51ed27 + template, template))

/** What stands at `index`; beyond the text a line ends. */
function wordAt({ count, hashes }: Known, index: number): number {
  return index < 0 || index >= count ? EDGE : (hashes[index] ?? EDGE)
}

function maskAt({ count, masks }: Known, index: number): number {
  return index < 0 || index >= count ? 0 : (masks[index] ?? 0)
}

/** Kind, way of writing and lists in one number. */
function formAt({ count, kinds, shapes, listed }: Known, index: number): number {
  if (index < 0 || index >= count) return EDGE
  return ((listed[index] ?? 0) << 8) | ((kinds[index] ?? 0) << 4) | (shapes[index] ?? 0)
}

function shapeAt(known: Known, index: number): number {
  return formAt(known, index) & 0xff
}

const COLON = signHash(':')
/** How far before a token a label with a colon counts. */
const LABEL_REACH = 3

/** Of a label before a colon: which word it is, and how far away. */
function labelBefore(known: Known, index: number): number {
  for (let back = 1; back <= LABEL_REACH; back++) {
    const at = index - back
    if (at < 1 || known.kinds[at] === LINE) return 0
    if (known.hashes[at] === COLON) return at - 1
  }
  return 0
}

/** Tokens since the line's beginning: 0 to 3. */
function placeInLine(known: Known, index: number): number {
  for (let back = 1; back <= 3; back++) if (index - back < 0 || known.kinds[index - back] === LINE) return back - 1
  return 3
}

/**
 * Writes the features of the token at `index` to `out` and returns how many there are: hashes of what it is, of what stands up to
 * four tokens before and `LOOKED_BEHIND` behind it, and of pairs of these.
 */
export function featuresAt(known: Known, codes: Codes, index: number, out: Int32Array): number {
  let count = 0
  const put = (template: number, value: number): void => {
    out[count++] = mix(value, SEEDS[template] ?? 0)
  }
  const own = wordAt(known, index)
  const before = wordAt(known, index - 1)
  const behind = wordAt(known, index + 1)
  const form = formAt(known, index)
  const formBefore = formAt(known, index - 1)
  const formBehind = formAt(known, index + 1)
  const shape = form & 0xff
  const shapeBefore = formBefore & 0xff
  const shapeBehind = formBehind & 0xff
  const mask = maskAt(known, index)
  const maskBefore = maskAt(known, index - 1)
  const maskBehind = maskAt(known, index + 1)
  const glue = (known.glued[index] ?? 0) | (index + 1 < known.count ? (known.glued[index + 1] ?? 0) << 1 : 0)

  put(1, own)
  put(2, mix(own, shape))
  put(3, before)
  put(4, behind)
  put(5, wordAt(known, index - 2))
  put(6, wordAt(known, index + 2))
  put(7, mix(before, wordAt(known, index - 2)))
  put(8, mix(behind, wordAt(known, index + 2)))
  put(9, mix(before, mix(behind, shape)))
  put(10, form)
  put(11, mix(form, shapeBefore))
  put(12, mix(form, shapeBehind))
  put(13, mix(mix(formBefore, form), 7))
  put(14, mix(mix(formBehind, form), 9))
  put(15, mix(mix(shapeBefore, shape), shapeBehind))
  put(16, mix(mask, shape))
  put(17, mix(mask, maskBefore))
  put(18, mix(mask, maskBehind))
  put(19, mix(mix(maskBefore, maskBehind), shape))
  put(20, mix(mix(before, form), 3))
  put(21, mix(mix(behind, form), 5))
  put(22, mix(glue, mix(shape, mix(shapeBefore, shapeBehind))))
  put(23, mix(shape, mix(shapeAt(known, index + 1), mix(shapeAt(known, index + 2), shapeBefore))))
  put(24, mix(shape, mix(shapeAt(known, index - 2), mix(shapeBefore, placeInLine(known, index)))))
  put(25, mix(maskAt(known, index - 2), mix(maskBefore, shape)))
  put(26, mix(maskAt(known, index + 2), mix(maskBehind, shape)))
  put(27, mix(wordAt(known, index - 3), wordAt(known, index - 2)))
  const label = labelBefore(known, index)
  if (label > 0) {
    put(28, wordAt(known, label))
    put(29, mix(maskAt(known, label), form))
  }
  for (let rest = mask; rest !== 0; rest &= rest - 1) put(30, rest & -rest)
  for (let rest = maskBefore; rest !== 0; rest &= rest - 1) put(31, mix(rest & -rest, shape))
  for (let rest = maskBehind; rest !== 0; rest &= rest - 1) put(32, mix(rest & -rest, shape))
  if (known.kinds[index] === WORD_TOKEN) count = affixes(known, codes, index, shape, out, count)
  else if (known.kinds[index] === NUMBER_TOKEN) put(33, mix(shape, mix(maskBefore, maskBehind)))
  return count
}

const LONGEST_SUFFIX = 4
const LONGEST_PREFIX = 3

function affixes(known: Known, codes: Codes, index: number, shape: number, out: Int32Array, from: number): number {
  const start = known.starts[index] ?? 0
  const end = known.ends[index] ?? 0
  let count = from
  let hash = 0x3f17
  for (let back = 1; back <= LONGEST_SUFFIX && end - back >= start; back++) {
    const code = codes[end - back] ?? 0
    hash = mix(hash + back, PLAIN[code] ?? code)
    if (back >= 2) out[count++] = mix(hash, 40 + shape)
  }
  hash = 0x6a09
  for (let at = 0; at < LONGEST_PREFIX && start + at < end; at++) {
    const code = codes[start + at] ?? 0
    hash = mix(hash + at, PLAIN[code] ?? code)
    if (at >= 1) out[count++] = mix(hash, 60 + shape)
  }
  out[count++] = mix(Math.min(end - start, 12), 80 + shape)
  return count
}
