import { chosenSecrets } from '../secrets/options.js'
import type { Finding } from './finding.js'
import { lastPlace, merge } from './merge.js'
import { chosenEntities, type DetectorOptions, regionsOf, thresholdsOf, wordEntities } from './options.js'
import { compilePattern } from './patterns.js'
import { CONTEXT_REACH } from './scan/context.js'
import { type Folded, fold, foldSliced } from './scan/fold.js'
import { createFollower, type Follower } from './scan/follow.js'
import { compileRules, type Rules } from './scan/rules.js'
import { newScan, type Scan } from './scan/state.js'
import { hearBefore } from './scan/token.js'
import { walk } from './scan/walk.js'
import { besides, createWordSearch } from './words.js'

/** What is known of a text that may go on. */
export interface OpenFindings {
  /** In order, without overlaps. Those that end at or before `openFrom` are final. */
  readonly findings: readonly Finding[]
  /** Where the longest suffix begins that more text could change; no finding reaches across it. */
  readonly openFrom: number
}

/**
 * Finds personal data; pure, synchronous, linear in the length of the text. `from` is an earlier `openFrom` of the same text:
 * what is before it counts as context only, and of that the last `window` units are enough.
 */
export interface Detector {
  /** UTF-16 units of text before `from` that a stream must keep. */
  readonly window: number
  /** The findings of a whole text, in order, without overlaps. */
  find(text: string, from?: number): readonly Finding[]
  /** See `OpenFindings`; the text's length when nothing is open. */
  openFrom(text: string, from?: number): number
  /** Both of a text that may go on. */
  scan(text: string, from?: number): OpenFindings
  /** Like `find`, in pieces: yields after about every `stepLimit` characters looked at (16,384 take about a millisecond, 5 at worst). */
  findSliced(text: string, stepLimit?: number): Generator<void, readonly Finding[]>
  /** For a text that comes in small pieces; undefined where every word must be looked at. */
  follow(): Follower | undefined
}

const STEP_LIMIT = 16_384
/** Texts of up to so many units are scanned without memory of their own. */
const SCRATCH = 16_384
/** Words are heard again over twice the reach, so that no word within reach is read from its middle. */
const WINDOW = CONTEXT_REACH * 2 + 64
/** A secret in a manifest is known by what stands some lines before. */
const SECRETS_WINDOW = 768

/** Compiles a detector. Throws `RangeError` for unknown names and re2js's error for patterns that are none. */
export function createDetector(options: DetectorOptions = {}): Detector {
  const entities = chosenEntities(options)
  const { secrets = false } = options
  const rules = compileRules({
    entities,
    regions: regionsOf(options),
    terms: Object.entries(options.deny ?? {}).flatMap(([name, terms]) => terms.map((term) => [name, term] as const)),
    thresholdOf: thresholdsOf(options),
    secrets: secrets === false ? undefined : chosenSecrets(secrets === true ? {} : secrets),
  })
  const words = createWordSearch(wordEntities(entities), options)
  const patterns = (options.patterns ?? []).map(compilePattern)
  // Only scans that finish before another begins use it.
  const scratch = new Uint16Array(SCRATCH)
  /** Whether nothing is found apart from the walk. */
  const isWalkAll = patterns.length === 0 && words === undefined
  const allowed = new Set([...(options.allow ?? []), ...allowedSecrets(options)].map(comparable))

  /** Everything that was found, without what is allowed. */
  function report(text: string, scanned: readonly Finding[], matched: Matched): readonly Finding[] {
    const merged = besides(text, merge(scanned, matched.patterns), matched.words)
    if (allowed.size === 0) return merged
    return merged.filter(({ start, end }) => !allowed.has(comparable(text.slice(start, end))))
  }

  function* search(text: string, folded: Folded, from: number): Generator<void, Matched> {
    const matched: Finding[] = []
    for (const pattern of patterns) {
      for (const findings of pattern.matches(text, from)) {
        matched.push(...findings)
        yield
      }
    }
    return { patterns: matched, words: words ? yield* words.search(folded, from) : [] }
  }

  function matchesIn(text: string, from: number): readonly Finding[] {
    return patterns.flatMap((pattern) => [...pattern.matches(text, from)].flat())
  }

  function find(text: string, from: number): readonly Finding[] {
    const folded = fold(text, scratch)
    const scan = begin(rules, folded, from)
    walk(scan, Number.POSITIVE_INFINITY)
    const matched = isWalkAll ? NONE_MATCHED : finish(search(text, folded, from))
    return report(text, findingsOf(scan, folded), matched)
  }

  function* run(text: string, stepLimit: number): Generator<void, readonly Finding[]> {
    const folded = yield* foldSliced(text)
    const scan = begin(rules, folded, 0)
    while (!walk(scan, stepLimit)) yield
    return report(text, findingsOf(scan, folded), yield* search(text, folded, 0))
  }

  function partial(given: string, from: number): OpenFindings {
    // The first half of a pair may become something else with the second.
    const text = endsInPair(given) ? given.slice(0, -1) : given
    const folded = fold(text, scratch)
    const isEverywhere = patterns.length > 0 || words !== undefined
    const scan = begin(rules, folded, from, isEverywhere ? 'places' : 'last')
    walk(scan, Number.POSITIVE_INFINITY)
    const scanned = findingsOf(scan, folded)
    const ended = words?.searchOpen(folded, from)
    const matched = { patterns: matchesIn(text, from), words: ended?.findings ?? [] }
    const findings = report(text, scanned, matched)
    const open = originalOpen(scan, folded, text)
    const otherOpen = Math.min(
      open,
      ended?.openFrom ?? open,
      ...patterns.map((pattern) => pattern.openFrom(text, from)),
    )
    if (otherOpen === open && matched.patterns.length === 0 && matched.words.length === 0)
      return { findings, openFrom: open }
    const places = (scan.places ?? []).map((place) => folded.originalStart(place))
    const found = [...scanned, ...matched.patterns, ...matched.words]
    return { findings, openFrom: lastPlace(otherOpen, [...places, open], found) }
  }

  return {
    window: Math.max(rules.secrets ? SECRETS_WINDOW : WINDOW, words?.window ?? 0),
    find: (text, from = 0) => find(text, from),
    openFrom: (text, from = 0) => partial(text, from).openFrom,
    scan: (text, from = 0) => partial(text, from),
    findSliced: (text, stepLimit = STEP_LIMIT) => run(text, stepLimit),
    follow: () => (patterns.length > 0 || words ? undefined : createFollower(rules)),
  }
}

/** What is found apart from the walk. */
interface Matched {
  readonly patterns: readonly Finding[]
  readonly words: readonly Finding[]
}

const NONE_MATCHED: Matched = { patterns: [], words: [] }

/** Runs a sliced task without a pause. */
function finish<T>(task: Generator<void, T>): T {
  for (;;) {
    const step = task.next()
    if (step.done) return step.value
  }
}

function begin(rules: Rules, folded: Folded, from: number, keep?: 'places' | 'last'): Scan {
  const scan = newScan(folded, rules, folded.indexOf(from), keep)
  if (from > 0) hearBefore(scan, CONTEXT_REACH * 2)
  return scan
}

/** What is folded away at the open end stays with it. */
function originalOpen(scan: Scan, folded: Folded, text: string): number {
  return scan.open >= folded.text.length ? text.length : folded.originalStart(scan.open)
}

function findingsOf(scan: Scan, folded: Folded): readonly Finding[] {
  return scan.found.map(({ entity, start, end, confidence, recognizer }) => ({
    entity: entityName(scan.rules, entity),
    start: folded.originalStart(start),
    end: folded.originalEnd(end),
    confidence: Math.round(confidence * 100) / 100,
    recognizer,
  }))
}

function entityName({ entities, secrets }: Rules, entity: number): string {
  return entities[entity]?.name ?? secrets?.names[entity - entities.length] ?? ''
}

function allowedSecrets({ secrets = false }: DetectorOptions): readonly string[] {
  return typeof secrets === 'boolean' ? [] : (secrets.allow ?? [])
}

function endsInPair(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last < 0xdc00
}

/** A value as allowed ones are compared: folded, lower case, without spaces and dashes. */
function comparable(value: string): string {
  return fold(value)
    .text.toLowerCase()
    .replace(/[\s-]+/g, '')
}
