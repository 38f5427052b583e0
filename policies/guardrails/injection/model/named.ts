import { FAMILIES, type Family } from '../families.js'
import { LAYERS, type LayerKind } from '../layers/layer.js'
import { CONCEPTS, type Concept } from '../lexicon/concepts.js'
import { MARKS } from '../read/normalise.js'
import type { View } from '../read/view.js'
import { RULES } from '../rules/match.js'
import { hashPair } from './hash.js'
import { GROUPS, SHAPES, type Shape } from './layout.js'
import type { Window } from './windows.js'

/** Where a view stands among the layers of its text. */
export interface Setting {
  /** What it was hidden in. */
  readonly inside?: LayerKind | undefined
  /** What is hidden in it, and where. */
  readonly holds: readonly { readonly kind: LayerKind; readonly at: number }[]
}

const { chain, concept, opening, rule, family, mark, layer, shape } = GROUPS
const conceptIndex = (name: Concept): number => CONCEPTS.indexOf(name)
const DISMISS = conceptIndex('dismiss')
const YOU: ReadonlySet<number> = new Set([conceptIndex('you'), conceptIndex('your')])

/** What is said of attacks by those who do not attack. */
const ABOUT: ReadonlySet<number> = new Set(
  ['mention', 'attack', 'explain'].map((name) => conceptIndex(name as Concept)),
)

/** Words between two concepts of a chain. */
const CLOSE = 2
const NEAR = 7
/** Concepts that a chain may leave out, looking for the next one. */
const AHEAD = 4
const OFTEN = 3

/**
 * Hands over the named features of a window and its chains of concepts, each once: `add` is told an index, and says nothing
 * about the order. Of the rules only those in `families` count.
 */
export function eachNamed(
  view: View,
  window: Window,
  { inside, holds }: Setting,
  families: ReadonlySet<string>,
  add: (index: number) => void,
): void {
  const { tokens, normal } = view
  const start = tokens[window.from]?.start ?? 0
  const end = tokens[window.to - 1]?.end ?? 0
  const whole = window.from === 0
  const has = (at: number): boolean => (at >= start || whole) && at <= end
  const flags = new Set<Shape>(['bias'])
  const mentions = within(view.mentions, start, end)
  let openings = 0
  let addressed = 0
  for (const [index, { concept: about, first }] of mentions.entries()) {
    add(concept.from + about)
    if (YOU.has(about)) addressed++
    if (first) {
      add(opening.from + about)
      openings++
      if (about === DISMISS) flags.add('starts_dismiss')
    }
    addChains(mentions, index, add)
  }
  const found = new Set<string>()
  let rules = 0
  for (const { rule: applied } of within(view.hits, start, end)) {
    const name = RULES[applied]?.family ?? 'learned'
    if (!families.has(name)) continue
    add(rule.from + applied)
    found.add(name)
    rules++
  }
  const about = mentions.some(({ concept: one }) => ABOUT.has(one))
  for (const name of found) {
    const index = family.from + 2 * FAMILIES.indexOf(name as Family)
    add(index)
    if (!about) add(index + 1)
  }
  if (about) flags.add('spoken_about')
  const counts = new Map<number, number>()
  for (const { kind, at } of view.marks) {
    if (!has(at)) continue
    const index = MARKS.indexOf(kind)
    const count = (counts.get(index) ?? 0) + 1
    counts.set(index, count)
    if (count === 1) add(mark.from + 2 * index)
    if (count === OFTEN) add(mark.from + 2 * index + 1)
  }
  if (inside !== undefined) add(layer.from + 2 * LAYERS.indexOf(inside))
  for (const { kind, at } of holds) if (has(at)) add(layer.from + 2 * LAYERS.indexOf(kind) + 1)
  if (rules > 0 && inside !== undefined && inside !== 'plain') flags.add('hidden_order')
  if (rules > 0 && counts.size > 0) flags.add('disguised_order')
  if (openings > 3) flags.add('imperatives')
  if (addressed > 3) flags.add('you_many')
  const words = window.to - window.from
  if (mentions.length > 0.45 * words) flags.add('many_mentions')
  if (rules > 5) flags.add('many_rules')
  if (found.size > 2) flags.add('many_families')
  addShape(normal.text, start, end, words, flags)
  for (const flag of flags) add(shape.from + SHAPES.indexOf(flag))
}

/** What lies within a range; both lists are in the order of their ends or nearly so, and short. */
function within<Found extends { readonly start: number; readonly end: number }>(
  all: readonly Found[],
  start: number,
  end: number,
): readonly Found[] {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle]?.end ?? 0) < start) low = middle + 1
    else high = middle
  }
  const found: Found[] = []
  for (let index = low; index < all.length; index++) {
    const one = all[index]
    if (one === undefined || one.end > end) break
    if (one.start >= start) found.push(one)
  }
  return found
}

function addChains(mentions: View['mentions'], index: number, add: (index: number) => void): void {
  const first = mentions[index]
  if (first === undefined) return
  for (let next = index + 1; next <= index + AHEAD; next++) {
    const second = mentions[next]
    if (second === undefined || second.at - first.after > NEAR) break
    const two = hashPair(first.concept + 1, second.concept + 1)
    add(chain.from + (two & (chain.size - 1)))
    if (second.at - first.after <= CLOSE) add(chain.from + (hashPair(two, 7) & (chain.size - 1)))
    const third = mentions[next + 1]
    if (third === undefined || third.at - second.after > NEAR) continue
    add(chain.from + (hashPair(two, third.concept + 1000) & (chain.size - 1)))
  }
}

/** Fewer chains count in full; of more each counts the less, so that long texts have no more of them than short ones. */
const FEW_CHAINS = 6

/** What each of a window's chains counts. */
export function chainShare(chains: number): number {
  return Math.sqrt(FEW_CHAINS / Math.max(FEW_CHAINS, chains))
}

const SHORT = 8
const MEDIUM = 30

function addShape(text: string, start: number, end: number, words: number, flags: Set<Shape>): void {
  let letters = 0
  let digits = 0
  let spaces = 0
  let other = 0
  let quotes = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code >= 97 && code <= 122) letters++
    else if (code >= 48 && code <= 57) digits++
    else if (code <= 32) spaces++
    else if (code > 0xbf) other++
    if (code === 34) quotes++
  }
  const size = Math.max(1, end - start)
  if (words <= SHORT) flags.add('short')
  else if (words <= MEDIUM) flags.add('medium')
  if (text.slice(Math.max(start, end - 3), end + 2).includes('?')) flags.add('question')
  if (size - letters - digits - spaces - other > 0.15 * size) flags.add('signs')
  if (digits > 0.1 * size) flags.add('digits')
  if (quotes > 1) flags.add('quoted')
  if (other > 0.3 * size) flags.add('dense')
  else if (other > 0.01 * size) flags.add('foreign')
}
