import { z } from 'zod'

/**
 * A section that this build knows and does not enforce. Whatever could switch it on is refused, since parsed and ignored
 * would fail open; absent, empty, and `pii: {mode: off}` mean the same with and without it.
 */
export function unenforced() {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (isNeutral(value)) return
      context.addIssue({ code: 'custom', message: 'is not enforced by this build yet; remove it' })
    })
    .optional()
}

function isNeutral(value: unknown): boolean {
  if (value === null) return true
  if (Array.isArray(value)) return value.length === 0
  if (!(value instanceof Map)) return false
  if (value.size === 0) return true
  return value.get('mode') === 'off' && [...value.keys()].every((key) => key === 'mode' || key === 'entities')
}
