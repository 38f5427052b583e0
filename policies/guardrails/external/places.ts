import type { Place } from '../guard.js'

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
