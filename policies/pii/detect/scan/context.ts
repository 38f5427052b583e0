import { look, REMEMBERED, type Scan } from './state.js'
import { wordAt } from './words.js'

/** How far before a value a label counts, in characters. */
export const CONTEXT_REACH = 96
/** How far behind a value a label may begin. */
const AFTER_REACH = 3
const NAMED_AFTER = 0.45

function nearness(distance: number): number {
  if (distance <= 24) return 1
  return distance <= 48 ? 0.7 : 0.45
}

/** What the words before `start` add to the confidence in `entity`: -0.3 to 0.45. */
export function contextBefore(scan: Scan, entity: number, start: number): number {
  const { weights } = scan.rules.lexicon
  const entities = scan.rules.entities.length
  const nearest = scan.phraseEnds[(scan.phrases - 1) & (REMEMBERED - 1)] ?? 0
  if (scan.phrases === 0 || start - nearest > CONTEXT_REACH) return 0
  let best = 0
  let worst = 0
  for (let back = 1; back <= Math.min(scan.phrases, REMEMBERED); back++) {
    const slot = (scan.phrases - back) & (REMEMBERED - 1)
    const distance = start - (scan.phraseEnds[slot] ?? 0)
    if (distance > CONTEXT_REACH) break
    if (distance < 0) continue
    const weight = (weights[(scan.phraseIds[slot] ?? 0) * entities + entity] ?? 0) * nearness(distance)
    if (weight > best) best = weight
    else if (weight < worst) worst = weight
  }
  return (best + worst) / 100
}

/** What the word right behind `end` adds, where values are named after them. */
export function contextAfter(scan: Scan, entity: number, end: number): number {
  const { text, codes } = scan
  let start = end
  while (start - end < AFTER_REACH && ' (,:-'.includes(text[start] ?? '#')) start++
  const { hash, end: wordEnd } = wordAt(codes, start)
  look(scan, wordEnd)
  return scan.rules.lexicon.after.get(hash)?.includes(entity) ? NAMED_AFTER : 0
}
