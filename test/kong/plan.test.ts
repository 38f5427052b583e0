import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEntityName, parseAddresses } from '../../kong/plan.js'

test('addresses are one or several, of names, IPv4 and bracketed IPv6', () => {
  assert.deepEqual(parseAddresses('relay:8081'), [{ host: 'relay', port: 8081 }])
  assert.deepEqual(parseAddresses('10.0.0.1:80, [fd00::1]:81,a.b-c:82'), [
    { host: '10.0.0.1', port: 80 },
    { host: 'fd00::1', port: 81 },
    { host: 'a.b-c', port: 82 },
  ])
})

test('what is no address is refused, also where another one is', () => {
  for (const text of ['', 'relay', ':80', 'relay:', 'relay:0', 'relay:65536', 'relay:80,', '::1:80', 'unix:/tmp/x']) {
    assert.equal(parseAddresses(text), undefined, text)
  }
})

test('an upstream of Kong is named like a host', () => {
  for (const name of ['tollgate_openai_0a1b2c3d', 'tollgate_a.b_0a1b2c3d', 'tollgate_A-b_0a1b2c3d']) {
    assert.ok(isEntityName(name), name)
  }
  for (const name of ['tollgate_a..b_0a1b2c3d', 'tollgate_a-.b_0a1b2c3d', 'a b', '']) {
    assert.ok(!isEntityName(name), name)
  }
})
