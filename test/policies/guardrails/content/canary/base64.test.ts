import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base64In } from '../../../../../policies/guardrails/content/canary/base64.js'

const decoded = (text: string) => [...base64In(text)].flatMap((run) => (run === undefined ? [] : [run]))

test('runs are decoded, wherever they have been cut', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 20, maxLength: 60, unit: 'grapheme' }), fc.nat(3), (text, cut) => {
      for (const form of ['base64', 'base64url'] as const) {
        const written = Buffer.from(text).toString(form).replaceAll('=', '')
        const [run] = decoded(`-> ${written} <-`).filter((each) => each.text === text)
        assert.deepEqual([run?.start, run?.end], [3, 3 + written.length])
        const rest = Buffer.from(Buffer.from(text).subarray(3)).toString()
        assert.ok(decoded(written.slice(cut + 1)).some((each) => each.text.includes(rest)))
      }
    }),
  )
})

test('words are no runs', () => {
  assert.deepEqual(decoded('just some ordinary words, and a/path/to-it'), [])
})

test('a long run comes in pieces that overlap', () => {
  const secret = 'the secret words'
  const text = `${'x'.repeat(9000)}${secret}${'y'.repeat(9000)}`
  const written = Buffer.from(text).toString('base64')
  assert.ok(decoded(written).some((run) => run.text.includes(secret)))
  assert.ok(decoded(written).every(({ start, end }) => end - start <= 12_000))
})
