import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createNetworks, isNetwork } from '../../io/networks.js'

test('addresses are in their networks, whatever clothes they wear', () => {
  const networks = createNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1'])
  for (const address of [
    ...['10.255.0.1', '192.0.2.7', '2001:db8:ffff::1', '2001:0DB8::1', '::1', '0:0:0:0:0:0:0:1'],
    ...['::ffff:10.0.0.1', '::FFFF:10.0.0.1', '::ffff:a00:1', '0:0:0:0:0:ffff:a00:1', '2001:db8::1%eth0'],
  ]) {
    assert.ok(networks.has(address), address)
  }
  for (const address of [
    ...['11.0.0.1', '192.0.2.8', '2001:db9::1', '::2', '::ffff:11.0.0.1', '::ffff:b00:1', '', 'localhost'],
    ...['10.0.0.1/8', '10.0.0.1:80', '10.0.0', '010.0.0.1', ' 10.0.0.1'],
  ]) {
    assert.ok(!networks.has(address), address)
  }
})

test('a network that is mapped is the IPv4 one', () => {
  const networks = createNetworks(['::ffff:10.0.0.0/104'])
  assert.ok(networks.has('10.1.1.1') && networks.has('::ffff:10.1.1.1'))
  assert.ok(!networks.has('11.1.1.1'))
})

test('what is no network is refused', () => {
  for (const text of [
    '',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/8/8',
    'a/8',
    '10.0.0.0/-1',
    '::ffff:10.0.0.0/90',
  ]) {
    assert.ok(!isNetwork(text), text)
    assert.throws(() => createNetworks([text]), RangeError)
  }
})

test('membership is arithmetic on the first bits', () => {
  const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })
  const numberOf = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0)
  fc.assert(
    fc.property(octets, octets, fc.integer({ min: 0, max: 32 }), (network, address, bits) => {
      const size = 2 ** (32 - bits)
      const isIn = Math.floor(numberOf(network) / size) === Math.floor(numberOf(address) / size)
      const networks = createNetworks([`${network.join('.')}/${bits}`])
      assert.equal(networks.has(address.join('.')), isIn)
      assert.equal(networks.has(`::ffff:${address.join('.')}`), isIn)
    }),
  )
})
