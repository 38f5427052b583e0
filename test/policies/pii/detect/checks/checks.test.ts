import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { base58Version, isRippleAddress } from '../../../../../policies/pii/detect/checks/base58.js'
import { isSegwitAddress } from '../../../../../policies/pii/detect/checks/bech32.js'
import { hasEip55Case } from '../../../../../policies/pii/detect/checks/eip55.js'
import { mod11And10, mod11Radix2, mod97 } from '../../../../../policies/pii/detect/checks/iso7064.js'
import { keccak256 } from '../../../../../policies/pii/detect/checks/keccak256.js'
import { luhn, luhnBase36 } from '../../../../../policies/pii/detect/checks/luhn.js'
import { sha256 } from '../../../../../policies/pii/detect/checks/sha256.js'
import { verhoeff } from '../../../../../policies/pii/detect/checks/verhoeff.js'

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 18 }).map((all) => all.join(''))

/** A number that passes the check: the only one of ten check digits that does. */
function completed(check: (text: string) => boolean, head: string): readonly string[] {
  return Array.from({ length: 10 }, (_, digit) => head + digit).filter(check)
}

const SINGLE_DIGIT_CHECKS = { luhn, verhoeff, mod11And10 }

for (const [name, check] of Object.entries(SINGLE_DIGIT_CHECKS)) {
  test(`${name}: every number has one check digit, and one wrong digit is noticed`, () => {
    fc.assert(
      fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (head, place, change) => {
        const [whole = '', ...others] = completed(check, head)
        assert.deepEqual(others, [])
        const index = place % whole.length
        const wrong = (Number(whole[index]) + change) % 10
        assert.equal(check(whole.slice(0, index) + wrong + whole.slice(index + 1)), false)
      }),
    )
  })
}

test('verhoeff notices two neighbours in the wrong order', () => {
  fc.assert(
    fc.property(digits, fc.nat(), (head, place) => {
      const [whole = ''] = completed(verhoeff, head)
      const index = place % (whole.length - 1)
      fc.pre(whole[index] !== whole[index + 1])
      const swapped = whole.slice(0, index) + whole[index + 1] + whole[index] + whole.slice(index + 2)
      assert.equal(verhoeff(swapped), false)
    }),
  )
})

test('published numbers pass', () => {
  assert.ok(luhn('79927398713'))
  assert.ok(luhnBase36('27AAPFU0939F1ZV'))
  assert.ok(verhoeff('2363'))
  assert.ok(mod11And10('12345678995'), 'the sample of the German tax authority')
  assert.ok(mod11Radix2('11010519491231002X'), 'the sample of GB 11643')
  assert.ok(mod97('WEST12345698765432GB82'))
  assert.ok(!mod97('WEST12345698765423GB82'))
})

test('sha256 gives what the platform gives, at every length around its blocks', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff)
    assert.equal(hex(sha256(bytes)), createHash('sha256').update(bytes).digest('hex'), `${length} bytes`)
  }
})

test('keccak256 is the original Keccak, not SHA-3', () => {
  assert.equal(hex(keccak256(new Uint8Array())), 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
  const abc = Uint8Array.from([97, 98, 99])
  assert.equal(hex(keccak256(abc)), '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45')
})

test('EIP-55: the addresses of the proposal, and none with one letter in the other case', () => {
  const published = [
    '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    'fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    'dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    'D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]
  for (const address of published) {
    assert.ok(hasEip55Case(address), address)
    const wrong = address.replace(/[a-f]/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )
    assert.ok(!hasEip55Case(wrong), wrong)
  }
})

test('segregated witness addresses: the valid ones of BIP 173 and BIP 350, and what they call invalid', () => {
  const valid = [
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    'BC1SW50QGDZ25J',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ]
  for (const address of valid) assert.ok(isSegwitAddress(address, 'bc'), address)
  const invalid = [
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd',
    'bc1pw5dgrnzv',
    'bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'bc1gmk9yu',
  ]
  for (const address of invalid) assert.ok(!isSegwitAddress(address, 'bc'), address)
})

test('Base58Check tells the version, and nothing where one character is wrong', () => {
  assert.equal(base58Version('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'), 0)
  assert.equal(base58Version('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'), undefined)
  assert.equal(base58Version('0OIl'), undefined)
  assert.ok(isRippleAddress('rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'))
  assert.ok(!isRippleAddress('rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi'))
})
