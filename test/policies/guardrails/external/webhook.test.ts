import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { atOnce } from '../../../../core/turns.js'
import type { WebhookSettings } from '../../../../policies/guardrails/external/settings.js'
import { webhookGuard } from '../../../../policies/guardrails/external/webhook.js'
import { webhookJudgement } from '../../../../policies/guardrails/external/webhook-answer.js'
import {
  deadline,
  failureOf,
  guarded,
  judged,
  judgedAnswer,
  lasting,
  sender,
  user,
} from '../../../support/guards/asking.js'
import { deadUrl, type FakeCall, type FakeReply, startFake } from '../../../support/guards/fake-service.js'
import { webhookReceiver } from '../../../support/guards/webhook-receiver.js'

const SECRET = 'a secret of some length'
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

interface Given {
  readonly settings?: Partial<WebhookSettings>
  readonly answer?: (body: Record<string, unknown>) => unknown
  readonly key?: Buffer
  readonly receivedAt?: number
  readonly newId?: () => string
}

async function subject(t: TestContext, given: Given = {}) {
  const { settings, answer = () => ({ verdict: 'pass' }), key = Buffer.from(SECRET), receivedAt = NOW } = given
  const receive = webhookReceiver(key, () => receivedAt, answer)
  const handler = (call: FakeCall): FakeReply => (call.path === '/guard' ? receive(call) : { status: 404, body: {} })
  const fake = await startFake(t, handler)
  const guard = webhookGuard(
    { url: `${fake.url}/guard`, secret: SECRET, context: ['model'], window: 'whole', ...settings },
    {
      ...sender(t),
      hmac: (key) => createHmac('sha256', key),
      newId: given.newId ?? randomUUID,
      now: () => NOW,
    },
  )
  return { fake, guard }
}

test('the protocol: what is sent of a request, and of an answer', async (t) => {
  const { fake, guard } = await subject(t)
  assert.deepEqual(await judged(guard, [user('hi'), { text: 'found', source: 'tool' }]), { kind: 'clean' })
  assert.deepEqual(JSON.parse(fake.calls[0]?.body ?? ''), {
    version: 1,
    direction: 'request',
    request: { id: 'req-1', model: 'gpt-4' },
    texts: [
      { text: 'hi', source: 'user' },
      { text: 'found', source: 'tool' },
    ],
  })
  await judgedAnswer(guard, '😀 there', { kind: 'reasoning', choice: 1, from: 3, ended: false })
  assert.deepEqual(JSON.parse(fake.calls[1]?.body ?? ''), {
    version: 1,
    direction: 'answer',
    request: { id: 'req-1', model: 'gpt-4' },
    texts: [{ text: '😀 there', kind: 'reasoning', choice: 1, from: 2, ended: false }],
  })
})

test('a long request is told and signed as a short one is, while others have their turns', async (t) => {
  let signed = false
  const { fake, guard } = await subject(t, {
    answer: () => {
      signed = true
      return { verdict: 'mask', reason: 'names', places: [{ text: 1, start: 400_000, end: 400_003 }] }
    },
  })
  const long = `${'\u{1f600}'.repeat(400_000)}Bob "and" others`
  const segments = [user('a "b" \u{1f600}'), user(long), ...Array.from({ length: 20_000 }, () => user('good morning'))]
  let rounds = 0
  const count = setInterval(() => rounds++)
  const judgement = await judged(guard, segments)
  clearInterval(count)
  assert.ok(signed && rounds > 5, `${rounds} rounds`)
  assert.deepEqual(JSON.parse(fake.calls[0]?.body ?? '').texts, segments)
  assert.deepEqual(judgement, {
    ...{ kind: 'hit', advice: 'mask', reason: 'names' },
    places: [{ text: 1, start: 800_000, end: 800_003 }],
  })
})

test('what else it is told is what the configuration names', async (t) => {
  const { fake, guard } = await subject(t, { settings: { context: ['user', 'team', 'tags', 'found'] } })
  const identity = { user: 'u1', organization: 'o1', key: 'k1', tags: { tier: 'gold' } }
  await guard.open(guarded([user('hi')], { identity, found: { email: 2 } })).request?.(lasting())
  assert.deepEqual(JSON.parse(fake.calls[0]?.body ?? '').request, {
    id: 'req-1',
    user: 'u1',
    tags: { tier: 'gold' },
    found: { email: 2 },
  })
})

test('each call has an id, a time and a signature over both and the body', async (t) => {
  const { fake, guard } = await subject(t)
  await judged(guard, [user('hi')])
  await judged(guard, [user('hi')])
  const [first, second] = fake.calls.map(({ headers }) => headers)
  assert.equal(first?.['webhook-timestamp'], String(NOW / 1000))
  assert.match(String(first?.['webhook-signature']), /^v1,[A-Za-z0-9+/]{43}=$/)
  assert.notEqual(first?.['webhook-id'], second?.['webhook-id'])
})

test('the secret may be bytes, written as Standard Webhooks does', async (t) => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
  const { guard } = await subject(t, { key, settings: { secret: `whsec_${key.toString('base64')}` } })
  assert.equal((await judged(guard, [user('hi')])).kind, 'clean')
})

test('a receiver can tell other secrets, old calls and repeated ones', async (t) => {
  const refusal = async (given: Given) => {
    const { guard } = await subject(t, given)
    await judged(guard, [user('hi')]).catch(() => {})
    return failureOf(judged(guard, [user('hi')]))
  }
  assert.equal(await refusal({ key: Buffer.from('another') }), 'the webhook answered 401 bad_signature')
  assert.equal(await refusal({ receivedAt: NOW + 301_000 }), 'the webhook answered 401 too_old')
  assert.equal(await refusal({ newId: () => 'same' }), 'the webhook answered 409 replayed')
})

test('verdicts are hits with what they advise', async (t) => {
  const answers: unknown[] = [
    { verdict: 'block', reason: 'export-control', score: 0.9 },
    { verdict: 'flag' },
    { verdict: 'mask', reason: 'names', places: [{ text: 0, start: 2, end: 5, replacement: 'N.' }] },
    { verdict: 'pass', score: 0.1, more: 'of a later version' },
  ]
  const { guard } = await subject(t, { answer: () => answers.shift() })
  const ask = () => judged(guard, [user('😀 Bob')])
  assert.deepEqual(await ask(), { kind: 'hit', advice: 'block', reason: 'export-control', score: 0.9 })
  assert.deepEqual(await ask(), { kind: 'hit', advice: 'flag', reason: 'flag' })
  assert.deepEqual(await ask(), {
    kind: 'hit',
    advice: 'mask',
    reason: 'names',
    places: [{ text: 0, start: 3, end: 6, replacement: 'N.' }],
  })
  assert.deepEqual(await ask(), { kind: 'clean', score: 0.1 })
})

test('a reason that could be content is put aside, the verdict stays', () => {
  for (const reason of ['The user said: Jane', 'x'.repeat(65), 7, '', 'a b', 'ä']) {
    const judgement = atOnce(webhookJudgement({ verdict: 'block', reason }, [{ text: 'x' }]))
    assert.deepEqual(judgement, { kind: 'hit', advice: 'block', reason: 'block' })
  }
})

test('answers of another form are refused', () => {
  const refused = (answer: Parameters<typeof webhookJudgement>[0]) => {
    try {
      return atOnce(webhookJudgement(answer, [{ text: 'abc' }]))
    } catch (cause) {
      return cause instanceof Error && cause.message.split(': ').at(-1)
    }
  }
  const at = (place: Parameters<typeof webhookJudgement>[0]) => refused({ verdict: 'mask', places: [place] })
  assert.equal(refused('pass'), 'it is no object')
  assert.equal(refused({}), 'its verdict is none of pass, block, flag, mask')
  assert.equal(refused({ verdict: 'PASS' }), 'its verdict is none of pass, block, flag, mask')
  assert.equal(refused({ verdict: 'pass', score: 2 }), 'its score is no number from 0 to 1')
  assert.equal(refused({ verdict: 'mask', places: [] }), 'its places are no list of at least one')
  assert.equal(at({ text: 1, start: 0, end: 1 }), 'a place is in none of the texts')
  for (const [start, end] of [
    [1, 1],
    [2, 1],
    [0, 4],
    [-1, 2],
    [0.5, 2],
  ]) {
    assert.equal(at({ text: 0, start, end }), 'a place is no part of its text')
  }
  assert.equal(
    at({ text: 0, start: 0, end: 1, replacement: 'x'.repeat(1001) }),
    'a replacement is no text of at most 1000 characters',
  )
})

test('failures: statuses, no JSON, too much of it, nobody there, too late', async (t) => {
  const { fake, guard } = await subject(t)
  const ask = () => failureOf(judged(guard, [user('secret text')]))
  fake.next({ status: 429, body: { error: 'secret text' } })
  assert.equal(await ask(), 'the webhook answered 429')
  fake.next({ status: 500, body: { error: { code: 'crashed' } } })
  assert.equal(await ask(), 'the webhook answered 500 crashed')
  fake.next({ status: 200, body: 'ok' })
  assert.equal(await ask(), 'the webhook gave an answer that cannot be read: it is no JSON')
  fake.next({ status: 200, body: { verdict: 'pass', more: 'x'.repeat(300_000) } })
  assert.equal(await ask(), 'the webhook gave no answer: its answer has more than 262144 bytes')
  fake.next('hang')
  const late = deadline()
  const asked = failureOf(judged(guard, [user('x')], late.signal))
  await fake.arrived(5)
  late.pass()
  assert.equal(await asked, 'the webhook gave no answer: it took too long')
  const nobody = await subject(t, { settings: { url: await deadUrl() } })
  assert.equal(
    await failureOf(judged(nobody.guard, [user('x')])),
    'the webhook gave no answer: the connection failed (ECONNREFUSED)',
  )
})

test('without texts it is not asked', async (t) => {
  const { fake, guard } = await subject(t)
  assert.deepEqual(await judged(guard, []), { kind: 'clean' })
  assert.equal(fake.calls.length, 0)
})
