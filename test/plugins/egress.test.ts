import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberNonces } from '../../core/nonces.js'
import { CONTEXT_WINDOW, type SignedContext, writeContext } from '../../core/signed-context.js'
import { egress } from '../../plugins/egress.js'
import { signer } from '../../plugins/signing.js'
import { fakeKong } from './fake-kong.js'

const SECRET = 'a-secret-of-at-least-32-characters'
const NOW = 1_000_000

const CONTEXT: SignedContext = { purpose: 'egress', issuedAt: NOW, nonce: 'n-1', content: { upstream: 'openai' } }

function header(changes: Partial<SignedContext> = {}, secret = SECRET): string {
  return writeContext({ ...CONTEXT, ...changes }, signer(secret))
}

function gate() {
  const remember = rememberNonces(CONTEXT_WINDOW)
  const signing = { sign: signer(SECRET), now: () => NOW, nonce: () => 'unused' }
  return egress({ kind: 'egress', secret: SECRET, upstream: 'openai' }, signing, remember)
}

const request = (getHeader: unknown, failing: readonly string[] = []) =>
  fakeKong({ getHeader, setUpstream: true }, failing)

test('the relay is let through, without its header', async () => {
  const { kong, calls } = request(header())
  await gate()(kong)
  assert.deepEqual(calls, [
    ['getHeader', 'x-tollgate-egress'],
    ['clearHeader', 'x-tollgate-egress'],
    ['setUpstream', 'openai'],
  ])
})

test('a clock may differ by the window', async () => {
  for (const issuedAt of [NOW - CONTEXT_WINDOW, NOW + CONTEXT_WINDOW]) await gate()(request(header({ issuedAt })).kong)
})

test('nobody else is', async () => {
  const valid = header()
  const refused: readonly [string, unknown, RegExp][] = [
    ['no header', null, /absent/],
    ['an empty header', '', /malformed/],
    ['not text', 7, /absent/],
    ['noise', 'v1.egress.1.n.s', /malformed/],
    ['another secret', header({}, 'another-secret-of-32-characters-..'), /forged/],
    ['another content', valid.replace('openai', 'openal'), /forged/],
    ['an ingress context', header({ purpose: 'ingress' }), /forged/],
    ['an ingress context in its clothes', header({ purpose: 'ingress' }).replace('ingress', 'egress'), /forged/],
    ['too old', header({ issuedAt: NOW - CONTEXT_WINDOW - 1 }), /expired/],
    ['from the future', header({ issuedAt: NOW + CONTEXT_WINDOW + 1 }), /expired/],
    ['another upstream', header({ content: { upstream: 'anthropic' } }), /for another upstream/],
    ['no upstream', header({ content: {} }), /for another upstream/],
  ]
  for (const [what, value, reason] of refused) {
    const { kong, calls } = request(value)
    await assert.rejects(gate()(kong), (error: Error) => {
      assert.match(error.message, reason, what)
      assert.equal('status' in error && error.status, 403, what)
      return true
    })
    assert.deepEqual(calls, [['getHeader', 'x-tollgate-egress']], what)
  }
})

test('a context opens the gate once', async () => {
  const pass = gate()
  await pass(request(header()).kong)
  const again = request(header())
  await assert.rejects(pass(again.kong), /used before/)
  assert.equal(again.calls.length, 1)
  await pass(request(header({ nonce: 'n-2' })).kong)
})

test('every call that fails leaves the dead target', async () => {
  for (const method of ['getHeader', 'clearHeader', 'setUpstream']) {
    const { kong, calls } = request(header(), [method])
    await assert.rejects(gate()(kong), { name: 'PDKError' })
    assert.equal(calls.at(-1)?.[0], method)
  }
})
