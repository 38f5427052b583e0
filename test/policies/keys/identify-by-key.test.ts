import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../../core/errors.js'
import type { Identity } from '../../../core/identity.js'
import { rotateKey } from '../../../io/keys/key-changes.js'
import { foundKeys } from '../../../io/keys/key-record.js'
import { identifyByKey, type KeyAdmission } from '../../../policies/keys/identify-by-key.js'
import type { VirtualKey } from '../../../policies/keys/virtual-key.js'
import { issued, maker, NOON } from './keys.js'

interface WorldOptions extends Partial<Pick<KeyAdmission, 'required' | 'onStoreDown'>> {
  readonly fresh?: 'fresh' | 'stale'
  readonly established?: Identity
}

/** Requests of one key at a time that a test turns. */
function world(key: VirtualKey, { fresh = 'fresh', established = { tags: {} }, ...options }: WorldOptions = {}) {
  let now = NOON
  let known = new Map(foundKeys(key))
  const refusals: string[] = []
  const identify = identifyByKey(() => established, {
    required: true,
    onStoreDown: 'refuse',
    ...options,
    book: { find: (hash) => known.get(hash), freshness: () => fresh },
    clock: { now: () => now, monotonic: () => now },
    hash: maker.hash,
    refused: (reason) => refusals.push(reason),
  })
  return {
    refusals,
    at(time: number) {
      now = time
    },
    becomes(next: VirtualKey) {
      known = new Map(foundKeys(next))
    },
    ask: (text?: string) => identify({ header: (name) => (name === 'x-api-key' ? text : undefined) }),
    codeOf(text?: string): string {
      try {
        this.ask(text)
        return 'in'
      } catch (error) {
        assert.ok(error instanceof GatewayError)
        assert.ok(text === undefined || !error.message.includes(text))
        return error.code
      }
    },
  }
}

test('who calls is who the key stands for; what it does not say the gateway does', () => {
  const { key, text } = issued({ user: 'ann', team: 'red', role: 'developer', tags: { env: 'prod' }, models: ['m'] })
  const established = {
    ...{
      user: 'bob',
      team: 'blue',
      role: 'admin',
      organization: 'acme',
      route: 'r',
      address: '10.0.0.1',
      key: 'other',
    },
    tags: { env: 'dev', site: 'x' },
  }
  assert.deepEqual(world(key, { established }).ask(text), {
    ...{ user: 'ann', team: 'red', role: 'developer', organization: 'acme', route: 'r', address: '10.0.0.1' },
    tags: { env: 'prod', site: 'x' },
    key: key.id,
    grant: { models: ['m'] },
  })
})

test('what a key grants is the same object with every request', () => {
  const { key, text } = issued({ budgets: [{ unit: 'requests', limit: 1, per: 'day', timeZone: 'UTC' }] })
  const { ask } = world(key)
  assert.ok(ask(text).grant !== undefined)
  assert.equal(ask(text).grant, ask(text).grant)
  const plain = issued()
  assert.equal('grant' in world(plain.key).ask(plain.text), false)
})

test('no key: refused where one is needed, else whoever the gateway says', () => {
  const { key } = issued()
  const needed = world(key)
  assert.equal(needed.codeOf(), 'invalid_api_key')
  assert.equal(needed.codeOf('sk-others'), 'invalid_api_key')
  assert.deepEqual(needed.refusals, ['absent', 'absent'])
  const open = world(key, { required: false, established: { user: 'bob', tags: {} } })
  assert.deepEqual(open.ask('sk-others'), { user: 'bob', tags: {} })
  assert.equal(open.codeOf('tg_no-such'), 'invalid_api_key')
  assert.equal(open.codeOf(issued().text), 'invalid_api_key')
  assert.deepEqual(open.refusals, ['unknown', 'unknown'])
})

test('a key that is bound to networks comes from there, and from somewhere', () => {
  const { key, text } = issued({ networks: ['10.0.0.0/8', '2001:db8::/32'] })
  const from = (address?: string) => {
    const asked = world(key, { established: { tags: {}, ...(address !== undefined && { address }) } })
    return [asked.codeOf(text), ...asked.refusals].join(' ')
  }
  assert.equal(from('10.1.2.3'), 'in')
  assert.equal(from('::ffff:10.1.2.3'), 'in')
  assert.equal(from('2001:db8::7'), 'in')
  assert.equal(from('11.0.0.1'), 'model_not_allowed network')
  assert.equal(from('nonsense'), 'model_not_allowed network')
  assert.equal(from(), 'model_not_allowed nowhere')
})

test('a view that is too old admits nobody, unless the configuration says to go by it', () => {
  const { key, text } = issued()
  const refusing = world(key, { fresh: 'stale' })
  assert.equal(refusing.codeOf(text), 'upstream_unavailable')
  // What cannot be a key is none, whatever the store says.
  assert.equal(refusing.codeOf('tg_nonsense'), 'invalid_api_key')
  assert.deepEqual(refusing.refusals, ['stale', 'unknown'])
  assert.equal(world(key, { fresh: 'stale', onStoreDown: 'admit' }).codeOf(text), 'in')
})

test('at no time does anybody get in with a key that is revoked or expired', () => {
  const time = fc.integer({ min: 0, max: 1000 })
  fc.assert(
    fc.property(fc.option(time), fc.option(time), fc.array(time, { minLength: 1 }), (revoked, expires, asks) => {
      const { key, text } = issued(expires === null ? {} : { expiresAt: NOON + expires })
      const asked = world(key)
      for (const at of asks.toSorted((a, b) => a - b)) {
        if (revoked !== null && at >= revoked) asked.becomes({ ...key, revokedAt: NOON + revoked })
        asked.at(NOON + at)
        const isIn = (revoked === null || at < revoked) && (expires === null || at < expires)
        assert.equal(asked.codeOf(text), isIn ? 'in' : 'invalid_api_key')
      }
    }),
  )
})

test('during an overlap every text is good, after it only the new one', () => {
  const step = fc.record({ after: fc.integer({ min: 0, max: 100 }), overlap: fc.integer({ min: 0, max: 300 }) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
      const first = issued()
      let { key } = first
      let now = NOON
      const ends = new Map([[first.text, Number.POSITIVE_INFINITY]])
      const asked = world(key)
      for (const { after, overlap } of steps) {
        now += after
        const shown = rotateKey(key, overlap, now, maker)
        for (const [text, end] of ends) ends.set(text, Math.min(end, now + overlap))
        ends.set(shown.text, Number.POSITIVE_INFINITY)
        key = shown.key
        asked.becomes(key)
        asked.at(now)
        for (const [text, end] of ends) assert.equal(asked.codeOf(text), now < end ? 'in' : 'invalid_api_key')
      }
      for (const at of [1, 99, 150, 299, 300, 1000]) {
        asked.at(now + at)
        for (const [text, end] of ends) assert.equal(asked.codeOf(text), now + at < end ? 'in' : 'invalid_api_key')
      }
      assert.equal(key.version, steps.length + 1)
      assert.equal(key.id, first.key.id)
    }),
  )
})
