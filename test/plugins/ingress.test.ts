import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTEXT_WINDOW, readContext } from '../../core/signed-context.js'
import { type IngressConfig, readConfig } from '../../plugins/config.js'
import { ingress } from '../../plugins/ingress.js'
import { sameText, signer } from '../../plugins/signing.js'
import { fakeKong, NOBODY } from './fake-kong.js'

const SECRET = 'a-secret-of-at-least-32-characters'
const signing = { sign: signer(SECRET), now: () => 1000, nonce: () => 'n-1' }

function configured(given: object): IngressConfig {
  const read = readConfig({ secret: SECRET, ...given })
  assert.ok(read.kind === 'ingress')
  return read
}

test('the header is a signed ingress context, and the upstream comes last', async () => {
  const { kong, calls, args } = fakeKong({ ...NOBODY, getConsumer: { id: 'c-1' } })
  await ingress(configured({ relay: 'relays' }), signing)(kong)
  const [name, value] = args('setHeader')
  assert.equal(name, 'x-tollgate-context')
  const check = {
    purpose: 'ingress',
    now: 1000,
    window: CONTEXT_WINDOW,
    sign: signer(SECRET),
    equal: sameText,
  } as const
  const content = { consumer: { id: 'c-1' }, route: { id: 'r-1', name: 'chat' }, service: { id: 's-1' } }
  assert.deepEqual(readContext(String(value), check), {
    kind: 'valid',
    context: { purpose: 'ingress', issuedAt: 1000, nonce: 'n-1', content },
  })
  assert.deepEqual(calls.at(-2)?.[0], 'setHeader')
  assert.deepEqual(calls.at(-1), ['setUpstream', 'relays'])
})

test('every call that fails leaves the dead target', async () => {
  const config = configured({ claims: 'jwt', groups: 'authenticated' })
  const whole = fakeKong(NOBODY)
  await ingress(config, signing)(whole.kong)
  assert.equal(whole.calls.length, 7)
  for (const [method] of whole.calls) {
    const { kong, calls } = fakeKong(NOBODY, [method])
    await assert.rejects(ingress(config, signing)(kong), { name: 'PDKError' })
    assert.equal(calls.at(-1)?.[0], method)
  }
})

test('an upstream that Kong does not have is a failure, though Kong does not call it one', async () => {
  for (const answer of [null, undefined, false]) {
    const { kong } = fakeKong({ ...NOBODY, setUpstream: answer })
    await assert.rejects(ingress(configured({}), signing)(kong), /no upstream 'tollgate-relay'/)
  }
})
