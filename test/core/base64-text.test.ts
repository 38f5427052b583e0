import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { base64Of, textInBase64 } from '../../core/base64-text.js'
import { AT_ONCE, atOnce } from '../../core/turns.js'

const LONG = 'Grüße, \u{1f600} and more of it. '.repeat(20_000)

test('a text is written and read as Buffer does it, short or long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(LONG.length), fc.boolean(), (text, length, isLong) => {
      const whole = isLong ? LONG.slice(0, length) + text : text
      const written = atOnce(base64Of(whole))
      assert.equal(written, Buffer.from(whole, 'utf8').toString('base64'))
      assert.equal(atOnce(textInBase64(written)), Buffer.from(whole, 'utf8').toString('utf8'))
    }),
  )
})

test('base64 in lines, of either alphabet, and what is none, is read as Buffer reads it', () => {
  const base64 = Buffer.from(LONG, 'utf8').toString('base64')
  for (const data of [
    base64.replace(/.{76}/g, '$&\r\n'),
    base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    `${base64}\n`,
    `${base64.slice(0, 90_000)}=${base64.slice(90_000)}`,
    `${base64.slice(0, 70_001)}?${base64.slice(70_001)}`,
    base64.slice(0, 90_001),
    Buffer.alloc(100_000, 0xe4).toString('base64'),
    '\ufeff77u/YQ==',
    '====',
    '',
  ]) {
    assert.equal(atOnce(textInBase64(data)), Buffer.from(data, 'base64').toString('utf8'))
  }
})

test('no step of writing or reading is long', () => {
  for (const steps of [base64Of(LONG.repeat(4)), textInBase64(Buffer.from(LONG.repeat(4)).toString('base64'))]) {
    let yields = 0
    for (let step = steps.next(); !step.done; step = steps.next(), yields++) assert.ok(step.value <= AT_ONCE / 4)
    assert.ok(yields >= 40, `${yields} yields`)
  }
})
