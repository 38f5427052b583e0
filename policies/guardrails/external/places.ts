import type { Steps } from '../../../core/turns.js'
import type { Place } from '../guard.js'

/** Units that a place takes. */
const PLACE = 2

/**
 * The places in order, those that overlap put together. What one of several says is written there stands only where its place
 * contains the others.
 */
export function mergePlaces(places: readonly Place[]): readonly Place[] {
  const sorted = [...places].sort((a, b) => a.text - b.text || a.start - b.start || b.end - a.end)
  const merged: Place[] = []
  for (const place of sorted) {
    const last = merged.at(-1)
    if (last === undefined || last.text !== place.text || last.end <= place.start) merged.push(place)
    else if (place.end > last.end) {
      const { text, start } = last
      merged[merged.length - 1] = { text, start, end: place.end }
    }
  }
  return merged
}

/** The same of several lists, in steps: each of some thousands, in the order of the texts, so that only neighbours overlap. */
export function* joinPlaces(lists: readonly (readonly Place[])[]): Steps<readonly Place[]> {
  const joined: Place[] = []
  for (const list of lists) {
    yield PLACE * (1 + list.length)
    const sorted = mergePlaces(list)
    const [first] = sorted
    let apart = joined.length
    while (first && apart > 0 && reaches(joined[apart - 1], first)) apart--
    for (const place of mergePlaces([...joined.splice(apart), ...sorted])) joined.push(place)
  }
  return joined
}

/** Whether a place is not wholly before another. */
function reaches(place: Place | undefined, { text, start }: Place): boolean {
  return place !== undefined && (place.text > text || (place.text === text && place.end > start))
}
