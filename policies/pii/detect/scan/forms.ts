import type { Check, Entity } from '../entity.js'

/** A form of an entity, as the automaton reports it. */
export interface FormRule {
  /** The entity's place in the list it was compiled from. */
  readonly entity: number
  readonly confidence: number
  readonly check: Check | undefined
}

/** A deterministic automaton over all forms; state 0 is the start, -1 is no state. */
export interface FormAutomaton {
  readonly transitions: Int16Array
  /** What has been read completely in a state. */
  readonly accepts: readonly (readonly FormRule[] | undefined)[]
  /** Whether a state accepts anything. */
  readonly ends: Uint8Array
}

const SEPARATORS = ' -./:()+,'
/** Classes of characters: digits, letters, and one for each separator. */
export const SYMBOLS = 2 + SEPARATORS.length

function symbolOf(code: number): number {
  if (code >= 48 && code <= 57) return 0
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return 1
  const separator = SEPARATORS.indexOf(String.fromCharCode(code))
  return separator < 0 ? -1 : separator + 2
}

/** The class of an ASCII character, -1 for what no form has. */
export const SYMBOL_TABLE = Int8Array.from({ length: 128 }, (_, code) => symbolOf(code))

function accepted(character: string): readonly number[] {
  if (character === 'X') return [0, 1]
  return character === '9' ? [0] : character === 'A' ? [1] : [symbolOf(character.charCodeAt(0))]
}

interface WrittenForm {
  readonly form: string
  readonly rule: FormRule
}

/** A place in a form, as one number: which form times this, plus how many characters of it have been read. */
const PLACES = 64

/** The places after reading `symbol` at `places`, in order. */
function follow(written: readonly WrittenForm[], places: readonly number[], symbol: number): readonly number[] {
  return places.flatMap((place) => {
    const character = written[Math.floor(place / PLACES)]?.form[place % PLACES]
    return character !== undefined && accepted(character).includes(symbol) ? [place + 1] : []
  })
}

/** Subset construction over the forms of all entities. Throws on a form that is longer than 63 characters. */
export function compileForms(entities: readonly Entity[]): FormAutomaton {
  const written = entities.flatMap((entity, index) =>
    (entity.forms ?? []).map(({ form, confidence, check = entity.check }) => ({
      form,
      rule: { entity: index, confidence, check },
    })),
  )
  if (written.some(({ form }) => form.length >= PLACES)) throw new Error('a form is too long')
  const states = [written.map((_, index) => index * PLACES) as readonly number[]]
  const numbers = new Map<string, number>()
  const transitions: number[] = []
  for (let state = 0; state < states.length; state++) {
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      const next = follow(written, states[state] ?? [], symbol)
      transitions.push(next.length === 0 ? -1 : numberOf(next, states, numbers))
    }
  }
  const accepts = states.map((places) => complete(written, places))
  return {
    transitions: Int16Array.from(transitions),
    accepts,
    ends: Uint8Array.from(accepts, (rules) => (rules ? 1 : 0)),
  }
}

function numberOf(places: readonly number[], states: (readonly number[])[], numbers: Map<string, number>): number {
  const key = places.join()
  const known = numbers.get(key)
  if (known !== undefined) return known
  numbers.set(key, states.length)
  return states.push(places) - 1
}

function complete(written: readonly WrittenForm[], places: readonly number[]): readonly FormRule[] | undefined {
  const rules = places.flatMap((place) => {
    const form = written[Math.floor(place / PLACES)]
    return form && form.form.length === place % PLACES ? [form.rule] : []
  })
  return rules.length === 0 ? undefined : rules
}
