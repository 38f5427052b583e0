import type { NameKind } from '../../policies/pii/names/labels.js'
import type { Addresses } from './addresses.js'
import { NATIONALITIES } from './lists/places.js'
import type { MadeUp } from './made-up.js'
import { wordsOf } from './name-lists.js'
import type { Random } from './random.js'
import { type Sample, sampleBuilder } from './sample.js'

const NATIONS = wordsOf(NATIONALITIES)
const TITLES = ['Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Mr', 'Mrs', 'Ms', 'Dr', 'Miss', 'Prof.']
const ROLES = [
  'Uncle',
  'Aunt',
  'Brother',
  'Sister',
  'Teacher',
  'Coach',
  'Manager',
  'Director',
  'Officer',
  'Detective',
  'Master',
  'Old',
]
const LOW_ROLES = [
  'brother',
  'sister',
  'friend',
  'colleague',
  'boss',
  'wife',
  'husband',
  'neighbor',
  'cousin',
  'teacher',
  'son',
  'daughter',
]
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'Christmas', 'tomorrow']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

type Filler = readonly [fill: () => string, kind?: NameKind]

/** Fills the slots of phrases. */
export function createFiller(madeUp: MadeUp, addresses: Addresses, random: Random): (phrase: string) => Sample {
  const number = (): string => String(1 + random.integer(random.chance(0.5) ? 99 : 9999))
  const email = (): string => `${madeUp.given().toLowerCase().replaceAll(' ', '')}@example.com`
  const date = (): string =>
    random.pick([
      `${1 + random.integer(12)}/${1 + random.integer(28)}/${1940 + random.integer(80)}`,
      `${1940 + random.integer(80)}-0${1 + random.integer(9)}-1${random.integer(9)}`,
      `${1 + random.integer(28)} ${random.pick(MONTHS)} ${1940 + random.integer(80)}`,
      `${random.pick(MONTHS)} ${1 + random.integer(28)}, ${1940 + random.integer(80)}`,
    ])
  const slots: Readonly<Record<string, Filler>> = {
    person: [madeUp.person, 'person'],
    first: [madeUp.given, 'person'],
    last: [madeUp.surname, 'person'],
    pinyin: [madeUp.pinyin, 'person'],
    pinyinlast: [madeUp.pinyinSurname, 'person'],
    title: [() => random.pick(TITLES), 'person'],
    role: [() => random.pick(ROLES), 'person'],
    lowrole: [() => random.pick(LOW_ROLES)],
    city: [madeUp.city, 'location'],
    country: [madeUp.country, 'location'],
    org: [madeUp.organization, 'organization'],
    address: [addresses.address, 'postal_address'],
    street: [addresses.street, 'postal_address'],
    email: [email],
    phone: [() => `${100 + random.integer(899)}-555-01${10 + random.integer(89)}`],
    day: [() => random.pick(DAYS)],
    month: [() => random.pick(MONTHS)],
    date: [date],
    year: [() => String(1900 + random.integer(125))],
    nation: [() => random.pick(NATIONS)],
    n: [number],
  }
  return (phrase) => {
    const sample = sampleBuilder()
    const parts = phrase.replaceAll('\\n', '\n').split(/(\{[a-z]+\})/)
    for (let index = 0; index < parts.length; index++) {
      const [fill, kind] = slots[parts[index]?.slice(1, -1) ?? ''] ?? []
      if (!fill || !parts[index]?.startsWith('{')) sample.add(parts[index] ?? '')
      else if (isPrefix(parts[index]) && parts[index + 1] === ' ' && parts[index + 2] !== undefined) {
        // A title is part of the name behind it.
        const [rest] = slots[parts[index + 2]?.slice(1, -1) ?? ''] ?? [() => '']
        sample.add(`${fill()} ${rest()}`, kind)
        index += 2
      } else sample.add(fill(), kind)
    }
    return sample.done()
  }
}

function isPrefix(slot: string | undefined): boolean {
  return slot === '{title}' || slot === '{role}'
}
