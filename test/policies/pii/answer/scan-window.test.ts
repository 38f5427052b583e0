import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createScanWindow } from '../../../../policies/pii/answer/scan-window.js'
import { createDetector, type Detector } from '../../../../policies/pii/detect/detector.js'
import type { Finding } from '../../../../policies/pii/detect/finding.js'

const detector = createDetector({ secrets: true, deny: { project: ['Blue Heron', '¡olé'] } })
const unfollowed: Detector = { ...detector, follow: () => undefined }

/** Parts of texts that have plain words in them, and everything that is none. */
const part = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...' the| and|, but| Two roads| diverged in a| wood.| sorry I|could|\n\n|following|. |(|)| a|t| at|-|’s| é'.split(
        '|',
      ),
      ...' passport number| account| password| token:| my pin is| Bearer| tel.| Blue| Blue Heron'.split('|'),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...' jane.roe@acme-widgets.com| jane at acme dot com| +1 415-555-2671| 4111 1111 1111 1111| 536-22-8726'.split(
        '|',
      ),
      ...' password: hunter2Secret!|C01X00T47|/etc/hosts| https://example.org/a?b=c| 12| 2024-01-02|﹫| ｊane@acme.com'.split(
        '|',
      ),
      ...[
        `gh${'p_'}aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5`,
        'x'.repeat(60),
        ' word'.repeat(500),
        '日本語',
        '🙂',
        '\ud83d',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)

const pieces = fc
  .tuple(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }))
  .map(([parts, sizes]) => {
    const text = parts.join('')
    const cut: string[] = []
    for (let at = 0, index = 0; at < text.length; index++) {
      const size = 1 + (sizes[index % sizes.length] ?? 0)
      cut.push(text.slice(at, at + size))
      at += size
    }
    return cut
  })

test('a text that is followed has the findings of one that is scanned piece by piece, and they come no earlier', () => {
  fc.assert(
    fc.property(pieces, (given) => {
      const followed = createScanWindow(detector)
      const scanned = createScanWindow(unfollowed)
      const found: [Finding[], Finding[]] = [[], []]
      for (const piece of given) {
        for (const [index, window] of [followed, scanned].entries()) {
          window.append(piece)
          found[index]?.push(...window.scan())
          window.release(window.decided())
        }
        assert.ok(followed.decided() <= scanned.decided(), `${followed.decided()} of ${scanned.decided()} in ${given}`)
      }
      found[0].push(...followed.finish())
      found[1].push(...scanned.finish())
      assert.deepEqual(found[0], found[1])
      assert.equal(followed.decided(), scanned.decided())
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
    window.append(word)
    window.scan()
  }
  assert.ok(words.length > 1500)
  assert.ok(scans < words.length / 10, `${scans} scans of ${words.length} words`)
  assert.ok(window.decided() > text.length - 10)
})
