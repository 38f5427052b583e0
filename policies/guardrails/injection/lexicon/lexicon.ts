import { foldedCharacter } from '../read/characters.js'
import { type Token, tokensOf } from '../read/tokens.js'
import { CONCEPTS, type Concept, type Words } from './concepts.js'
import { ARABIC, CHINESE, JAPANESE, KOREAN, POLISH, RUSSIAN, TURKISH } from './eastern.js'
import { ENGLISH } from './en.js'
import { SPEAKERS, TURN_SIGNS } from './signs.js'
import { DUTCH, FRENCH, GERMAN, ITALIAN, PORTUGUESE, SPANISH } from './western.js'

/** Something a text is about, at one place. */
export interface Mention {
  /** Index into `CONCEPTS`. */
  readonly concept: number
  /** Indexes into the normalised text. */
  readonly start: number
  readonly end: number
  /** Words before it, and before what follows it. */
  readonly at: number
  readonly after: number
  /** It begins a sentence or clause. */
  readonly first: boolean
}

/** Phrases as a tree of words: what may follow, and what ends here. */
interface Node {
  readonly words: Map<string, Node>
  readonly stems: Map<string, Node>
  concept: number
}

interface Lexicon {
  readonly root: Node
  /** By the first two units of a word (see `beginningOf`): 1 where a stem may begin a phrase with them. */
  readonly beginnings: Uint8Array
  /** Lengths of stems, the longest first. */
  readonly stemLengths: readonly number[]
}

const SHORTEST_STEM = 3
const LONGEST_PHRASE = 8

/** Languages whose words mean something else in a later one come first: the first meaning of a phrase is kept. */
const LANGUAGES: readonly Words[] = [
  ...[ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH],
  ...[RUSSIAN, CHINESE, JAPANESE, KOREAN, POLISH, TURKISH, ARABIC],
]

const TURN = CONCEPTS.indexOf('turn')
const TAG_TURN = CONCEPTS.indexOf('tagturn')

function newNode(): Node {
  return { words: new Map(), stems: new Map(), concept: -1 }
}

/** A phrase as the text it stands in is read. */
function foldPhrase(phrase: string): string {
  let folded = ''
  for (const character of phrase) folded += foldedCharacter(character.codePointAt(0) ?? 0)
  return folded
}

function add(root: Node, phrase: string, concept: number, stars: 'stars' | 'plain'): void {
  let node = root
  const tokens = tokensOf(foldPhrase(phrase))
  for (const [index, token] of tokens.entries()) {
    if (isStar(token, tokens[index - 1]) && stars === 'stars') continue
    const next = tokens[index + 1]
    const stem = stars === 'stars' && next !== undefined && isStar(next, token)
    node = child(stem ? node.stems : node.words, token.text)
  }
  if (node.concept < 0) node.concept = concept
}

function isStar(token: Token, before: Token | undefined): boolean {
  return token.kind === 'sign' && token.text === '*' && before !== undefined && before.end === token.start
}

function child(children: Map<string, Node>, word: string): Node {
  const known = children.get(word)
  if (known !== undefined) return known
  const made = newNode()
  children.set(word, made)
  return made
}

let compiled: Lexicon | undefined

/** The phrases of all languages; made at the first use. */
function lexicon(): Lexicon {
  compiled ??= compile()
  return compiled
}

function compile(): Lexicon {
  const root = newNode()
  for (const sign of TURN_SIGNS) add(root, sign, TAG_TURN, 'plain')
  for (const words of LANGUAGES) {
    for (const [concept, phrases] of Object.entries(words) as [Concept, string][]) {
      for (const phrase of phrases.split(',')) add(root, phrase.trim(), CONCEPTS.indexOf(concept), 'stars')
    }
  }
  const lengths = new Set<number>()
  const visit = (node: Node): void => {
    for (const stem of node.stems.keys()) lengths.add(stem.length)
    for (const next of [...node.words.values(), ...node.stems.values()]) visit(next)
  }
  visit(root)
  return { root, beginnings: beginningsOf(root), stemLengths: [...lengths].sort((left, right) => right - left) }
}

const BEGINNINGS = 1 << 14

function beginningOf(word: string): number {
  return ((word.charCodeAt(0) << 7) ^ word.charCodeAt(1)) & (BEGINNINGS - 1)
}

function beginningsOf({ stems }: Node): Uint8Array {
  const beginnings = new Uint8Array(BEGINNINGS)
  for (const stem of stems.keys()) {
    // A stem of one unit begins words that go on with anything.
    if (stem.length < 2) beginnings.fill(1)
    else beginnings[beginningOf(stem)] = 1
  }
  return beginnings
}

/** What begins a phrase with the beginning of a word. */
function rootStemOf({ root, beginnings, stemLengths }: Lexicon, word: string): Node | undefined {
  return beginnings[beginningOf(word)] === 1 ? stemOf(root, word, stemLengths) : undefined
}

/** Whether a word begins or is any phrase. */
export function isKnownWord(word: string): boolean {
  const { root } = lexicon()
  if (root.words.has(word)) return true
  return word.length > SHORTEST_STEM && rootStemOf(lexicon(), word) !== undefined
}

/** Whether a word begins or is any phrase just as it is. */
export function isExactWord(word: string): boolean {
  return lexicon().root.words.has(word)
}

function stemOf(node: Node, word: string, lengths: readonly number[]): Node | undefined {
  if (node.stems.size === 0) return undefined
  for (const length of lengths) {
    if (length > word.length) continue
    const found = node.stems.get(word.slice(0, length))
    if (found !== undefined) return found
  }
  return undefined
}

/** What a text is about, from first to last; the longest phrase at each place, none within another. */
export function mentionsOf(tokens: readonly Token[]): readonly Mention[] {
  const known = lexicon()
  const found: Mention[] = []
  for (let index = 0; index < tokens.length; ) {
    const speaker = speakerAt(tokens, index)
    const [length, concept] = speaker > 0 ? [speaker, TURN] : longest(known, tokens, index)
    const first = tokens[index]
    const last = tokens[index + length - 1]
    if (length > 0 && first !== undefined && last !== undefined) {
      const after = last.at + (last.kind === 'dense' ? 0.5 : last.kind === 'sign' || last.kind === 'line' ? 0 : 1)
      found.push({ concept, start: first.start, end: last.end, at: first.at, after, first: first.first })
    }
    index += Math.max(1, length)
  }
  return found
}

/** Tokens of a turn's beginning: `System:` where a line begins. */
function speakerAt(tokens: readonly Token[], index: number): number {
  const [word, sign] = [tokens[index], tokens[index + 1]]
  if (word === undefined || sign?.kind !== 'sign' || !sign.text.startsWith(':')) return 0
  if (!SPEAKERS.has(word.text) || sign.start !== word.end) return 0
  const before = tokens[index - 1]
  return before === undefined || before.kind === 'line' || before.kind === 'sign' ? 2 : 0
}

function longest(known: Lexicon, tokens: readonly Token[], from: number): readonly [number, number] {
  let best = 0
  let concept = -1
  const stemAt = (node: Node, word: string) =>
    node === known.root ? rootStemOf(known, word) : stemOf(node, word, known.stemLengths)
  const walk = (node: Node, index: number): void => {
    if (node.concept >= 0 && index - from > best) {
      best = index - from
      concept = node.concept
    }
    const token = tokens[index]
    if (token === undefined || index - from >= LONGEST_PHRASE) return
    if (token.kind === 'line' && index > from) {
      walk(node, index + 1)
      return
    }
    const exact = node.words.get(token.text)
    if (exact !== undefined) walk(exact, index + 1)
    const stem = token.kind === 'word' ? stemAt(node, token.text) : undefined
    if (stem !== undefined) walk(stem, index + 1)
  }
  walk(known.root, from)
  return [best, concept]
}
