import type { Clock } from '../../core/clock.js'
import { isLongText } from '../../core/json-in-text.js'
import type { RequestContent } from '../../core/policy.js'
import { eachInSteps, inTurns, mapInSteps, mapStepwise, type Steps } from '../../core/turns.js'
import { isBase64InSteps } from '../content/base64.js'
import { findSurfaces, type Site, type Surfaces } from '../content/surfaces.js'
import { createDetector, type Detector } from '../pii/detect/detector.js'
import { WORDS } from '../pii/detect/entities/words.js'
import { mergeFound } from '../pii/external/merge-findings.js'
import { masked } from '../pii/modes/masked.js'
import type { NameModel } from '../pii/names/model.js'
import { redactTexts } from '../pii/redact.js'
import { type Found, scanTexts } from '../pii/scan-texts.js'
import { LONGEST_KEY } from '../pii/secrets/read/private-key.js'
import type { PiiRule } from '../pii/settings.js'
import { keptOf, type Reading, readingOf, type Share, shares } from './cap.js'
import type { Conversation, Said } from './said.js'
import { isProse, unescaped } from './text-of-part.js'

/** What masking is made from. */
export interface RedactorOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly names: () => NameModel
  /** Lets other work run. */
  pause(): Promise<unknown>
  /** The operator's own terms and patterns are masked, too. */
  readonly own: readonly Pick<PiiRule, 'deny' | 'patterns'>[]
}

/** Masks what was said. Rejects when it cannot be done, or takes too long: then nothing may be kept. */
export type Redactor = (conversation: Conversation, most: number) => Promise<Conversation>

/** Milliseconds for one conversation, the turns of others included. */
const TIMEOUT = 30_000
/** The longest value that is looked for, and some more. */
const MARGIN = LONGEST_KEY + 256
/** Shorter texts of nothing but letters and digits are read as they are. */
const LEAST_ENCODED = 1024

/**
 * Masks personal data, names and secrets of every kind that this build knows, whatever the section `pii` says. Texts that nobody can
 * read (bytes as base64) are left out. At most `most` UTF-16 units of the prompt and of the answer are kept. Throws what
 * `createDetector` throws.
 */
export function createRedactor({ clock, names, pause, own }: RedactorOptions): Redactor {
  const detector = createDetector({
    names,
    secrets: true,
    alsoEntities: WORDS.map(({ name }) => name),
    deny: allTerms(own),
    patterns: own.flatMap(({ patterns }) => patterns),
  })
  // What is made on first use is made now, and not while requests wait.
  for (let round = 0; round < ROUNDS; round++) detector.find(SAMPLE)
  const turns = { clock, pause, timeout: TIMEOUT }
  return async (said, most) => inTurns(inShortTurns(redaction(detector, said, most)), turns)
}

const ROUNDS = 30
const SAMPLE = `Dear Dr. Weber, please call +49 30 1234567 or +1 212 555 0123 on 3 May 2026, or write to ann.smith@example.com.
Acme Logistics GmbH, Hauptstrasse 5, 10115 Berlin; card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, 192.0.2.7.
{"name":"Tom Nakamura","phone":"(212) 555-0147","token":"ghp_0123456789abcdefghijABCDEFGHIJ012345"} password: Tr0ub4dor
const value = await fetch('https://api.example.com/v1/items?id=17', { headers: { authorization: bearer } })`

/** Nobody waits for a record: others come three times as often as they do while a request is read. */
function* inShortTurns<T>(steps: Steps<T>): Steps<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    yield step.value * 3
  }
}

function allTerms(own: RedactorOptions['own']): Readonly<Record<string, readonly string[]>> {
  const terms = new Map<string, readonly string[]>()
  for (const { deny } of own) {
    for (const [entity, some] of Object.entries(deny)) terms.set(entity, [...(terms.get(entity) ?? []), ...some])
  }
  return Object.fromEntries(terms)
}

/** One text that is read, and where it stands. */
interface Part {
  readonly text: string
  readonly surfaces: Surfaces
  readonly state: 'readable' | 'unreadable'
}

interface Pending {
  readonly share: Share
  readonly reading: Reading
  readonly name: Part | undefined
  readonly parts: readonly Part[]
}

/** Units that a piece takes besides its texts, a text besides its length, and each place where one stands. */
const PIECE = 8
const TEXT = 16
const SITE = 1

function* redaction(detector: Detector, { prompt, answer }: Conversation, most: number): Steps<Conversation> {
  const before = yield* mapStepwise(yield* shares(prompt, most), PIECE, pendingOf)
  const after = yield* mapStepwise(yield* shares(answer, most), PIECE, pendingOf)
  const sites: Site[] = []
  yield* addSites(sites, before)
  yield* addSites(sites, after)
  const found = yield* findIn(sites, detector)
  const changed = yield* redactTexts(sites, found, ({ entity }) => masked(entity))
  const finish = (pending: Pending) => finished(pending, changed)
  return { prompt: yield* mapStepwise(before, PIECE, finish), answer: yield* mapStepwise(after, PIECE, finish) }
}

function addSites(sites: Site[], pending: readonly Pending[]): Steps<unknown> {
  const textsOf = ({ name, parts }: Pending) => (name ? [name, ...parts] : parts)
  const unitsOf = (one: Pending) => textsOf(one).reduce((sum, { surfaces }) => sum + SITE * surfaces.sites.length, SITE)
  return eachInSteps(pending, unitsOf, (one) => {
    for (const { surfaces } of textsOf(one)) for (const site of surfaces.sites) sites.push(site)
  })
}

/** A manifest or a list is known by how its first line begins, which no label may stand before; so those are read twice. */
function* findIn(sites: readonly Site[], detector: Detector): Steps<Found> {
  const own = yield* scanTexts(sites, detector)
  let isTwice = false
  const bare = yield* mapInSteps(sites, SITE, ({ text, label }) => {
    const isRead = label !== undefined && text.includes('\n')
    isTwice ||= isRead
    return isRead ? { text } : NOTHING
  })
  return isTwice ? yield* mergeFound(own, yield* scanTexts(bare, detector)) : own
}

const NOTHING = { text: '' }

function* pendingOf(share: Share): Steps<Pending> {
  const { said } = share
  const reading = readingOf(share, MARGIN)
  const texts = reading.how === 'whole' ? [reading.text] : yield* partsOf(reading, said)
  const parts: Part[] = []
  for (const text of texts) parts.push(yield* partOf(text))
  return { share, reading, name: said.name === undefined ? undefined : yield* partOf(said.name), parts }
}

/** Parts of JSON are no JSON: escapes beside a value would keep it from being seen. */
function* partsOf({ begin, end }: Extract<Reading, { how: 'parts' }>, said: Said): Steps<readonly string[]> {
  return (yield* isProse(said)) ? [begin, end] : [yield* unescaped(begin), yield* unescaped(end)]
}

function* partOf(text: string): Steps<Part> {
  yield unitsOf(text)
  const surfaces = yield* findSurfaces({ ...WIRE, body: { text }, kept: {} })
  const encoded = text.length >= LEAST_ENCODED && (yield* isBase64InSteps(text))
  return { text, surfaces, state: encoded || surfaces.unscannable.length > 0 ? 'unreadable' : 'readable' }
}

/** What is long announces itself. */
const unitsOf = (text: string) => TEXT + (isLongText(text) ? 0 : text.length / 2)

/** Nobody asks who has written a text. */
const WIRE: Omit<RequestContent, 'body' | 'kept'> = {
  contentOf: () => 'wire',
  sourceOf: undefined,
  files: [],
  duplicates: () => false,
}

function* finished({ share, reading, name, parts }: Pending, changed: ReadonlyMap<Site, string>): Steps<Said> {
  const named = name ? { name: yield* textOf(name, changed) } : {}
  if (parts.some(({ state }) => state === 'unreadable')) {
    const { text = '', ...rest } = share.said
    return { ...rest, ...named, length: text.length, left: 'unreadable' }
  }
  const texts: string[] = []
  for (const part of parts) texts.push(yield* textOf(part, changed))
  const [first = '', second = ''] = texts
  const read: Reading =
    reading.how === 'whole' ? { how: 'whole', text: first } : { how: 'parts', begin: first, end: second }
  return { ...keptOf(share, read, MARGIN), ...named }
}

function* textOf({ text, surfaces, state }: Part, changed: ReadonlyMap<Site, string>): Steps<string> {
  if (state === 'unreadable') return masked('unreadable')
  yield unitsOf(text)
  const { text: made = text } = yield* surfaces.rewriting((site) => changed.get(site))
  return typeof made === 'string' ? made : ''
}
