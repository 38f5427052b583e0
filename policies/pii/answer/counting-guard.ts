import type { Piece } from '../../content/piece.js'
import type { Finding } from '../detect/finding.js'
import type { Guard } from './guard.js'
import { createScanWindow } from './scan-window.js'
import { addUnscanned, STAND_IN, seenOf } from './scanned.js'
import type { Judge } from './treatment.js'

/** Text that is scanned in one go, since nothing waits for it. */
const BATCH = 1024

/** Lets everything pass at once, and counts behind it. */
export function countingGuard({ detector, isKnown, count }: Judge): Guard {
  const window = createScanWindow(detector)
  let unscanned = 0
  const note = (findings: readonly Finding[]): void => {
    for (const { entity, start, end } of findings) {
      const value = window.slice(start, end)
      if (value !== STAND_IN && !isKnown(value)) count(entity)
    }
    window.release(window.decided())
  }
  return {
    pass: () => -1,
    push(stretches) {
      const pieces: Piece[] = []
      for (const stretch of stretches) {
        const seen = seenOf(stretch)
        window.append(seen)
        unscanned += seen.length
        addUnscanned(pieces, stretch)
      }
      if (unscanned >= BATCH) {
        unscanned = 0
        note(window.scan())
      }
      return pieces
    },
    end() {
      note(window.finish())
      return []
    },
  }
}
