import type { Finding } from './detect/finding.js'
import type { Digest } from './modes/digest.js'
import { hashed } from './modes/hashed.js'
import { lookAlike } from './modes/look-alike.js'
import { masked } from './modes/masked.js'
import { literals } from './placeholders/literals.js'
import type { Placeholders } from './placeholders/placeholders.js'
import type { RequestMode } from './settings.js'

/** What stands in a value's place; undefined where the value stays. */
export type Replace = (finding: Finding, value: string) => string | undefined

/** One replacement for each value of an entity, by what `modeOf` says of it. */
export function replacer(
  modeOf: (finding: Finding) => RequestMode,
  placeholders: Placeholders,
  digest: Digest,
): Replace {
  return (finding, value) => {
    const { entity } = finding
    switch (modeOf(finding)) {
      case 'restore':
        return placeholders.placeholderFor(entity, value)
      case 'mask':
        return masked(entity)
      case 'hash':
        return hashed(digest, entity, value)
      case 'synthetic':
        return lookAlike(digest, entity, value)
      case 'block':
      case 'report':
      case 'off':
        return undefined
    }
  }
}

/** A shorter value may be anything where no label stands beside it. */
const SPREADS = 6

/**
 * The texts with their findings replaced, by index; those that stay as they are left out. A value that was found in one place is
 * replaced wherever else it stands, labelled or not.
 */
export function redactTexts(
  texts: readonly string[],
  found: readonly (readonly Finding[])[],
  replace: Replace,
): ReadonlyMap<number, string> {
  const known = new Map<string, string>()
  const edits = texts.map((text, index) =>
    (found[index] ?? []).flatMap((finding): readonly Edit[] => {
      const { start, end } = finding
      const value = text.slice(start, end)
      const replacement = replace(finding, value)
      if (replacement === undefined) return []
      if (value.length >= SPREADS && !known.has(value)) known.set(value, replacement)
      return [{ start, end, replacement }]
    }),
  )
  const elsewhere = known.size === 0 ? undefined : literals([...known.keys()])
  const redacted = new Map<number, string>()
  for (const [index, text] of texts.entries()) {
    const own = edits[index] ?? []
    const repeated = elsewhere === undefined ? [] : elsewhere(text).map((place) => withReplacement(text, place, known))
    const all = repeated.length === 0 ? own : [...own, ...repeated.filter((edit) => !overlaps(own, edit))]
    if (all.length > 0) redacted.set(index, edited(text, all))
  }
  return redacted
}

interface Place {
  readonly start: number
  readonly end: number
}

interface Edit extends Place {
  readonly replacement: string
}

function withReplacement(text: string, { start, end }: Place, known: ReadonlyMap<string, string>): Edit {
  return { start, end, replacement: known.get(text.slice(start, end)) ?? '' }
}

/** `edits` are in order, without overlaps. */
function overlaps(edits: readonly Edit[], { start, end }: Place): boolean {
  let low = 0
  let high = edits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edits[middle]?.end ?? 0) <= start) low = middle + 1
    else high = middle
  }
  const next = edits[low]
  return next !== undefined && next.start < end
}

function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = []
  let at = 0
  for (const { start, end, replacement } of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(at, start), replacement)
    at = end
  }
  pieces.push(text.slice(at))
  return pieces.join('')
}
