import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isBase64 } from '../../../policies/content/base64.js'

test('bytes are base64 in either alphabet, padded or not, in one line or as MIME breaks them', () => {
  const inLines = (text: string) => text.replace(/.{76}/g, '$&\r\n')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
      const standard = Buffer.from(bytes).toString('base64')
      const forURLs = Buffer.from(bytes).toString('base64url')
      const forms = [standard, standard.replace(/=+$/, ''), inLines(standard), `${inLines(standard)}\n`, forURLs]
      for (const form of forms) assert.ok(isBase64(form), form)
    }),
  )
})

test('whatever else stands anywhere in it, it is a text', () => {
  const others = fc.constantFrom(' ', '.', '\n', '\u00e9', ', evil words', '=', '-_+/')
  fc.assert(
    fc.property(fc.nat(400), others, (at, other) => {
      const letters = 'iVBORw0K'.repeat(51)
      assert.ok(!isBase64(`${letters.slice(0, at)}${other}${letters.slice(at)}`))
    }),
    { numRuns: 5_000 },
  )
  for (const words of ['', 'evil words', 'a\nword\nper\nline', `${'A'.repeat(76)}\nevil\nwords`, 'a_b/c']) {
    assert.ok(!isBase64(words), words)
  }
})

test('what is megabytes long is read to its end', () => {
  const lines = `${'A'.repeat(76)}\n`.repeat(100_000)
  assert.ok(isBase64(lines))
  assert.ok(!isBase64(`${lines}evil words`))
  assert.ok(!isBase64(`${'A'.repeat(8_000_000)} evil words`))
})
