import { type Codes, classAt, codeAt, IDEOGRAPH, WORD } from './characters.js'
import { REMEMBERED, type Scan } from './state.js'
import { EMPTY_HASH, extendHash, followHash } from './word-hash.js'

/** Words of one phrase stand at most this far apart. */
const PHRASE_GAP = 2

function recall(scan: Scan, hash: number, end: number): void {
  const phrase = scan.rules.lexicon.phrases.get(hash)
  if (phrase === undefined) return
  const slot = scan.phrases++ & (REMEMBERED - 1)
  scan.phraseIds[slot] = phrase
  scan.phraseEnds[slot] = end
}

/** Recalls a phrase; its hash where longer ones may begin with it, else 0. */
function hear(scan: Scan, hash: number, end: number): number {
  const known = scan.rules.lexicon.filter[hash & 0xffff] ?? 0
  if (known === 0) return 0
  if (known & 1) recall(scan, hash, end)
  return known & 2 ? hash : 0
}

/** Takes note of a word, and of the phrases of two and three words that it ends. */
export function hearWord(scan: Scan, hash: number, start: number, end: number): void {
  const joined = start - scan.lastWordEnd <= PHRASE_GAP
  const two = joined && scan.lastWord !== 0 ? followHash(scan.lastWord, hash) : 0
  const three = joined && scan.lastTwo !== 0 ? followHash(scan.lastTwo, hash) : 0
  scan.lastWord = hear(scan, hash, end)
  scan.lastTwo = two === 0 ? 0 : hear(scan, two, end)
  if (three !== 0) hear(scan, three, end)
  scan.lastWordEnd = end
}

/** Takes note of two ideographs in a row. */
export function hearIdeograph(scan: Scan, index: number): void {
  if (!(classAt(scan.codes, index - 1) & IDEOGRAPH)) return
  const first = extendHash(EMPTY_HASH, codeAt(scan.codes, index - 1))
  hear(scan, extendHash(first, codeAt(scan.codes, index)), index + 1)
}

/** The hash of the word that begins at `start`, and where it ends; for looking ahead. */
export function wordAt(codes: Codes, start: number): { readonly hash: number; readonly end: number } {
  let hash = EMPTY_HASH
  let end = start
  for (; classAt(codes, end) & WORD && end - start < 24; end++) hash = extendHash(hash, codeAt(codes, end))
  return { hash, end }
}
