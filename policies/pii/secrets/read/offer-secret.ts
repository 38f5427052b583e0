import { propose } from '../../detect/scan/offer.js'
import type { Scan } from '../../detect/scan/state.js'
import type { TokenShape } from '../compile.js'
import { entropy } from '../entropy.js'
import { shapeEnd } from '../shape.js'
import { isPlaceholder } from '../values.js'

/** How sure a finding is: of a token by its look, by its name and look, and by a name alone. */
export const BY_LOOK = 0.98
export const BY_NAME = 0.95
export const BY_USE = 0.9

/** Proposes [start, end) as what the rule finds; nothing where the rule is off (-1). */
export function offerSecret(scan: Scan, rule: number, start: number, end: number, confidence: number): void {
  if (rule < 0) return
  propose(scan, { entity: scan.rules.entities.length + rule, start, end, confidence, recognizer: 'secret' })
}

/** Where a token of the shape ends that begins at `start` and stands up to its rule's entropy and check; else -1. */
export function tokenEnd(scan: Scan, { shape, entropy: least, check }: TokenShape, start: number): number {
  const end = shapeEnd(scan, shape, start)
  if (end < 0) return -1
  const value = scan.text.slice(start, end)
  const body = value.slice(shape.fixed)
  if (least > 0 && (isPlaceholder(value) || entropy(body) < Math.min(least, mostEntropy(body.length)))) return -1
  return check?.(value) === false ? -1 : end
}

/** What short tokens can be asked for. */
function mostEntropy(length: number): number {
  return length <= 20 ? 2.3 : 9
}
