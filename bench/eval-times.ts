import type { Detector } from '../policies/pii/detect/detector.js'

const REPEATS = 7
/** As much text as is read for one figure. */
const ENOUGH = 400_000
const MEGABYTE = 1_000_000

/** CPU milliseconds that reading each part of the text takes, warm; parts of `size` units of the text, repeated. */
export function timesOf(detector: Detector, text: string, size: number): readonly number[] {
  const repeated = text.repeat(Math.ceil(ENOUGH / text.length))
  const parts = Array.from({ length: Math.floor(repeated.length / size) }, (_, index) =>
    repeated.slice(index * size, (index + 1) * size),
  )
  for (let warm = 0; warm < 3; warm++) for (const part of parts) detector.find(part)
  return parts.map((part) => milliseconds(() => detector.find(part)))
}

/** CPU milliseconds of the longest step of a sliced scan of a megabyte; the best of some, as in `milliseconds`. */
export function longestStep(detector: Detector, text: string): number {
  const megabyte = text.repeat(Math.ceil(MEGABYTE / text.length)).slice(0, MEGABYTE)
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const slices = detector.findSliced(megabyte)
    let longest = 0
    for (let done = false; !done; ) {
      const before = process.cpuUsage()
      done = slices.next().done ?? false
      const { user, system } = process.cpuUsage(before)
      longest = Math.max(longest, (user + system) / 1000)
    }
    best = Math.min(best, longest)
  }
  return best
}

/** The best of some runs: what else the machine does is not measured. */
function milliseconds(run: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}
