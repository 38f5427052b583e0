import type { Place, Source, SourceOf } from '../../../core/content.js'

/** Of an API that knows no roles: all is the user's. */
export const usersOwn: SourceOf = () => undefined

/** Looks sources up by a name, a role or a type; whatever else a client has put there finds none. */
export function sources(bySaid: Readonly<Record<string, Source>>): ReadonlyMap<unknown, Source> {
  return new Map<unknown, Source>(Object.entries(bySaid))
}

/** Whether a place is an entry of the body's list of this name: `messages[0]`. */
export function isEntryOf(place: Place, list: string): boolean {
  return place.length === 2 && place[0] === list && typeof place[1] === 'number'
}

/** Whether a place is an entry of a list that such an entry has: `messages[0].content[1]`. */
export function isEntryWithin(place: Place, list: string, inner: string): boolean {
  return (
    place.length === 4 &&
    place[0] === list &&
    typeof place[1] === 'number' &&
    place[2] === inner &&
    typeof place[3] === 'number'
  )
}
