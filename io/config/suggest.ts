const SHOWN = 20

/** Lists what is allowed, at most 20 names. */
export function listed(names: readonly string[]): string {
  if (names.length <= SHOWN) return names.join(', ')
  return `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
}

/** `; did you mean 'maxBody'?` for a word that is nearly one of `allowed` (typos, case, `max_body`), else ''. */
export function didYouMean(word: string, allowed: readonly string[]): string {
  // Names are at most 256 characters; a longer word is no typo of one, and comparing it would cost its square.
  if (word.length > 300) return ''
  const wanted = folded(word)
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of allowed) {
    const candidate = folded(name)
    if (Math.abs(candidate.length - wanted.length) > 3) continue
    const distance = edits(wanted, candidate)
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.name.length / 3))) return ''
  return `; did you mean '${best.name}'?`
}

function folded(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]/g, '')
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function edits(a: string, b: string): number {
  let before: readonly number[] = []
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      row.push(least)
    }
    before = above
    above = row
  }
  return above[b.length] ?? 0
}
