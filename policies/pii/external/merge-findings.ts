import type { Steps } from '../../../core/turns.js'
import type { Finding } from '../detect/finding.js'
import type { Found } from '../scan-texts.js'

/** What is told from the words alone, here and elsewhere; everything else has a form that was checked. */
const NAMES: ReadonlySet<string> = new Set(['person', 'location', 'organization', 'postal_address'])

/** Both for each text, in order, without overlaps. */
export function* mergeFound(own: Found, others: Found): Steps<Found> {
  const merged: (readonly Finding[])[] = []
  for (const [index, findings] of own.entries()) {
    const more = others[index] ?? []
    yield 1 + findings.length + more.length
    merged.push(more.length === 0 ? findings : mergeFindings(findings, more))
  }
  return merged
}

/**
 * Findings of one text, each list in order, without overlaps. What the built-in detector knows by its form stays as it is; names that
 * overlap are one, called as the longer: half of a name is a name.
 */
export function mergeFindings(own: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  const formed = own.filter(({ entity }) => !NAMES.has(entity))
  const names = own.filter(({ entity }) => NAMES.has(entity))
  const joined = joinOverlapping(inOrder([...names, ...apartFrom(others, formed)]))
  return inOrder([...formed, ...joined])
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((left, right) => left.start - right.start || right.end - left.end)
}

function apartFrom(findings: readonly Finding[], taken: readonly Finding[]): readonly Finding[] {
  let next = 0
  return findings.filter(({ start, end }) => {
    while ((taken[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++
    return (taken[next]?.start ?? Number.POSITIVE_INFINITY) >= end
  })
}

function joinOverlapping(findings: readonly Finding[]): readonly Finding[] {
  const joined: Finding[] = []
  let longest = 0
  for (const finding of findings) {
    const last = joined.at(-1)
    const length = finding.end - finding.start
    if (last === undefined || last.end <= finding.start) {
      joined.push(finding)
      longest = length
      continue
    }
    const named = length > longest ? finding : last
    longest = Math.max(longest, length)
    joined[joined.length - 1] = { ...named, start: last.start, end: Math.max(last.end, finding.end) }
  }
  return joined
}
