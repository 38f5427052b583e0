import { LONGEST_SECRET, type SecretIndex } from '../../secrets/compile.js'
import type { Entity } from '../entity.js'
import { compileForms, type FormAutomaton } from './forms.js'
import { compileLexicon, type Lexicon } from './lexicon.js'
import { compileTerms, type Terms } from './terms.js'

/** Everything that a scan needs to know and that no text changes. */
export interface Rules {
  readonly entities: readonly Entity[]
  readonly lexicon: Lexicon
  readonly automaton: FormAutomaton
  /** The least confidence that is reported, by entity. */
  readonly thresholds: Float64Array
  /** Places of the entities with a reader of their own; -1 where they are not asked for. */
  readonly places: Places
  /** What is always reported; undefined where there is no such term. */
  readonly terms: Terms | undefined
  /** Places of the entities that are known by their label only. */
  readonly labelled: readonly number[]
  /** The shortest of their values that may be a word of letters only. */
  readonly shortestWord: number
  /** No value begins with more letters and digits in a row. */
  readonly longestToken: number
  /** Countries whose national phone numbers are known without a label. */
  readonly regions: readonly string[]
  /** Rules for secrets; undefined where none are looked for. Their entities are numbered behind `entities`. */
  readonly secrets: SecretIndex | undefined
}

interface Places {
  readonly card: number
  readonly phone: number
  readonly email: number
  readonly upi: number
  readonly url: number
  readonly ip: number
  readonly wallets: Readonly<Record<string, number>>
}

/** What the rules are made from. */
export interface RuleSources {
  readonly entities: readonly Entity[]
  readonly regions: readonly string[]
  /** Terms by the name of their entity, which is one of `entities`. */
  readonly terms: readonly (readonly [entity: string, term: string])[]
  readonly secrets?: SecretIndex | undefined
  thresholdOf(entity: string): number
}

/** Wallets are up to 90, the host of an address up to 64, everything else is shorter. */
const LONGEST_TOKEN = 128

export function compileRules({ entities, regions, terms, secrets, thresholdOf }: RuleSources): Rules {
  const place = (name: string): number => entities.findIndex((entity) => entity.name === name)
  const wallets = entities.flatMap(({ name }, index) => (name.endsWith('_address') ? [[name, index] as const] : []))
  return {
    entities,
    regions,
    secrets,
    longestToken: secrets ? LONGEST_SECRET : LONGEST_TOKEN,
    lexicon: compileLexicon(entities),
    automaton: compileForms(entities),
    thresholds: Float64Array.from(entities, ({ name }) => thresholdOf(name)),
    terms: terms.length > 0 ? compileTerms(terms.map(([name, term]) => [place(name), term])) : undefined,
    shortestWord: Math.min(
      ...entities.map(({ value }) => (value?.minDigits === 0 ? value.minLength : Number.POSITIVE_INFINITY)),
    ),
    labelled: entities.flatMap(({ value }, index) => (value ? [index] : [])),
    places: {
      card: place('credit_card'),
      phone: place('phone'),
      email: place('email'),
      upi: place('in_upi_id'),
      url: place('url'),
      ip: place('ip_address'),
      wallets: Object.fromEntries(wallets),
    },
  }
}
