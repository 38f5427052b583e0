import { sortedInSteps } from '../../../core/sorted.js'
import { eachInSteps, type Steps } from '../../../core/turns.js'
import type { Place } from '../guard.js'

/** Units that a place takes. */
const PLACE = 1

/**
 * The places in order, those that overlap put together, in steps. What one of several says is written there stands only where its place
 * contains the others.
 */
export function* mergePlaces(places: readonly Place[]): Steps<readonly Place[]> {
  const merged: Place[] = []
  function add(place: Place): void {
    const last = merged.at(-1)
    if (last === undefined || last.text !== place.text || last.end <= place.start) merged.push(place)
    else if (place.end > last.end) {
      const { text, start } = last
      merged[merged.length - 1] = { text, start, end: place.end }
    }
  }
  yield* eachInSteps(yield* sortedInSteps(places, inOrder), () => PLACE, add)
  return merged
}

function inOrder(left: Place, right: Place): number {
  return left.text - right.text || left.start - right.start || right.end - left.end
}
