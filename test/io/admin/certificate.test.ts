import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { attributesIn, hasName } from '../../../io/admin/certificate.js'
import { createAuthority, type Subject } from '../../support/admin/authority.js'

const authority = createAuthority('tests')
const certificate = (subject: Subject) => new X509Certificate(authority.issue(subject).cert)

test('a subject is all of its attributes, in any order', () => {
  const ops = certificate({ cn: 'ops', o: 'Acme, Inc.' })
  const named = (subject: string) => hasName(ops, { kind: 'subject', attributes: attributesIn(subject) })
  assert.equal(named('CN=ops,O=Acme\\, Inc.'), true)
  assert.equal(named('O=Acme\\, Inc., CN=ops'), true)
  for (const other of ['CN=ops', 'CN=Ops,O=Acme\\, Inc.', 'CN=ops,O=Acme', 'CN=ops,O=Acme\\, Inc.,OU=x', '']) {
    assert.equal(named(other), false, other)
  }
})

test('what is within a value is never taken for another attribute or name', () => {
  for (const cn of ['ops\nO=Acme', 'ops,O=Acme', 'ops+O=Acme', 'ops/O=Acme']) {
    assert.equal(hasName(certificate({ cn }), { kind: 'subject', attributes: ['CN=ops', 'O=Acme'] }), false, cn)
  }
  const hostile = ['x, DNS:ops.test', 'x", DNS:ops.test, "', 'x\u0000ops.test', 'ops.test\n']
  for (const name of hostile) {
    for (const subject of [
      { cn: 'x', dns: [name] },
      { cn: 'x', uri: [name] },
    ]) {
      assert.equal(hasName(certificate(subject), { kind: 'dns', name: 'ops.test' }), false, JSON.stringify(name))
    }
  }
})

test('alternative names are compared whole, hosts without regard to case, and each as what it is', () => {
  const several = certificate({
    cn: 'x',
    dns: ['a.test', 'Ops.test'],
    uri: ['spiffe://acme/ops'],
    ip: [[127, 0, 0, 1]],
  })
  assert.equal(hasName(several, { kind: 'dns', name: 'ops.TEST' }), true)
  assert.equal(hasName(several, { kind: 'uri', name: 'spiffe://acme/ops' }), true)
  for (const [kind, name] of [
    ['dns', 'test'],
    ['dns', 'spiffe://acme/ops'],
    ['uri', 'ops.test'],
    ['uri', 'spiffe://acme/OPS'],
    ['dns', '127.0.0.1'],
    ['dns', 'x'],
  ] as const) {
    assert.equal(hasName(several, { kind, name }), false, `${kind}:${name}`)
  }
  assert.equal(hasName(certificate({ cn: 'ops.test' }), { kind: 'dns', name: 'ops.test' }), false)
})
