import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createScanWindow, type ScanWindow } from '../../../../policies/pii/answer/scan-window.js'
import { createDetector, type Detector } from '../../../../policies/pii/detect/detector.js'
import type { Finding } from '../../../../policies/pii/detect/finding.js'
import { pieces } from './pieces.js'

const detector = createDetector({ secrets: true, deny: { project: ['Blue Heron', '¡olé'] } })
const unfollowed: Detector = { ...detector, follow: () => undefined }

test('a text that is followed has the findings of one that is scanned piece by piece, and they come no earlier', () => {
  fc.assert(
    fc.property(pieces, (given) => {
      const goingOn = createScanWindow(detector)
      const followed = createScanWindow(detector)
      const scanned = createScanWindow(unfollowed)
      const windows = [goingOn, followed, scanned]
      const found: Finding[][] = windows.map(() => [])
      for (const piece of given) {
        for (const [index, window] of windows.entries()) {
          if (window !== goingOn || window.goOn(piece) < 0) found[index]?.push(...scanWith(window, piece))
          window.release(window.decided())
        }
        assert.ok(followed.decided() <= scanned.decided(), `${followed.decided()} of ${scanned.decided()} in ${given}`)
        assert.equal(goingOn.decided(), followed.decided())
      }
      for (const [index, window] of windows.entries()) {
        found[index]?.push(...window.finish())
        assert.deepEqual(found[index], found[0])
        assert.equal(window.decided(), goingOn.decided())
      }
    }),
    { numRuns: 3000 },
  )
})

test('plain words are followed without a scan', () => {
  let scans = 0
  const counting: Detector = {
    ...detector,
    scan: (text, from) => {
      scans++
      return detector.scan(text, from)
    },
  }
  const window = createScanWindow(counting)
  const text = 'The committee met on a bright morning, and agreed that nobody should sing in the hall. '.repeat(100)
  const words = text.match(/\s?[^\s]+/g) ?? []
  for (const word of words) {
    if (window.goOn(word) < 0) scanWith(window, word)
  }
  assert.ok(words.length > 1500)
  assert.ok(scans < words.length / 10, `${scans} scans of ${words.length} words`)
  assert.ok(window.decided() > text.length - 10)
})

function scanWith(window: ScanWindow, piece: string): readonly Finding[] {
  window.append(piece)
  return window.scan()
}
