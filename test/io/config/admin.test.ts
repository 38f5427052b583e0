import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, fakeSource, problemsOf, withSections } from './sample.js'

const FILES = {
  '/etc/tollgate/cert.pem': '-----BEGIN CERTIFICATE-----',
  '/etc/tollgate/key.pem': '-----BEGIN EC PRIVATE KEY-----',
  '/etc/tollgate/other.pem': 'nothing',
}
const SOURCE = fakeSource(FILES, { OPS_TOKEN: 'token-of-ops-0123456789' })

const TLS = 'tls: { certFile: cert.pem, keyFile: key.pem, clientCaFile: cert.pem }'
const written = (section: string) => withSections({ admin: `admin: ${section}` })

test('tokens and clients are principals; without the section there are none', () => {
  assert.deepEqual(configOf(withSections({}), SOURCE).admin, { tokens: [], clients: [], tls: undefined })
  const { admin } = configOf(
    written(`
  ${TLS}
  tokens:
    - { name: ops, role: admin, token: "\${OPS_TOKEN}" }
    - { name: lead@red, role: team-lead, teams: [red, blue], token: "0123456789abcdef" }
    - { name: ann, role: developer, user: ann, teams: [red], token: "0123456789abcdeg" }
  clients:
    - { name: batch, role: auditor, subject: "CN=batch, O=Acme\\\\, Inc." }
    - { name: mesh, role: admin, san: "uri:spiffe://acme.test/ops" }
    - { name: host, role: admin, san: "dns:ops.acme.test" }`),
    SOURCE,
  )
  assert.deepEqual(admin, {
    tokens: [
      { principal: { name: 'ops', role: 'admin', teams: [] }, token: 'token-of-ops-0123456789' },
      { principal: { name: 'lead@red', role: 'team-lead', teams: ['red', 'blue'] }, token: '0123456789abcdef' },
      { principal: { name: 'ann', role: 'developer', teams: ['red'], user: 'ann' }, token: '0123456789abcdeg' },
    ],
    clients: [
      {
        principal: { name: 'batch', role: 'auditor', teams: [] },
        certificate: { kind: 'subject', attributes: ['CN=batch', 'O=Acme\\, Inc.'] },
      },
      {
        principal: { name: 'mesh', role: 'admin', teams: [] },
        certificate: { kind: 'uri', name: 'spiffe://acme.test/ops' },
      },
      { principal: { name: 'host', role: 'admin', teams: [] }, certificate: { kind: 'dns', name: 'ops.acme.test' } },
    ],
    tls: {
      certFile: '/etc/tollgate/cert.pem',
      keyFile: '/etc/tollgate/key.pem',
      clientCaFile: '/etc/tollgate/cert.pem',
    },
  })
})

test('what is wrong says what is allowed, and no token', () => {
  const token = 'token: sk-secret-of-tests'
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      '{ tokens: [ { name: a, role: admin, token: sk-secret } ] }',
      /tokens\[0\]\.token: must be a token of at least 16/,
    ],
    [`{ tokens: [ { name: a, role: admin, token: "sk-secret of tests with space" } ] }`, /tokens\[0\]\.token: must be/],
    [`{ tokens: [ { name: a, role: root, ${token} } ] }`, /role: must be a role: admin, team-lead, developer, auditor/],
    [`{ tokens: [ { name: "a b", role: admin, ${token} } ] }`, /name: must be a name: 1 to 64/],
    [`{ tokens: [ { name: local, role: admin, ${token} } ] }`, /name: must not be admin-token or local/],
    [`{ tokens: [ { name: a, role: team-lead, ${token} } ] }`, /teams: .*must name the teams/],
    [`{ tokens: [ { name: a, role: team-lead, teams: [x, x], ${token} } ] }`, /must not name a team twice/],
    [`{ tokens: [ { name: a, role: developer, ${token} } ] }`, /user: .*must name the user/],
    [`{ tokens: [ { name: a, role: admin, teams: [x], ${token} } ] }`, /teams: has no use with the role admin/],
    [`{ tokens: [ { name: a, role: auditor, user: x, ${token} } ] }`, /user: has no use with the role auditor/],
    [`{ tokens: [ { name: a, role: admin, secret: x, ${token} } ] }`, /secret: is an unknown key/],
    [
      `{ tokens: [ { name: a, role: admin, ${token} }, { name: a, role: admin, token: sk-secret-of-tests-2 } ] }`,
      /tokens\[1\]\.name: is the name of more than one/,
    ],
    [
      `{ tokens: [ { name: a, role: admin, ${token} }, { name: b, role: admin, ${token} } ] }`,
      /tokens\[1\]\.token: is the same as that of tokens\[0\]/,
    ],
    ['{ clients: [ { name: a, role: admin, san: "dns:a" } ] }', /clients: needs tls\.clientCaFile/],
    [`{ ${TLS}, clients: [ { name: a, role: admin } ] }`, /must have either subject or san/],
    [
      `{ ${TLS}, clients: [ { name: a, role: admin, san: "dns:a", subject: "CN=a" } ] }`,
      /must have either subject or san/,
    ],
    [`{ ${TLS}, clients: [ { name: a, role: admin, san: "ip:1.2.3.4" } ] }`, /san: must be dns:NAME or uri:NAME/],
    [`{ ${TLS}, clients: [ { name: a, role: admin, subject: ops } ] }`, /subject: must be the whole subject/],
    ['{ tls: { certFile: other.pem, keyFile: key.pem } }', /certFile: is not a PEM file of certificates/],
    ['{ tls: { certFile: cert.pem, keyFile: cert.pem } }', /keyFile: is not a PEM file of a private key/],
    ['{ tls: { certFile: cert.pem, keyFile: none.pem } }', /keyFile: cannot be read/],
    ['{ tls: { certFile: cert.pem } }', /keyFile: /],
  ]
  for (const [section, message] of cases) {
    const problems = problemsOf(written(section), SOURCE).join('\n')
    assert.match(problems, message, section)
    assert.doesNotMatch(problems, /sk-secret/, section)
  }
})
