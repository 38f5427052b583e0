import { copied } from '../../../core/copied.js'
import { type Brackets, bracketsFrom, LONGEST_BRACKET, mayOpen, signAt } from './brackets.js'
import { CODE_LENGTH, codeAt, codesIn, codesWithin, isUsable, nameOf } from './code.js'
import { createSpellings, MOST_SEPARATORS, type Spellings } from './spellings.js'
import { symbolOf } from './symbols.js'

/** Whether more of a text may come. */
export type Rest = 'more' | 'over'

/** What stands at a place: no placeholder, what may become one with more text, or one that ends before `end`. */
export type Reading = 'none' | 'open' | { readonly end: number; readonly original: string }

/**
 * The placeholders of one request: `[EMAIL_7K2M9QXWZT]`, the entity and 50 bits of a keyed digest of entity and value. The same
 * value has the same one in every request of a tenant, without anything being stored, and nobody without the key can tell
 * which. Placeholders of one entity have the same length, and none begins another. None is anything that a detector finds.
 *
 * Models copy them with small changes. Since the code is one of 2^50, whatever has the right name and code is the placeholder:
 * - in any case, O for 0, I or L for 1;
 * - with up to three spaces, hyphens, underscores (also escaped: `\_`) between the words of the name and before the code, or none;
 * - in the brackets of `brackets.ts`, which belong to it where both are there and are of one kind, with up to two spaces within;
 * - without brackets, or with one only, which then stays: it may be the text's own (`x[EMAIL_7K2M9QXWZT, 1]`). No letter or
 *   digit may stand right behind it, or before it other than as the end of an escape (`\n`, `%20`).
 * A code that is cut short, spelled wrong, has separators within, or another name before it is not read.
 */
export interface Placeholders {
  /**
   * Notes what in a text of the request looks like a placeholder, so that none is made that the text has already. A long text may be
   * given by stretches of it, which meet.
   */
  avoid(text: string, from?: number, to?: number): void
  /** The placeholder of a value of an entity, made where there is none yet. */
  placeholderFor(entity: string, value: string): string
  /** Reads what stands at `at`; needs the three units before it where there are any. */
  read(text: string, at: number, rest: Rest): Reading
  /** The first place from `at` on where `read` may find something, the text's length where there is none; told by a look or two at each. */
  nextFrom(text: string, at: number): number
  /** Whether a placeholder was made for exactly this value. */
  has(value: string): boolean
  /** How many there are. */
  size(): number
  /** UTF-16 units of the longest way in which one of them may be written; 0 without any. */
  maxLength(): number
}

export interface PlaceholderOptions {
  /** A keyed digest (HMAC-SHA-256 over tenant and text): at least 7 bytes. */
  readonly digest: (text: string) => Uint8Array
}

/** An entity as it is called in placeholders, and those of its values. */
interface Kind {
  readonly name: string
  readonly made: Map<string, string>
}

const MOST_SPACES = 2
const SPACE = 32

/** Throws nothing; what `digest` throws comes out of `placeholderFor`. */
export function createPlaceholders({ digest }: PlaceholderOptions): Placeholders {
  return new RequestPlaceholders(digest)
}

class RequestPlaceholders implements Placeholders {
  private readonly digest: PlaceholderOptions['digest']
  private kinds: Map<string, Kind> | undefined = undefined
  private avoided: Set<string> | undefined = undefined
  /** Made with the first placeholder: most requests have none. */
  private spellings: Spellings | undefined = undefined
  private count = 0
  private longest = 0

  constructor(digest: PlaceholderOptions['digest']) {
    this.digest = digest
  }

  avoid(text: string, from?: number, to?: number): void {
    for (const code of codesIn(text, from, to)) {
      this.avoided ??= new Set()
      this.avoided.add(code)
    }
  }

  placeholderFor(entity: string, value: string): string {
    const { name, made } = this.kindOf(entity)
    const known = made.get(value)
    if (known !== undefined) return known
    const own = copied(value)
    const placeholder = `[${name}_${this.codeFor(entity, name, own)}]`
    if (made.size === 0) this.longest = Math.max(this.longest, longestSpelling(name))
    made.set(own, placeholder)
    this.count++
    return placeholder
  }

  read(text: string, at: number, rest: Rest): Reading {
    const brackets = bracketsFrom(text.charCodeAt(at))
    if (!brackets) return this.readBare(text, at, rest)
    let found: Reading = 'none'
    for (const pair of brackets) {
      const reading = this.readBracketed(pair, text, at, rest)
      if (reading !== 'none') found = reading
    }
    return found
  }

  nextFrom(text: string, at: number): number {
    const { spellings } = this
    for (let next = at; next < text.length; next++) {
      const unit = text.charCodeAt(next)
      if (mayOpen(unit) || (spellings?.mayBegin(unit) && beginsWord(text, next))) return next
    }
    return text.length
  }

  has(value: string): boolean {
    if (!this.kinds) return false
    for (const { made } of this.kinds.values()) if (made.has(value)) return true
    return false
  }

  size(): number {
    return this.count
  }

  maxLength(): number {
    return this.longest
  }

  /** The first code that is neither the client's own text nor taken by another value. */
  private codeFor(entity: string, name: string, value: string): string {
    this.spellings ??= createSpellings()
    for (let counter = 0; ; counter++) {
      const made = this.digest(JSON.stringify([entity, value, counter]))
      const codes = codesWithin(made)
      for (let index = 0; index < codes; index++) {
        const code = codeAt(made, index)
        if (isUsable(code) && !this.avoided?.has(code) && this.spellings.add(name, code, value)) return code
      }
    }
  }

  private kindOf(entity: string): Kind {
    this.kinds ??= new Map()
    const known = this.kinds.get(entity)
    if (known) return known
    const kind = { name: nameOf(entity), made: new Map<string, string>() }
    this.kinds.set(entity, kind)
    return kind
  }

  private readBracketed({ open, close }: Brackets, text: string, at: number, rest: Rest): Reading {
    const opening = signAt(open, text, at)
    if (opening <= 0) return opening < 0 && rest === 'more' ? 'open' : 'none'
    const spelled = this.spellings?.read(text, spacesEnd(text, at + opening)) ?? 'nothing'
    if (spelled === 'nothing') return 'none'
    if (spelled === 'open') return rest === 'more' ? 'open' : 'none'
    const end = spacesEnd(text, spelled.end)
    const closing = signAt(close, text, end)
    if (closing > 0) return { end: end + closing, original: spelled.original }
    return (closing < 0 || end === text.length) && rest === 'more' ? 'open' : 'none'
  }

  private readBare(text: string, at: number, rest: Rest): Reading {
    const { spellings } = this
    if (!spellings?.mayBegin(text.charCodeAt(at)) || !beginsWord(text, at)) return 'none'
    const spelled = spellings.read(text, at)
    if (spelled === 'nothing') return 'none'
    if (spelled === 'open' || spelled.end === text.length) {
      if (rest === 'more') return 'open'
      return spelled === 'open' ? 'none' : spelled
    }
    return symbolOf(text.charCodeAt(spelled.end)) < 0 ? spelled : 'none'
  }
}

function spacesEnd(text: string, start: number): number {
  let end = start
  while (end - start < MOST_SPACES && text.charCodeAt(end) === SPACE) end++
  return end
}

const ESCAPE_BEFORE = /(?:\\[nrtbf]|%[\da-f]{2})$/i

/** Whether no letter or digit is right before, other than the end of an escape. */
function beginsWord(text: string, at: number): boolean {
  if (at === 0 || symbolOf(text.charCodeAt(at - 1)) < 0) return true
  return ESCAPE_BEFORE.test(text.slice(Math.max(0, at - 3), at))
}

function longestSpelling(name: string): number {
  const words = name.split('_')
  const letters = words.reduce((sum, word) => sum + word.length, 0)
  return letters + words.length * MOST_SEPARATORS + CODE_LENGTH + 2 * (LONGEST_BRACKET + MOST_SPACES)
}
