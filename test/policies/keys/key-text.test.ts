import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { checksumOf } from '../../../policies/keys/checksum.js'
import { isKeyText, looksLikeKey, makeKeyText, prefixOf } from '../../../policies/keys/key-text.js'
import { createDetector } from '../../../policies/pii/detect/detector.js'

const bytes = fc.infiniteStream(fc.integer({ min: 0, max: 255 }))

test('every key is written alike: mark, 8 that may be shown, 34 that are secret, a checksum', () => {
  fc.assert(
    fc.property(bytes, (stream) => {
      const text = makeKeyText((count) => Uint8Array.from({ length: count }, () => stream.next().value ?? 0))
      assert.match(text, /^tg_[0-9A-Za-z]{48}$/)
      assert.ok(isKeyText(text) && looksLikeKey(text))
      assert.equal(prefixOf(text), text.slice(0, 11))
    }),
  )
})

test('a slip of one character or of two neighbours is seen', () => {
  const text = makeKeyText(randomBytes)
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'x' ? 'y' : 'x'
    assert.ok(!isKeyText(text.slice(0, at) + other + text.slice(at + 1)), `at ${at}`)
    const [a = '', b = ''] = [text[at], text[at + 1]]
    if (b !== '' && a !== b) assert.ok(!isKeyText(text.slice(0, at) + b + a + text.slice(at + 2)), `from ${at}`)
  }
  for (const wrong of ['', text.slice(0, -1), `${text}0`, ` ${text}`, `${text}\n`]) assert.ok(!isKeyText(wrong))
})

test('bytes that would favour some digits are left out', () => {
  let asked = 0
  const text = makeKeyText((count) => {
    asked += count
    return asked <= 42 ? new Uint8Array(count).fill(250) : new Uint8Array(count).fill(61)
  })
  assert.equal(text.slice(0, 45), `tg_${'z'.repeat(42)}`)
})

test('the checksum is the CRC-32 of other programs, in base 62', () => {
  // The check value of CRC-32/ISO-HDLC is cbf43926.
  let value = 0xcbf43926
  let digits = ''
  for (; value > 0; value = Math.floor(value / 62)) {
    digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.charAt(value % 62) + digits
  }
  assert.equal(checksumOf('123456789'), digits.padStart(6, '0'))
})

test('the scanner for secrets finds keys in texts', () => {
  const detector = createDetector({ entities: [], secrets: true })
  for (let run = 0; run < 100; run++) {
    const text = makeKeyText(randomBytes)
    const found = detector.find(`my key is ${text}, use it`).map(({ entity, start, end }) => ({ entity, start, end }))
    assert.deepEqual(found, [{ entity: 'tollgate_key', start: 10, end: 10 + text.length }])
  }
})
