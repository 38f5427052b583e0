import type { Steps } from './turns.js'

/** Items that are sorted, or put together, in one step; and units that one of them takes. */
const TOGETHER = 2048
const ITEM = 1

/** The items in order, equal ones as they were (as `toSorted` does it), in steps. What is in order already is given back. */
export function* sortedInSteps<T>(items: readonly T[], compare: (left: T, right: T) => number): Steps<readonly T[]> {
  if (yield* isSorted(items, compare)) return items
  const runs: (readonly T[])[] = []
  for (let from = 0; from < items.length; from += TOGETHER) {
    yield TOGETHER * ITEM
    runs.push(items.slice(from, from + TOGETHER).sort(compare))
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = []
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* mergedRuns(runs[at] ?? [], runs[at + 1] ?? [], compare))
    runs.splice(0, runs.length, ...merged)
  }
  return runs[0] ?? []
}

function* isSorted<T>(items: readonly T[], compare: (left: T, right: T) => number): Steps<boolean> {
  for (let at = 1; at < items.length; at++) {
    if (at % TOGETHER === 0) yield (TOGETHER * ITEM) / 4
    if (compare(items[at - 1] as T, items[at] as T) > 0) return false
  }
  return true
}

function* mergedRuns<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (left: T, right: T) => number,
): Steps<readonly T[]> {
  const merged: T[] = []
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    if (merged.length % TOGETHER === 0) yield (TOGETHER * ITEM) / 4
    const isLeft = r === right.length || (l < left.length && compare(left[l] as T, right[r] as T) <= 0)
    merged.push(isLeft ? (left[l++] as T) : (right[r++] as T))
  }
  return merged
}
