import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GIVEN_NAMES } from './lists/given-names.js'
import { CITIES, COUNTRIES } from './lists/places.js'
import { SURNAMES } from './lists/surnames.js'
import { isKeptName } from './split.js'

/** Names of people who may be called so together. */
export interface People {
  readonly given: readonly string[]
  readonly surnames: readonly string[]
}

export interface NameLists {
  /** By language and country, and this project's own. */
  readonly people: readonly People[]
  readonly given: readonly string[]
  readonly surnames: readonly string[]
  readonly cities: readonly string[]
  readonly countries: readonly string[]
}

/** Entries of a list that is written with blanks between them. */
export function wordsOf(list: string): readonly string[] {
  return list.split(/\s+/).filter((word) => word !== '')
}

/** Entries of a list that is written with commas between them. */
export function entriesOf(list: string): readonly string[] {
  return list
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** Reads `names/first.csv`, `last.csv` and `city.csv` (`name,locales`) of a folder, without the names that are kept. */
export function readNameLists(directory: string): NameLists {
  const first = readCsv(join(directory, 'names', 'first.csv'))
  const last = readCsv(join(directory, 'names', 'last.csv'))
  const city = readCsv(join(directory, 'names', 'city.csv'))
  const given = byLocale(first)
  const surnames = byLocale(last)
  const people = [...given].flatMap(([locale, names]) => {
    const family = surnames.get(locale) ?? []
    return names.length > 20 && family.length > 20 ? [{ given: names, surnames: family }] : []
  })
  const own = { given: wordsOf(GIVEN_NAMES), surnames: wordsOf(SURNAMES) }
  return {
    // The project's own names are those that most texts have.
    people: [...people, ...Array.from({ length: 12 }, () => own)],
    given: [...first.map(([name]) => name), ...own.given],
    surnames: [...last.map(([name]) => name), ...own.surnames],
    cities: [...city.map(([name]) => name), ...entriesOf(CITIES)],
    countries: entriesOf(COUNTRIES),
  }
}

type Row = readonly [name: string, locales: readonly string[]]

function readCsv(file: string): readonly Row[] {
  const rows = readFileSync(file, 'utf8').split('\n').slice(1)
  return rows.flatMap((row) => {
    const comma = row.lastIndexOf(',')
    const name = row.slice(0, comma).replaceAll('"', '').trim()
    return comma < 1 || name === '' || isKeptName(name)
      ? []
      : [
          [
            name,
            row
              .slice(comma + 1)
              .trim()
              .split(' '),
          ] as const,
        ]
  })
}

function byLocale(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, string[]>()
  for (const [name, locales] of rows) {
    for (const locale of locales) {
      const list = lists.get(locale)
      if (list) list.push(name)
      else lists.set(locale, [name])
    }
  }
  return lists
}
