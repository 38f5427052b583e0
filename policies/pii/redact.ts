import type { Steps } from '../../core/turns.js'
import type { Finding } from './detect/finding.js'
import type { Digest } from './modes/digest.js'
import { hashed } from './modes/hashed.js'
import { lookAlike } from './modes/look-alike.js'
import { masked } from './modes/masked.js'
import { findLiterals, type Occurrence, type Stretch } from './placeholders/literals.js'
import type { Placeholders } from './placeholders/placeholders.js'
import type { Found } from './scan-texts.js'
import type { RequestMode } from './settings.js'

/** What stands in a value's place; undefined where the value stays. */
export type Replace = (finding: Finding, value: string) => string | undefined

/** One replacement for each value of an entity, by what `modeOf` says of it. No value is digested twice. */
export function replacer(
  modeOf: (finding: Finding) => RequestMode,
  placeholders: Placeholders,
  digest: Digest,
): Replace {
  const hash = onceEach((entity, value) => hashed(digest, entity, value))
  const synthetic = onceEach((entity, value) => lookAlike(digest, entity, value))
  return (finding, value) => {
    const { entity } = finding
    switch (modeOf(finding)) {
      case 'restore':
        return placeholders.placeholderFor(entity, value)
      case 'mask':
        return masked(entity)
      case 'hash':
        return hash(entity, value)
      case 'synthetic':
        return synthetic(entity, value)
      case 'block':
      case 'report':
      case 'off':
        return undefined
    }
  }
}

type OfValue = (entity: string, value: string) => string

function onceEach(make: OfValue): OfValue {
  const made = new Map<string, Map<string, string>>()
  return (entity, value) => {
    const ofEntity = made.get(entity) ?? new Map<string, string>()
    made.set(entity, ofEntity)
    const known = ofEntity.get(value) ?? make(entity, value)
    ofEntity.set(value, known)
    return known
  }
}

/** A shorter value may be anything where no label stands beside it. */
const SPREADS = 6

/** What one finding costs: a digest or two, and what is noted of it. */
const VALUE = 64
/** Places that are looked at or written in one step. */
const PLACES_AT_ONCE = 256

interface Edit extends Occurrence {
  readonly replacement: string
}

/** Replacements by the value that they stand for. */
type Known = Map<string, string>

/** Stretches of one text between its findings, by where they begin, with the known values that stand there. */
type Repeats = ReadonlyMap<number, readonly Occurrence[]>

/**
 * The texts with their findings replaced, by what they are the texts of; those that stay as they are left out. A value that was
 * found in one place is replaced wherever else it stands, labelled or not, between the findings. The findings of a text are in
 * order, without overlaps.
 */
export function* redactTexts<Site extends { readonly text: string }>(
  sites: readonly Site[],
  found: Found,
  replace: Replace,
): Steps<ReadonlyMap<Site, string>> {
  const known: Known = new Map()
  const edits: (readonly Edit[])[] = []
  for (const [index, { text }] of sites.entries()) edits.push(yield* editsOf(text, found[index] ?? [], replace, known))
  const repeats = yield* repeatsOf(sites, edits, known)
  const redacted = new Map<Site, string>()
  for (const [index, site] of sites.entries()) {
    const own = edits[index] ?? []
    const between = repeats.get(index)
    yield 1
    if (own.length > 0 || between) redacted.set(site, yield* edited(site.text, own, between, known))
  }
  return redacted
}

function* editsOf(text: string, found: readonly Finding[], replace: Replace, known: Known): Steps<readonly Edit[]> {
  const edits: Edit[] = []
  yield 1
  for (const finding of found) {
    yield VALUE
    const { start, end } = finding
    const value = text.slice(start, end)
    const replacement = replace(finding, value)
    if (replacement === undefined) continue
    if (value.length >= SPREADS && !known.has(value)) known.set(value, replacement)
    edits.push({ start, end, replacement })
  }
  return edits
}

/** A stretch of the text at `index`. */
interface Between extends Stretch {
  readonly index: number
}

/** Where known values stand besides, by the index of the text. */
function* repeatsOf(
  sites: readonly { readonly text: string }[],
  edits: readonly (readonly Edit[])[],
  known: Known,
): Steps<ReadonlyMap<number, Repeats>> {
  const repeats = new Map<number, Map<number, readonly Occurrence[]>>()
  if (known.size === 0) return repeats
  const stretches: Between[] = []
  for (const [index, { text }] of sites.entries()) {
    const own = edits[index] ?? []
    let start = 0
    for (let at = 0; at <= own.length; at++) {
      if (at % PLACES_AT_ONCE === 0) yield Math.min(own.length + 1, PLACES_AT_ONCE)
      const end = own[at]?.start ?? text.length
      if (end - start >= SPREADS) stretches.push({ index, text, start, end })
      start = own[at]?.end ?? end
    }
  }
  for (const [{ index, start }, places] of yield* findLiterals([...known.keys()], stretches)) {
    const ofText = repeats.get(index) ?? new Map<number, readonly Occurrence[]>()
    repeats.set(index, ofText.set(start, places))
  }
  return repeats
}

function* edited(text: string, own: readonly Edit[], repeats: Repeats | undefined, known: Known): Steps<string> {
  const pieces: string[] = []
  let at = 0
  for (let index = 0; index <= own.length; index++) {
    if (index % PLACES_AT_ONCE === 0) yield Math.min(own.length + 1, PLACES_AT_ONCE)
    const edit = own[index]
    const between = repeats?.get(at)
    if (between) at = yield* replaceRepeats(text, at, between, known, pieces)
    pieces.push(text.slice(at, edit?.start ?? text.length), edit?.replacement ?? '')
    at = edit?.end ?? text.length
  }
  return pieces.join('')
}

/** Adds the text from `from` to the end of the last place, which it returns. */
function* replaceRepeats(
  text: string,
  from: number,
  places: readonly Occurrence[],
  known: Known,
  pieces: string[],
): Steps<number> {
  let at = from
  for (const [index, { start, end }] of places.entries()) {
    if (index % PLACES_AT_ONCE === 0) yield PLACES_AT_ONCE
    pieces.push(text.slice(at, start), known.get(text.slice(start, end)) ?? '')
    at = end
  }
  return at
}
