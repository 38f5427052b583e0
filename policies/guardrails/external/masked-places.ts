/** A part of a text, in UTF-16 units, and what stands there instead. */
export interface Masked {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** How Bedrock writes what it has masked: `{EMAIL}`, or the name of a pattern of one's own. */
const TAG = /\{[^{}\s]{1,100}\}/g

/**
 * The parts of the text that are others in its masked form: each tag's where the rest stands in the text as it is, else one part from
 * the first difference to the last. Put into the text they give the masked form.
 */
export function maskedPlaces(text: string, masked: string): readonly Masked[] {
  if (text === masked) return []
  return byTags(text, masked) ?? [difference(text, masked)]
}

function byTags(text: string, masked: string): readonly Masked[] | undefined {
  const tags = masked.match(TAG) ?? []
  const between = masked.split(TAG)
  const first = between[0] ?? ''
  const last = between.at(-1) ?? ''
  if (tags.length === 0 || !text.startsWith(first)) return undefined
  const places: Masked[] = []
  let at = first.length
  for (const [index, tag] of tags.entries()) {
    const next = between[index + 1] ?? ''
    const isLast = index === tags.length - 1
    const end = isLast ? text.length - last.length : text.indexOf(next, at)
    if (end < at || !text.startsWith(next, end)) return undefined
    if (text.slice(at, end) !== tag) places.push({ start: at, end, replacement: tag })
    at = end + next.length
  }
  return places
}

function difference(text: string, masked: string): Masked {
  const most = Math.min(text.length, masked.length)
  let before = 0
  while (before < most && text[before] === masked[before]) before++
  let after = 0
  while (after < most - before && text.at(-1 - after) === masked.at(-1 - after)) after++
  return {
    start: before,
    end: text.length - after,
    replacement: masked.slice(before, masked.length - after),
  }
}
