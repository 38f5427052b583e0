import { type Decided, type Lane, piecesOf } from '../../../../policies/content/piece.js'
import type { Work } from '../../../../policies/pii/answer/stages.js'
import type { Decision, Judge } from '../../../../policies/pii/answer/treatment.js'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import type { Placeholders } from '../../../../policies/pii/placeholders/placeholders.js'
import { placeholdersOf } from '../placeholders/digest.js'

export const detector = createDetector({
  deny: { project: ['Blue Heron'] },
  patterns: [{ name: 'staff', pattern: 'EMP-[0-9]{4,6}' }],
})

/** Values that a client's request had, with their placeholders. */
export const ORIGINALS = {
  email: 'ann.lee@corp-mail.com',
  phone: '+1 212 555 0147',
  us_ssn: '536-22-8145',
  quoted: 'a "b\\c"\n\ud83d\ude00',
}

export interface Known {
  readonly placeholders: Placeholders
  readonly of: Readonly<Record<keyof typeof ORIGINALS, string>>
}

export function known(): Known {
  const placeholders = placeholdersOf()
  const made = Object.entries(ORIGINALS).map(([entity, value]) => [entity, placeholders.placeholderFor(entity, value)])
  return { placeholders, of: Object.fromEntries(made) }
}

/** Every value becomes its entity in angle brackets, but for URLs, which stay, and staff numbers, which block. */
export function treat({ entity }: { readonly entity: string }): Decision {
  if (entity === 'url') return 'leave'
  return entity === 'staff' ? 'block' : { replace: `<${entity}>` }
}

export function judge(count: (entity: string) => void = () => {}, placeholders?: Placeholders): Judge {
  return { detector, treat, count, isKnown: (value) => placeholders?.has(value) ?? false }
}

export function workOf({ placeholders }: Pick<Known, 'placeholders'>): Work {
  return { placeholders, judge: judge(() => {}, placeholders) }
}

/** What a lane makes of a text, and how it went. */
export interface Run {
  readonly text: string
  readonly blocked: boolean
  /** Units of input that were held after each piece. */
  readonly held: readonly number[]
  /** What had come out after each piece. */
  readonly outputs: readonly string[]
}

export function run(lane: Lane, pieces: readonly string[]): Run {
  const all = pieces.join('')
  const held: number[] = []
  const outputs: string[] = []
  let come = 0
  let gone = 0
  let text = ''
  let blocked = false
  const take = (made: Decided): void => {
    for (const piece of piecesOf(made)) {
      if (blocked) throw new Error('something follows what blocks')
      if (piece.kind === 'blocked') blocked = true
      else {
        text += piece.kind === 'same' ? all.slice(gone, gone + piece.length) : piece.text
        gone += piece.length
      }
    }
    if (gone > come) throw new Error('more came out than went in')
  }
  for (const piece of pieces) {
    come += piece.length
    take(lane.push(piece))
    held.push(come - gone)
    outputs.push(text)
  }
  take(lane.end())
  if (!blocked && gone !== come) throw new Error(`${come - gone} units are lost`)
  return { text, blocked, held, outputs }
}

/** The text cut at these places. */
export function cutAt(text: string, ...places: readonly number[]): readonly string[] {
  const bounds = [0, ...places, text.length]
  return bounds.slice(1).map((end, index) => text.slice(bounds[index], end))
}

/** The text in pieces of that length. */
export function inPieces(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  )
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
