import { ENTITIES } from '../detect/entities/index.js'
import type { Check, Entity } from '../detect/entity.js'
import { compactOf } from '../detect/scan/read-forms.js'
import type { Random } from './digest.js'
import { otherCharacter } from './substitute.js'

const BY_NAME: ReadonlyMap<string, Entity> = new Map(ENTITIES.map((entity) => [entity.name, entity]))
/** Letters and digits at the beginning that say what the number is: a country, a kind of document. */
const KEPT: Readonly<Record<string, number>> = { eu_vat: 2, ch_ahv: 3, ae_emirates_id: 3 }
const ANYTHING: Check = () => true
const DIRECT = 400
const PROPOSALS = 1_500
const STEPS_PER_PLACE = 2

/**
 * Another value of a known entity in the same form, with its check digits and dates right: all that can be told by the entity's
 * own check. First everything is drawn anew; where hardly any value passes (a date, two check digits), a walk goes from the
 * original over values that pass, a few places at a time, until little is left of it. Undefined where the original itself passes no
 * check; the original where no other value was met.
 */
export function otherChecked(entity: string, value: string, random: Random): string | undefined {
  const passes = checkOf(entity, value)
  const places = placesOf(entity, value)
  if (!passes || places.length === 0) return undefined
  for (let tries = 0; tries < DIRECT; tries++) {
    const drawn = redrawn(value, places, random)
    if (passes(drawn)) return drawn
  }
  return walked(value, places, passes, random)
}

function walked(value: string, places: readonly number[], passes: (value: string) => boolean, random: Random): string {
  let current = value
  const wanted = places.length * STEPS_PER_PLACE
  for (let steps = 0, tries = 0; steps < wanted && tries < PROPOSALS; tries++) {
    const some = Array.from({ length: 2 + random(2) }, () => places[random(places.length)] ?? 0)
    const proposed = redrawn(current, some, random)
    if (proposed === current || !passes(proposed)) continue
    current = proposed
    steps++
  }
  const left = places.filter((place) => current[place] === value[place]).length
  return left * 2 > places.length ? value : current
}

function redrawn(value: string, places: readonly number[], random: Random): string {
  const characters = value.split('')
  for (const place of places) characters[place] = otherCharacter(characters[place] ?? '', random)
  return characters.join('')
}

function placesOf(entity: string, value: string): readonly number[] {
  const places = Array.from(value.matchAll(/[A-Za-z\d]/g), ({ index }) => index)
  return places.slice(KEPT[entity] ?? 0)
}

/** Whether a value of the same shape as `value` is one as surely as `value` is; undefined where `value` is none. */
function checkOf(name: string, value: string): ((other: string) => boolean) | undefined {
  const entity = BY_NAME.get(name)
  const labelled = entity?.value ? [entity.value.check ?? ANYTHING] : []
  const checks = entity ? [...formChecks(entity, value), ...labelled] : []
  const check = checks.find((known) => known(compactOf(value), value))
  return check && ((other) => check(compactOf(other), other))
}

/** The checks of the forms that `value` has, the surest first. */
function formChecks(entity: Entity, value: string): readonly Check[] {
  return (entity.forms ?? [])
    .filter(({ form }) => hasForm(value, form))
    .toSorted((left, right) => right.confidence - left.confidence)
    .map(({ check }) => check ?? entity.check ?? ANYTHING)
}

const SYMBOLS: Readonly<Record<string, RegExp>> = { 9: /\d/, A: /[A-Za-z]/, X: /[A-Za-z\d]/ }

function hasForm(value: string, form: string): boolean {
  if (value.length !== form.length) return false
  return Array.from(form).every((symbol, index) => {
    const character = value[index] ?? ''
    return SYMBOLS[symbol]?.test(character) ?? symbol === character
  })
}
