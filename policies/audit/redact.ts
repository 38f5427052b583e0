import type { Clock } from '../../core/clock.js'
import { inTurns, type Steps } from '../../core/turns.js'
import { isBase64 } from '../content/base64.js'
import { type Site, type Surfaces, surfacesOf } from '../content/surfaces.js'
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
  return async ({ prompt, answer }, most) =>
    inTurns(inShortTurns(redaction(detector, shares(prompt, most), shares(answer, most))), turns)
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
  readonly name: Part
  readonly parts: readonly Part[]
}

function* redaction(detector: Detector, prompt: readonly Share[], answer: readonly Share[]): Steps<Conversation> {
  const pending: Pending[] = []
  for (const share of [...prompt, ...answer]) pending.push(yield* pendingOf(share))
  const sites = pending.flatMap(({ name, parts }) => [name, ...parts].flatMap(({ surfaces }) => surfaces.sites))
  const found = yield* findIn(sites, detector)
  const changed = yield* redactTexts(sites, found, ({ entity }) => masked(entity))
  const said = pending.map((one) => finished(one, changed))
  return { prompt: said.slice(0, prompt.length), answer: said.slice(prompt.length) }
}

/** A manifest or a list is known by how its first line begins, which no label may stand before; so those are read twice. */
function* findIn(sites: readonly Site[], detector: Detector): Steps<Found> {
  const own = yield* scanTexts(sites, detector)
  const bare = sites.map(({ text, label }) => ({ text: label !== undefined && text.includes('\n') ? text : '' }))
  if (bare.every(({ text }) => text === '')) return own
  return yield* mergeFound(own, yield* scanTexts(bare, detector))
}

function* pendingOf(share: Share): Steps<Pending> {
  const reading = readingOf(share, MARGIN)
  const texts = reading.how === 'whole' ? [reading.text] : partsOf(reading, share.said)
  const parts: Part[] = []
  for (const text of texts) {
    yield 1 + text.length / 2
    parts.push(partOf(text))
  }
  return { share, reading, name: partOf(share.said.name ?? ''), parts }
}

/** Parts of JSON are no JSON: escapes beside a value would keep it from being seen. */
function partsOf({ begin, end }: Extract<Reading, { how: 'parts' }>, { text = '', kind }: Said): readonly string[] {
  const isProse = (kind === 'text' || kind === 'reasoning' || kind === 'refusal') && !/^\s*[[{"]/.test(text)
  return isProse ? [begin, end] : [unescaped(begin), unescaped(end)]
}

function partOf(text: string): Part {
  const surfaces = surfacesOf({ text }, () => 'wire')
  const encoded = text.length >= LEAST_ENCODED && isBase64(text)
  return { text, surfaces, state: encoded || surfaces.unscannable.length > 0 ? 'unreadable' : 'readable' }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' }

function unescaped(json: string): string {
  return json.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, code: string | undefined, letter: string | undefined) =>
    code === undefined ? (ESCAPES[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

function finished({ share, reading, name, parts }: Pending, changed: ReadonlyMap<Site, string>): Said {
  const named = share.said.name === undefined ? {} : { name: textOf(name, changed) }
  if (parts.some(({ state }) => state === 'unreadable')) {
    const { text = '', ...rest } = share.said
    return { ...rest, ...named, length: text.length, left: 'unreadable' }
  }
  const [first = '', second = ''] = parts.map((part) => textOf(part, changed))
  const read: Reading =
    reading.how === 'whole' ? { how: 'whole', text: first } : { how: 'parts', begin: first, end: second }
  return { ...keptOf(share, read, MARGIN), ...named }
}

function textOf({ text, surfaces, state }: Part, changed: ReadonlyMap<Site, string>): string {
  if (state === 'unreadable') return masked('unreadable')
  const { text: made = text } = surfaces.rewritten((site) => changed.get(site))
  return typeof made === 'string' ? made : ''
}
