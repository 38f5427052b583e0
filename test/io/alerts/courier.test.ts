import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { createCourier, type DeliveryResult, pauseAfter } from '../../../io/alerts/courier.js'
import { createFileAlertStore } from '../../../io/alerts/file-alert-store.js'
import { createPost, signature } from '../../../io/alerts/post.js'
import type { AlertStore } from '../../../policies/alerts/alert.js'
import type { WebhookTarget } from '../../../policies/alerts/settings.js'
import { type Receiver, startReceiver } from '../../support/receiver.js'
import { DAY, NOW, raisedOf, webhookOf } from './sample.js'

let root: string
let receiver: Receiver
let file = 0
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tollgate-courier-'))
})
after(() => rm(root, { recursive: true, force: true }))
beforeEach(async () => {
  receiver = await startReceiver()
  file += 1
})
afterEach(() => receiver.stop())

/** A courier over a file that may have been there before, at a time. */
function office(options: { readonly now?: number; readonly webhooks?: readonly WebhookTarget[] } = {}) {
  const { now = NOW, webhooks = [webhookOf(receiver.url)] } = options
  const store: AlertStore = createFileAlertStore({ path: join(root, `${file}.json`), now: () => now })
  const told: (readonly [string, DeliveryResult, string])[] = []
  const deliver = createCourier({
    ...{ store, webhooks: () => webhooks, post: createPost(() => now), clock: { now: () => now }, random: () => 0 },
    told: (...what) => told.push(what),
  })
  return { store, told, deliver: () => deliver(new AbortController().signal) }
}

test('a delivery is posted once, signed with the secret over time and body', async () => {
  const { store, told, deliver } = office()
  await store.raise(raisedOf('a'), ['ops'])
  await deliver()
  await deliver()
  const [call] = receiver.calls
  assert.equal(receiver.calls.length, 1)
  const seconds = NOW / 1000
  const signed = `t=${seconds},v1=${signature('a secret of the tests', seconds, call?.body ?? '')}`
  assert.equal(call?.headers['x-tollgate-signature'], signed)
  assert.equal(call?.headers['x-tollgate-alert-id'], 'a')
  assert.deepEqual(told, [['ops', 'delivered', '']])
})

test('a receiver that fails is asked again later with the same id, also by the next process', async () => {
  receiver.react({ status: 503 })
  const first = office()
  await first.store.raise(raisedOf('a'), ['ops'])
  await first.deliver()
  assert.deepEqual(first.told, [['ops', 'failed', 'status 503']])
  await office({ now: NOW + 4_999 }).deliver()
  assert.equal(receiver.calls.length, 1)
  receiver.react({ status: 200 })
  const next = office({ now: NOW + 5_000 })
  await next.deliver()
  assert.deepEqual(next.told, [['ops', 'delivered', '']])
  assert.deepEqual(
    receiver.calls.map(({ headers }) => headers['x-tollgate-alert-id']),
    ['a', 'a'],
  )
})

test('a receiver that hangs is given up after the timeout and asked again', async () => {
  receiver.react('hang')
  const { store, told, deliver } = office({ webhooks: [webhookOf(receiver.url, { timeout: 100 })] })
  await store.raise(raisedOf('a'), ['ops'])
  await deliver()
  assert.deepEqual(told, [['ops', 'failed', 'timeout']])
})

test('a refusal is final, but 408, 425 and 429; redirects are not followed', async () => {
  for (const [status, result] of [
    [400, 'rejected'],
    [410, 'rejected'],
    [302, 'rejected'],
    [408, 'failed'],
    [425, 'failed'],
    [429, 'failed'],
  ] as const) {
    receiver.react({ status, headers: { location: receiver.url } })
    file += 1
    const { store, told, deliver } = office()
    const before = receiver.calls.length
    await store.raise(raisedOf('a'), ['ops'])
    await deliver()
    assert.deepEqual(told, [['ops', result, `status ${status}`]])
    assert.equal(receiver.calls.length, before + 1)
  }
})

test('after a day it is given up, and what nobody is configured for is dropped', async () => {
  receiver.react({ status: 500 })
  const { store, told, deliver } = office({ now: NOW + DAY - 1 })
  await store.raise({ ...raisedOf('a'), until: NOW + 2 * DAY }, ['ops', 'gone'])
  await deliver()
  assert.deepEqual(told, [['ops', 'expired', 'status 500']])
  assert.deepEqual(await store.take(NOW + 9 * DAY, 1, 10), [])
})

test('a port that nobody listens at is a failure whose reason names no URL', async () => {
  const { url } = receiver
  await receiver.stop()
  const { store, told, deliver } = office({ webhooks: [webhookOf(url)] })
  await store.raise(raisedOf('a'), ['ops'])
  await deliver()
  assert.deepEqual(told, [['ops', 'failed', 'ECONNREFUSED']])
  receiver = await startReceiver()
})

test('pauses double from 5 s up to an hour, less up to half', () => {
  assert.deepEqual(
    [0, 1, 2, 9, 10, 1000].map((failures) => pauseAfter(failures, 0)),
    [5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000],
  )
  assert.equal(pauseAfter(0, 0.5), 3_750)
})
