/**
 * Turns offsets in Unicode code points, as services count, into those in UTF-16 units. Undefined for what is no offset of the text.
 */
export function codePointOffsets(text: string): (offset: number) => number | undefined {
  if (!/[\ud800-\udbff]/.test(text)) {
    return (offset) => (Number.isSafeInteger(offset) && offset >= 0 && offset <= text.length ? offset : undefined)
  }
  const units: number[] = []
  for (let unit = 0; unit < text.length; unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1) units.push(unit)
  units.push(text.length)
  return (offset) => units[offset]
}
