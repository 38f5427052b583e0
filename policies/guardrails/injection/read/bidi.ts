const OVERRIDES: ReadonlySet<number> = new Set([0x202d, 0x202e])
const RIGHT_TO_LEFT = 0x202e
const POP = 0x202c

export function hasOverride(text: string): boolean {
  return text.includes('\u202e')
}

/**
 * The order in which the units of a text are shown, as far as right-to-left overrides (U+202E to U+202C or the end of the line)
 * turn it round; UAX #9 without anything that depends on the letters. Overrides within overrides count for the outer one.
 */
export function displayOrder(text: string): Int32Array {
  const order = new Int32Array(text.length)
  let written = 0
  for (let at = 0; at < text.length; ) {
    order[written++] = at
    if (text.charCodeAt(at++) !== RIGHT_TO_LEFT) continue
    let end = at
    let depth = 1
    for (; end < text.length && text.charCodeAt(end) !== 10; end++) {
      const code = text.charCodeAt(end)
      if (OVERRIDES.has(code)) depth++
      if (code === POP && --depth === 0) break
    }
    for (let index = end - 1; index >= at; index--) order[written++] = index
    inPairs(text, order, written - (end - at), written)
    at = end
  }
  return order
}

/** Puts the halves of a pair in their order again. */
function inPairs(text: string, order: Int32Array, from: number, to: number): void {
  for (let index = from; index + 1 < to; index++) {
    const low = order[index] ?? 0
    if ((text.charCodeAt(low) & 0xfc00) !== 0xdc00 || (text.charCodeAt(low - 1) & 0xfc00) !== 0xd800) continue
    order[index] = low - 1
    order[index + 1] = low
    index++
  }
}
