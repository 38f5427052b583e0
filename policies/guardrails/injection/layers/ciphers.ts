import type { Mapped } from '../read/mapped.js'
import { sliced, standingFor } from '../read/mapped.js'
import type { Token } from '../read/tokens.js'
import type { Layer, LayerKind } from './layer.js'
import { isRealWord } from './prose.js'

type Change = (word: string) => string

const rotated: Change = (word) => letters(word, (index) => (index + 13) % 26)
const mirrored: Change = (word) => letters(word, (index) => 25 - index)
const backwards: Change = (word) => [...word].reverse().join('')

function letters(word: string, change: (index: number) => number): string {
  let changed = ''
  for (let index = 0; index < word.length; index++) {
    const at = word.charCodeAt(index) - 97
    changed += at >= 0 && at < 26 ? String.fromCharCode(97 + change(at)) : word[index]
  }
  return changed
}

const CHANGES: readonly { readonly kind: LayerKind; readonly change: Change }[] = [
  { kind: 'cipher', change: rotated },
  { kind: 'cipher', change: mirrored },
  { kind: 'reversed', change: backwards },
]

/** So many words of a stretch must be words when they are changed, and so few when they are not. */
const LEAST_WORDS = 3
const SHORTEST_WORD = 3
const LONGEST_BREAK = 3

/** Stretches of a normalised text in rot13, in atbash, or backwards. */
export function cipherLayers(from: Mapped, tokens: readonly Token[]): readonly Layer[] {
  const words = tokens.filter(({ kind }) => kind === 'word')
  const plain = words.map(({ text }) => isRealWord(text))
  if (plain.every(Boolean)) return []
  return CHANGES.flatMap(({ kind, change }) =>
    stretches(words, plain, change).flatMap(([start, end]) => changed(from, kind, change, start, end)),
  )
}

/** From the first to the last word that makes sense only when it is changed. */
function stretches(
  words: readonly Token[],
  plain: readonly boolean[],
  change: Change,
): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = []
  let first: Token | undefined
  let last: Token | undefined
  let sense = 0
  let nonsense = 0
  const close = (): void => {
    if (first !== undefined && last !== undefined && sense >= LEAST_WORDS) found.push([first.start, last.end])
    first = undefined
    sense = 0
    nonsense = 0
  }
  for (const [index, word] of words.entries()) {
    const makesSense = !plain[index] && word.text.length >= SHORTEST_WORD && isRealWord(change(word.text))
    if (makesSense) {
      first ??= word
      last = word
      sense++
      nonsense = 0
    } else if (first !== undefined && ++nonsense > LONGEST_BREAK) close()
  }
  close()
  return found
}

/** Reversed text is read both with its words in order and without. */
function changed(from: Mapped, kind: LayerKind, change: Change, start: number, end: number): readonly Layer[] {
  const { text } = sliced(from, start, end)
  const byWord = text.replace(/[a-z]+/g, change)
  const texts = kind === 'reversed' ? [backwards(text), byWord] : [byWord]
  return texts.map((content) => ({ kind, content: standingFor(content, from, start, end), at: start }))
}
