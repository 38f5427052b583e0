import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random } from '../names/random.js'
import { DISGUISES } from './disguise.js'
import { expand, parseSlots, type Slots } from './expand.js'

/** A text and whether it is an attack. */
export interface Sample {
  readonly text: string
  readonly attack: boolean
  /** Where it comes from: what is held out together. */
  readonly set: string
  /** How much it counts. */
  readonly weight: number
}

const ATTACKS_EACH = 7
const HARMLESS_EACH = 12
const SEED = 8

/** Texts of the templates in a folder: those in files `attack-*`, disguised or within other texts too, and those in `harmless-*`. */
export function ownSamples(folder: string): readonly Sample[] {
  const slots = parseSlots(readFileSync(join(folder, 'slots.txt'), 'utf8'))
  const random = createRandom(SEED)
  const harmless = samplesOf(folder, 'harmless-', HARMLESS_EACH, slots, random)
  const attacks = samplesOf(folder, 'attack-', ATTACKS_EACH, slots, random)
  const texts = harmless.map(({ text }) => text)
  return [
    ...harmless,
    ...joined(texts, random),
    ...attacks,
    ...disguised(attacks, random),
    ...hidden(texts, random),
    ...surrounded(attacks, texts, random),
  ]
}

function samplesOf(folder: string, prefix: string, each: number, slots: Slots, random: Random): readonly Sample[] {
  const samples: Sample[] = []
  for (const file of readdirSync(folder).sort()) {
    if (!file.startsWith(prefix)) continue
    let style = file
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line.startsWith('# ')) style = `${file}:${line.slice(2)}`
      if (line === '' || /^# [a-z]/.test(line)) continue
      const texts = new Set<string>()
      for (let count = 0; count < each; count++) texts.add(expand(line, slots, random))
      for (const text of texts)
        samples.push({ text, attack: prefix === 'attack-', set: style, weight: 1 / Math.sqrt(texts.size) })
    }
  }
  return samples
}

const DISGUISED = 2600
const HIDDEN = 400
/** Those of `DISGUISES` that nobody uses without wanting to hide something. */
const SECRETIVE = [0, 2, 3, 4]
const SURROUNDED = 1500
const JOINED = 1400

function disguised(attacks: readonly Sample[], random: Random): readonly Sample[] {
  return Array.from({ length: DISGUISED }, (_, index) => {
    const sample = random.pick(attacks)
    const disguise = DISGUISES[index % DISGUISES.length]
    return { ...sample, text: disguise?.(sample.text, random) ?? sample.text, set: 'disguised', weight: 0.4 }
  })
}

/** Nothing worse than texts that hide something. */
function hidden(texts: readonly string[], random: Random): readonly Sample[] {
  return Array.from({ length: HIDDEN }, (_, index) => {
    const disguise = DISGUISES[SECRETIVE[index % SECRETIVE.length] ?? 0]
    const text = random.pick(texts.filter((one) => /^[ -~]{20,200}$/.test(one)))
    return { text: disguise?.(text, random) ?? text, attack: true, set: 'hidden', weight: 0.3 }
  })
}

function surrounded(attacks: readonly Sample[], harmless: readonly string[], random: Random): readonly Sample[] {
  return Array.from({ length: SURROUNDED }, () => {
    const sample = random.pick(attacks)
    const between = random.pick([' ', '\n', '\n\n'])
    const before = random.chance(0.7) ? random.pick(harmless) + between : ''
    const after = random.chance(0.5) ? between + random.pick(harmless) : ''
    return { ...sample, text: before + sample.text + after, set: 'surrounded', weight: 0.4 }
  })
}

/** Longer harmless texts, of several. */
function joined(harmless: readonly string[], random: Random): readonly Sample[] {
  return Array.from({ length: JOINED }, () => {
    const texts = Array.from({ length: 2 + random.integer(5) }, () => random.pick(harmless))
    return { text: texts.join(random.pick([' ', '\n', '\n\n'])), attack: false, set: 'joined', weight: 0.7 }
  })
}

/** Sets of texts about people and machines in `pii`, and what those are called that `injection` has some of, too. */
const ORDINARY: Readonly<Record<string, string>> = {
  'lifebench.jsonl': 'docs_lifebench',
  'synth_v2.jsonl': 'sentences',
  'negatives/logs.jsonl': 'technical_texts',
  'negatives/lockfile.jsonl': 'technical_texts',
  'negatives/json_telemetry.jsonl': 'technical_texts',
  'negatives/go_code.jsonl': 'technical_texts',
  'negatives/changelog.jsonl': 'technical_texts',
}
const EVERY = 3

/** Labelled lines `{text, label, set}` of the files in `injection`, and harmless lines `{text}` of some in `pii`. */
export function folderSamples(folder: string): readonly Sample[] {
  const labelled = readdirSync(join(folder, 'injection'))
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => rowsOf(join(folder, 'injection', name)))
    .flatMap((row) => (isLabelled(row) ? [{ text: row.text, attack: row.label === 1, set: row.set, weight: 1 }] : []))
  const ordinary = Object.entries(ORDINARY).flatMap(([name, set]) =>
    (existsSync(join(folder, 'pii', name)) ? rowsOf(join(folder, 'pii', name)) : [])
      .filter((_, index) => index % EVERY === 0)
      .flatMap((row) => (hasText(row) ? [{ text: row.text, attack: false, set, weight: 0.5 }] : [])),
  )
  const known = new Set(labelled.map(({ text }) => text))
  return [...labelled, ...ordinary.filter(({ text }) => !known.has(text))]
}

function rowsOf(file: string): readonly unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}

function hasText(row: unknown): row is { readonly text: string } {
  return typeof row === 'object' && row !== null && 'text' in row
}

function isLabelled(row: unknown): row is { readonly text: string; readonly label: number; readonly set: string } {
  return hasText(row) && 'label' in row && 'set' in row
}
