import { FAMILIES } from '../families.js'
import { LAYERS } from '../layers/layer.js'
import { CONCEPTS } from '../lexicon/concepts.js'
import { MARKS } from '../read/normalise.js'
import { RULES } from '../rules/match.js'
import { PATTERNS } from '../rules/patterns.js'
import { hashOf } from './hash.js'

/** Things that are not a concept, rule or mark: the shape of a text. */
export const SHAPES = [
  'bias',
  'short',
  'medium',
  'question',
  'signs',
  'digits',
  'dense',
  'many_mentions',
  'many_rules',
  'many_families',
  'starts_dismiss',
  'imperatives',
  'you_many',
  'quoted',
  'foreign',
  'hidden_order',
  'disguised_order',
  'spoken_about',
] as const
export type Shape = (typeof SHAPES)[number]

/** Where a group of weights begins, how many it has, and how much one feature of it counts while training. */
export interface Group {
  readonly from: number
  readonly size: number
}

const SIZES = { word: 1 << 14, pair: 1 << 15, piece: 1 << 15, chain: 1 << 14 } as const

const pair = { from: SIZES.word, size: SIZES.pair }
const piece = { from: pair.from + pair.size, size: SIZES.piece }
const chain = { from: piece.from + piece.size, size: SIZES.chain }
const concept = { from: chain.from + chain.size, size: CONCEPTS.length }
const opening = { from: concept.from + concept.size, size: CONCEPTS.length }
const rule = { from: opening.from + opening.size, size: RULES.length }
/** With or without, and without anything that speaks about attacks. */
const family = { from: rule.from + rule.size, size: 2 * FAMILIES.length }
/** Once, and three times or more. */
const mark = { from: family.from + family.size, size: 2 * MARKS.length }
/** In such a layer, and around one. */
const layer = { from: mark.from + mark.size, size: 2 * LAYERS.length }
const shape = { from: layer.from + layer.size, size: SHAPES.length }

/**
 * The groups of features: hashed words, pairs of words, pieces of words (`word`, `pair`, `piece`; each counts by the root of the
 * window's words), hashed chains of concepts, and the named rest, each there or not.
 */
export const GROUPS = {
  ...{ word: { from: 0, size: SIZES.word }, pair, piece, chain, concept, opening, rule, family, mark, layer, shape },
} as const satisfies Readonly<Record<string, Group>>

/** How many weights there are. */
export const FEATURES = shape.from + shape.size

/** Changes with everything that weights depend on but the words of the lexicon. */
export const LAYOUT = hashOf(JSON.stringify([CONCEPTS, PATTERNS, MARKS, LAYERS, SHAPES, SIZES]))
