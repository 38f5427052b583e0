import { createJsonUnits, type JsonUnits } from './json-units.js'
import type { Stretch } from './stages.js'

/**
 * Reads JSON text that comes in pieces: contents of strings decoded, numbers whole, everything else as it is. Only what a token
 * may look like is checked, not how tokens follow each other. From the first thing on that is no JSON everything is plain text.
 * https://www.rfc-editor.org/rfc/rfc8259
 */
export interface JsonLexer {
  push(text: string): readonly Stretch[]
  /** What is held: the beginning of a number, a word or an escape. */
  end(): readonly Stretch[]
  /** The units of all stretches. */
  readonly units: JsonUnits
}

type State = 'outside' | 'number' | 'word' | 'string' | 'escape' | 'plain'

const STRUCTURE = new Set('{}[]:, \t\r\n')
const WORDS = ['true', 'false', 'null']
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const IN_NUMBER = /[\d+\-.eE]/
/** No value to be found is longer; what is goes on as another number. */
const LONGEST_NUMBER = 64
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const STRING_END = /["\\]/g

export function createJsonLexer(): JsonLexer {
  const units = createJsonUnits()
  let state: State = 'outside'
  let held = ''
  let made: Stretch[] = []

  const emit = (kind: Stretch['kind'], text: string): void => {
    const last = made.at(-1)
    if (last?.kind === kind && kind !== 'number') made[made.length - 1] = { kind, text: last.text + text }
    else made.push({ kind, text })
  }
  const fixed = (text: string): void => {
    units.add(text.length, 'elsewhere')
    emit('fixed', text)
  }
  const readPlain = (text: string): void => {
    units.add(text.length, 'elsewhere')
    emit('text', text)
  }
  const giveUp = (): void => {
    state = 'plain'
    readPlain(held)
    held = ''
  }
  const hold = (next: State, character: string): void => {
    state = next
    held = character
  }

  const closeNumber = (): void => {
    units.add(held.length, 'number')
    emit('number', held)
    hold('outside', '')
  }

  const readOutside = (character: string): void => {
    if (STRUCTURE.has(character)) fixed(character)
    else if (character === '"') {
      fixed(character)
      state = 'string'
    } else if (/[-\d]/.test(character)) hold('number', character)
    else if (/[tfn]/.test(character)) hold('word', character)
    else {
      held = character
      giveUp()
    }
  }

  const readWord = (character: string): void => {
    held += character
    if (WORDS.includes(held)) {
      fixed(held)
      hold('outside', '')
    } else if (!WORDS.some((word) => word.startsWith(held))) giveUp()
  }

  const closeEscape = (text: string): void => {
    units.addEscape(held.length)
    emit('text', text)
    hold('string', '')
  }

  const readEscape = (character: string): void => {
    held += character
    const simple = held.length === 2 ? ESCAPED[character] : undefined
    if (simple !== undefined) closeEscape(simple)
    else if (held.length === 2 ? character !== 'u' : !/[\da-fA-F]/.test(character)) giveUp()
    else if (held.length === 6) closeEscape(String.fromCharCode(Number.parseInt(held.slice(2), 16)))
  }

  /** Reads the content of a string as far as it goes; returns where it ends. */
  const readString = (text: string, start: number): number => {
    STRING_END.lastIndex = start
    const end = STRING_END.exec(text)?.index ?? text.length
    if (end > start) {
      units.add(end - start, 'string')
      emit('text', text.slice(start, end))
    }
    if (text[end] === '"') {
      fixed('"')
      state = 'outside'
    } else if (text[end] === '\\') hold('escape', '\\')
    return end + 1
  }

  const readNumber = (character: string): void => {
    const goesOn = IN_NUMBER.test(character)
    if (goesOn && held.length < LONGEST_NUMBER) held += character
    else if (!NUMBER.test(held) || !(goesOn || STRUCTURE.has(character))) {
      giveUp()
      readPlain(character)
    } else {
      closeNumber()
      readOutside(character)
    }
  }

  const readOne = (character: string): void => {
    if (state === 'number') readNumber(character)
    else if (state === 'word') readWord(character)
    else if (state === 'escape') readEscape(character)
    else readOutside(character)
  }

  const taken = (): readonly Stretch[] => {
    const stretches = made
    made = []
    return stretches
  }

  return {
    units,
    push(text) {
      for (let at = 0; at < text.length; ) {
        if (state === 'plain') {
          readPlain(text.slice(at))
          break
        }
        if (state === 'string') at = readString(text, at)
        else readOne(text[at++] ?? '')
      }
      return taken()
    },
    end() {
      if (state === 'number' && NUMBER.test(held)) closeNumber()
      else if (held !== '') giveUp()
      return taken()
    },
  }
}
