import { isList, type JsonValue } from '../../core/json.js'
import { isLongText } from '../../core/json-in-text.js'
import { atOnce, type Steps } from '../../core/turns.js'
import { isBase64InSteps } from './base64.js'
import { type JsonVisitor, type JsonVisitorInSteps, rewriteJson, rewriteJsonInSteps } from './json-text.js'
import { mapList } from './sharing.js'
import { isDataUrl, isDataUrlInSteps, textFileIn } from './text-file.js'
import { pathOf, type Walk } from './walk.js'

/** JSON within JSON within JSON is read that deep; what is deeper is one text. */
const MOST_LAYERS = 4
const LEAST_DIGITS = 6

/**
 * Walks a text. One that is an object or array in JSON is walked as such, and written back only where it changed, all else of it
 * as it was: a value beside an escape (`\nann@`) would not be read rightly otherwise, and its place not be valid any more.
 */
export function walkText(walk: Walk, text: string, label?: string, layer = 0): string {
  if (text === '') return text
  if (layer === 0) walk.read += text.length
  if (isDataUrl(text)) return atOnce(walkMediaText(walk, text, layer))
  const json = layer < MOST_LAYERS ? rewriteJson(text, jsonVisitor(walk, layer), label) : undefined
  return json ?? walk.visit(text, 'text', label) ?? text
}

/** The same of any text, in steps where it is long. */
export function* walkTextInSteps(walk: Walk, text: string, label?: string): Steps<string> {
  return isLongText(text) ? yield* walkLongText(walk, text, label) : walkText(walk, text, label)
}

function* walkLongText(walk: Walk, text: string, label?: string, layer = 0): Steps<string> {
  if (layer === 0) walk.read += text.length
  if (yield* isDataUrlInSteps(text)) return yield* walkMediaText(walk, text, layer)
  const json = layer < MOST_LAYERS ? yield* rewriteJsonInSteps(text, longJsonVisitor(walk, layer), label) : undefined
  return json ?? walk.visit(text, 'text', label) ?? text
}

function longJsonVisitor(walk: Walk, layer: number): JsonVisitorInSteps {
  return {
    ...jsonVisitor(walk, layer),
    *longString(value, label) {
      const made = yield* walkLongText(walk, value, label, layer + 1)
      return made === value ? undefined : made
    },
  }
}

function jsonVisitor(walk: Walk, layer: number): JsonVisitor {
  return {
    string(value, label) {
      const made = walkText(walk, value, label, layer + 1)
      return made === value ? undefined : made
    },
    number(literal, label) {
      const made = walkLiteral(walk, literal, label)
      return made === literal ? undefined : made
    },
    name(name) {
      const made = walkName(walk, name)
      return made === name ? undefined : made
    },
  }
}

/** Walks a number, which becomes a text where it does not stay. */
export function walkNumber(walk: Walk, value: number, label: string | undefined): JsonValue {
  const literal = String(value)
  const made = walkLiteral(walk, literal, label)
  return made === literal ? value : made
}

/** Walks a number as it is written; the same text where it stays. */
function walkLiteral(walk: Walk, literal: string, label: string | undefined): string {
  return hasManyDigits(literal) ? (walk.visit(literal, 'number', label) ?? literal) : literal
}

/** Walks the name of a member of data. */
export function walkName(walk: Walk, name: string): string {
  return name === '' ? name : (walk.visit(name, 'key', undefined) ?? name)
}

/** Walks media: as the text that it turns out to be, or as something that nobody here can read. */
export function* walkMedia(walk: Walk, media: JsonValue): Steps<JsonValue> {
  if (typeof media === 'string') {
    walk.read += media.length
    return yield* walkMediaText(walk, media, 0)
  }
  if (isList(media) && media.every((entry) => typeof entry === 'string')) {
    return yield* mapList(media, (entry, index) => walkMediaEntry(walk, entry, index))
  }
  if (typeof media !== 'boolean' && media !== null && !isEmpty(media)) walk.unscannable(pathOf(walk.steps))
  return media
}

function* walkMediaEntry(walk: Walk, entry: JsonValue, index: number): Steps<JsonValue> {
  walk.steps.push(index)
  const made = yield* walkMedia(walk, entry)
  walk.steps.pop()
  return made
}

function* walkMediaText(walk: Walk, media: string, layer: number): Steps<string> {
  if (media === '') return media
  const file = yield* textFileIn(media)
  if (file === undefined) {
    if (yield* isProse(media)) return walk.visit(media, 'text', undefined) ?? media
    walk.unscannable(pathOf(walk.steps))
    return media
  }
  const text = isLongText(file.text)
    ? yield* walkLongText(walk, file.text, undefined, layer + 1)
    : walkText(walk, file.text, undefined, layer + 1)
  return text === file.text ? media : yield* file.encoded(text)
}

/** Neither bytes nor a reference: somebody has written where media should be. */
function* isProse(media: string): Steps<boolean> {
  return /[\s@]/.test(media) && !/^\s*[a-z][a-z0-9+.-]*:/i.test(media) && !(yield* isBase64InSteps(media))
}

const isEmpty = (value: JsonValue) => isList(value) && value.length === 0

function hasManyDigits(literal: string): boolean {
  if (literal.length < LEAST_DIGITS) return false
  let digits = 0
  for (let i = 0; i < literal.length; i++) {
    const code = literal.charCodeAt(i)
    if (code >= 0x30 && code <= 0x39) digits++
  }
  return digits >= LEAST_DIGITS
}
