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
  const come = (seen: string): void => {
    window.append(seen)
    unscanned += seen.length
  }
  const scan = (): void => {
    if (unscanned < BATCH) return
    unscanned = 0
    note(window.scan())
  }
  return {
    pass(text) {
      come(text)
      scan()
      return text.length
    },
    push(stretches) {
      const pieces: Piece[] = []
      for (const stretch of stretches) {
        come(seenOf(stretch))
        addUnscanned(pieces, stretch)
      }
      scan()
      return pieces
    },
    end() {
      note(window.finish())
      return []
    },
  }
}
