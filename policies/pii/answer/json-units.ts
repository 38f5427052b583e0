/** Where a unit of decoded JSON stands. */
export type Place = 'string' | 'number' | 'elsewhere'

/**
 * How long the units of decoded JSON are as they were written, and where they stand, from the first that has not been taken.
 * Only what is not one unit long is remembered.
 */
export interface JsonUnits {
  /** Notes `count` more units, each as long as itself. */
  add(count: number, place: Place): void
  /** Notes one unit of a string that was written as an escape of that length. */
  addEscape(length: number): void
  /** Where the next unit stands. */
  place(): Place
  /** The written length of the next `count` units, which are taken. */
  take(count: number): number
}

/** What was taken is forgotten from time to time. */
const FORGET = 1024

export function createJsonUnits(): JsonUnits {
  let added = 0
  let taken = 0
  let escapes: { readonly at: number; readonly more: number }[] = []
  let nextEscape = 0
  /** Each place with the offset from which on units stand there. */
  let places: { readonly from: number; readonly place: Place }[] = []
  let current = 0

  const add = (count: number, place: Place): void => {
    if (places.at(-1)?.place !== place) places.push({ from: added, place })
    added += count
  }
  /** Goes on to the place of the next unit. */
  const reach = (): void => {
    while ((places[current + 1]?.from ?? Number.POSITIVE_INFINITY) <= taken) current++
  }
  const forget = (): void => {
    if (nextEscape > FORGET) {
      escapes = escapes.slice(nextEscape)
      nextEscape = 0
    }
    if (current > FORGET) {
      places = places.slice(current)
      current = 0
    }
  }
  return {
    add,
    addEscape(length) {
      escapes.push({ at: added, more: length - 1 })
      add(1, 'string')
    },
    place() {
      reach()
      return places[current]?.place ?? 'elsewhere'
    },
    take(count) {
      taken += count
      let length = count
      for (; (escapes[nextEscape]?.at ?? taken) < taken; nextEscape++) length += escapes[nextEscape]?.more ?? 0
      reach()
      forget()
      return length
    },
  }
}
