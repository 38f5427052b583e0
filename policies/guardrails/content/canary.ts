import type { Steps } from '../../../core/turns.js'
import type { Guard, Segment } from '../guard.js'
import { base64In, PIECE } from './canary/base64.js'
import { type LettersOnly, lettersOnly, reversed, rotated } from './canary/letters-only.js'
import { type Repetition, type SecretPassages, secretPassages } from './canary/secret-passages.js'
import { type Finding, judgeAll, type Passage, type Range } from './passage.js'
import { type CanarySettings, LEAST_CANARY } from './settings.js'

/** Longer words count as so many letters: a passage fits into the window however it is written. */
const LETTERS_PER_WORD = 12
/** Passages of short words, of table borders and lists of digits, say nothing. */
const LEAST_PER_WORD = 2
/** Letters of a system prompt by which a passage is found. */
const LONGEST_SEED = 16

/**
 * Finds in answers what must stand in none: an operator's canaries (`canary`), and so many words in a row of the request's system
 * prompts (`system-prompt`), whatever is between the letters, and also backwards, in rot13 and in base64 (`canary/base64`). What a user
 * has written in the same request is no secret.
 */
export function canaryGuard(settings: CanarySettings): Guard {
  const longest = settings.canaries.reduce((most, { length }) => Math.max(most, length), 0)
  // Spaced out each letter is two.
  const window = 2 * Math.max(longest, (settings.words ?? 0) * LETTERS_PER_WORD) + 2 * LEAST_CANARY
  return {
    window,
    open({ segments }) {
      const isSecret = settings.words !== undefined && segments.some(({ source }) => source === 'system')
      if (!isSecret && settings.canaries.length === 0) return undefined
      let secrets: readonly SecretPassages[] | undefined
      return {
        *answer(texts) {
          secrets ??= yield* secretsOf(settings, segments)
          const known = secrets
          return yield* judgeAll(texts, (passage) => findIn(known, passage))
        },
      }
    },
  }
}

function* secretsOf(
  { canaries, words }: CanarySettings,
  segments: readonly Segment[],
): Steps<readonly SecretPassages[]> {
  const marks = secretPassages(LEAST_CANARY)
  for (const canary of canaries) {
    const letters = yield* lettersOnly(canary)
    yield* addAll(marks, letters, 'canary', LEAST_CANARY, ({ codes }) => [[0, codes.length]])
  }
  const prompts = secretPassages(Math.min(LONGEST_SEED, Math.max(LEAST_CANARY, LEAST_PER_WORD * (words ?? 0))))
  for (const { source, text } of segments) {
    if (source !== 'system' || words === undefined) continue
    const letters = yield* lettersOnly(text)
    yield* addAll(prompts, letters, 'system-prompt', words * LEAST_PER_WORD, (made) => runsOf(made, words))
  }
  const all = [marks, prompts]
  for (const { source, text } of segments) {
    if (source !== 'user' || all.every((each) => each.isEmpty())) continue
    const letters = yield* lettersOnly(text)
    for (const each of all) for (const { passage } of yield* each.find(letters)) each.release(passage)
  }
  return all.filter((each) => !each.isEmpty())
}

type Ranges = (letters: LettersOnly) => Iterable<readonly [number, number]>

function* addAll(
  secrets: SecretPassages,
  letters: LettersOnly,
  reason: string,
  least: number,
  ranges: Ranges,
): Steps<void> {
  yield* secrets.add(letters, ranges(letters), least, reason)
  const turned = yield* rotated(letters)
  yield* secrets.add(turned, ranges(turned), least, `${reason}/rot13`)
  const back = yield* reversed(letters)
  yield* secrets.add(back, ranges(back), least, `${reason}/reversed`)
}

/** So many words in a row, from each word on; where they are long, as many letters of them as the window holds. */
function* runsOf({ words }: LettersOnly, count: number): Generator<readonly [number, number]> {
  for (let index = 0; index + count < words.length; index++) {
    const start = words[index] ?? 0
    yield [start, Math.min(words[index + count] ?? 0, start + count * LETTERS_PER_WORD)]
  }
}

/** What is repeated behind `from`: all of what ends before has been found earlier. */
function* findIn(secrets: readonly SecretPassages[], { text, from }: Passage): Steps<Finding | undefined> {
  const letters = yield* lettersOnly(text)
  const places: Range[] = []
  let reason: string | undefined
  for (const each of secrets) {
    for (const found of yield* each.find(letters)) {
      const place = placeOf(found, letters)
      if (place.end <= from) continue
      reason ??= each.reasonOf(found.passage)
      add(places, place)
    }
  }
  for (const run of base64In(text)) {
    if (run === undefined) yield PIECE
    if (run === undefined || run.end <= from) continue
    const { start, end } = run
    const hidden = yield* lettersOnly(run.text)
    for (const each of secrets) {
      const [found] = yield* each.find(hidden)
      if (found === undefined) continue
      const [kind = ''] = each.reasonOf(found.passage).split('/')
      reason ??= `${kind}/base64`
      add(places, { start, end })
    }
  }
  return reason === undefined ? undefined : { reason, places }
}

function placeOf({ start, end }: Repetition, { starts }: LettersOnly): Range {
  return { start: starts[start] ?? 0, end: (starts[end - 1] ?? 0) + 1 }
}

/** Passages that overlap are one place. */
function add(places: Range[], place: Range): void {
  const last = places.at(-1)
  if (last === undefined || place.start > last.end || place.start < last.start) places.push(place)
  else places[places.length - 1] = { start: last.start, end: Math.max(last.end, place.end) }
}
