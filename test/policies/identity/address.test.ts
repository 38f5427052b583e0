import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { createNetworks } from '../../../io/networks.js'
import { plainAddress } from '../../../policies/identity/address.js'

test('an address without what proxies add to it', () => {
  for (const [written, address] of [
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:41234', '203.0.113.7'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:cb00:7107]:80', '203.0.113.7'],
    ['0:0:0:0:0:FFFF:203.0.113.7', '203.0.113.7'],
    ['::', '::'],
  ] as const) {
    assert.equal(plainAddress(written), address, written)
  }
})

test('anything else is none', () => {
  const others = [
    '',
    ' ',
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '1.2.3.4.5',
    '/run/envoy.sock',
  ]
  const six = [
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    ':::',
    '12345::',
    '1.2.3.4::1',
    '[1.2.3.4]',
  ]
  for (const written of [...others, ...six, '203.0.113.7:', '[::1]:x'])
    assert.equal(plainAddress(written), undefined, written)
})

test('it takes for an address what the platform takes for one', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{1,5}$/)
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.array(fc.oneof(hex, fc.constant('')), { minLength: 3, maxLength: 10 }).map((parts) => parts.join(':')),
    fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  )
  fc.assert(
    fc.property(text, (written) => assert.equal(plainAddress(written) !== undefined, isIP(written) !== 0)),
    { numRuns: 2000 },
  )
})

test('the same networks have the address as it was written, and without', () => {
  const networks = createNetworks(['128.0.0.0/1', '8000::/1'])
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (written) => {
      assert.equal(networks.has(plainAddress(written) ?? ''), networks.has(written))
    }),
  )
})
