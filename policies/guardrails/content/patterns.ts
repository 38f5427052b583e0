import { AT_ONCE, type Steps } from '../../../core/turns.js'
import { compilePattern, type PatternReader } from '../../pii/detect/patterns.js'
import type { Guard } from '../guard.js'
import { type Finding, type Passage, passageGuard, type Range } from './passage.js'
import type { PatternsSettings } from './settings.js'

const LONGEST = 128

/** Finds the operator's own patterns. Throws what RE2 throws of one that is none. The reason is the first one's that matches. */
export function patternsGuard({ patterns }: PatternsSettings): Guard {
  const readers = patterns.map((pattern) => ({ reason: pattern.name, reader: compilePattern(pattern) }))
  const longest = patterns.reduce((most, { maxLength = LONGEST }) => Math.max(most, maxLength), 0)
  // One unit before and behind a match may decide whether it is one.
  return passageGuard(longest + 2, function* (passage): Steps<Finding | undefined> {
    let places: readonly Range[] = []
    let first: string | undefined
    for (const { reason, reader } of readers) {
      const found = yield* matchesIn(reader, passage)
      if (found.length === 0) continue
      first ??= reason
      places = places.concat(found)
    }
    return first === undefined ? undefined : { reason: first, places }
  })
}

/** The matches that nothing which follows can change any more, and that could have been changed before. */
function* matchesIn(reader: PatternReader, { text, from, ended }: Passage): Steps<readonly Range[]> {
  const before = from === 0 ? 0 : reader.openFrom(text.slice(0, from), 0)
  const open = ended ? text.length : reader.openFrom(text, before)
  const found: Range[] = []
  const windows = reader.matches(text, before)
  for (;;) {
    yield Math.min(AT_ONCE, text.length - before)
    const window = windows.next()
    if (window.done) return found
    for (const { start, end } of window.value) if (start < open) found.push({ start, end })
  }
}
