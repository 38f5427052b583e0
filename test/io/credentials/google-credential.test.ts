import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { googleCredentialFault } from '../../../io/credentials/google-credential.js'

const PEM = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
const FORMS: readonly Readonly<Record<string, string>>[] = [
  { type: 'service_account', client_email: 'a@b', private_key: PEM },
  { type: 'authorized_user', client_id: 'i', client_secret: 's', refresh_token: 'r' },
  {
    type: 'external_account',
    audience: 'a',
    subject_token_type: 't',
    token_url: 'https://sts.googleapis.com/v1/token',
  },
  { type: 'external_account_authorized_user', audience: 'a', refresh_token: 'r', token_url: 'https://x' },
  { type: 'impersonated_service_account', service_account_impersonation_url: 'https://x' },
]

test('every form of credential is taken, and none that lacks a member', () => {
  for (const form of FORMS) {
    assert.equal(googleCredentialFault(JSON.stringify(form)), undefined)
    for (const member of Object.keys(form)) {
      for (const value of [undefined, '', 1, {}]) {
        const fault = googleCredentialFault(JSON.stringify({ ...form, [member]: value })) ?? ''
        assert.match(fault, member === 'type' ? /with a type of service_account, / : new RegExp(`a text in ${member}$`))
      }
    }
  }
})

test('what is no object, no credential or no key is named for what it is', () => {
  for (const text of ['', '{', 'null', '[]', '"x"', '/run/secrets/key.json']) {
    assert.match(googleCredentialFault(text) ?? '', /an object; a file's content is written as \$\{file:PATH\}$/)
  }
  const oauthClient = { installed: { client_id: 'i', client_secret: 's' } }
  assert.match(googleCredentialFault(JSON.stringify(oauthClient)) ?? '', /with a type of service_account, /)
  const key = { type: 'service_account', client_email: 'a@b', private_key: 'AAAA' }
  assert.match(googleCredentialFault(JSON.stringify(key)) ?? '', /private_key in PEM/)
})

test('no message quotes the text', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom('type', 'client_email', 'private_key'), (secret, member) => {
      const key = { type: 'service_account', client_email: 1, private_key: secret, [member]: secret }
      assert.doesNotMatch(googleCredentialFault(JSON.stringify(key)) ?? '', new RegExp(secret))
      assert.doesNotMatch(googleCredentialFault(`{${secret}`) ?? '', new RegExp(secret))
    }),
  )
})
