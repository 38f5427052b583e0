import type { Token } from '../read/tokens.js'

/** A part of a text: tokens from one index to another, the latter exclusive. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** UTF-16 units of a window, and how far the next one begins behind it. */
export const WINDOW = 480
const HOP = 160
/** A text that is little longer is one window. */
const WHOLE = 640

/** Overlapping parts of a text; anything of up to `WINDOW - HOP` units is in one of them as a whole. */
export function windowsOf(tokens: readonly Token[]): readonly Window[] {
  const last = tokens.at(-1)
  const first = tokens[0]
  if (last === undefined || first === undefined) return []
  if (last.end - first.start <= WHOLE) return [{ from: 0, to: tokens.length }]
  const windows: Window[] = []
  let to = 0
  for (let from = 0; from < tokens.length; ) {
    const start = tokens[from]?.start ?? 0
    while (to < tokens.length && (tokens[to]?.end ?? 0) <= start + WINDOW) to++
    to = Math.max(to, from + 1)
    windows.push({ from, to })
    if (to >= tokens.length) break
    const next = from
    while (from < to && (tokens[from]?.start ?? 0) < start + HOP) from++
    from = Math.max(from, next + 1)
  }
  return windows
}
