import type { Steps } from '../../core/turns.js'

/** Code points from one place that is remembered to the next. */
const EVERY = 256

/** UTF-16 units that are read in one step, and how many of them are a unit of work. */
const READ = 16 * 1024
const PER_UNIT = 16

/**
 * Turns offsets in Unicode code points, as services count, into those in UTF-16 units. Undefined for what is no offset of the text.
 */
export function* codePointOffsets(text: string): Steps<(offset: number) => number | undefined> {
  const places: number[] = []
  let points = 0
  for (let at = 0; at < text.length; ) {
    const to = Math.min(text.length, at + READ)
    yield (to - at) / PER_UNIT
    for (; at < to; at += unitsAt(text, at)) if (points++ % EVERY === 0) places.push(at)
  }
  return (offset) => {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > points) return undefined
    if (points === text.length) return offset
    let at = places[Math.floor(offset / EVERY)] ?? text.length
    for (let left = offset % EVERY; left > 0; left--) at += unitsAt(text, at)
    return at
  }
}

/** How many code points the text has up to this unit. */
export function* codePointsBefore(text: string, unit: number): Steps<number> {
  let points = 0
  for (let at = 0; at < unit; ) {
    const to = Math.min(unit, at + READ)
    yield (to - at) / PER_UNIT
    for (; at < to; at += unitsAt(text, at)) points++
  }
  return points
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
