import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openaiModerationGuard } from '../../../../policies/guardrails/external/openai-moderation.js'
import type { OpenaiModerationSettings } from '../../../../policies/guardrails/external/settings.js'
import { deadline, failureOf, judged, judgedAnswer, sender, through, user } from '../../../support/guards/asking.js'
import { deadUrl, startFake } from '../../../support/guards/fake-service.js'
import { OPENAI_KEY, openaiModeration } from '../../../support/guards/openai-moderation.js'

async function subject(t: TestContext, more: Partial<OpenaiModerationSettings> = {}, apiKey = OPENAI_KEY) {
  const fake = await startFake(t, openaiModeration)
  const settings = { baseUrl: fake.url, model: 'omni-moderation-latest', thresholds: {}, window: 1000, ...more }
  return { fake, guard: openaiModerationGuard(settings, { ...sender(t), credentials: { apiKey } }) }
}

test('harmless texts pass with the highest score, in one call', async (t) => {
  const { fake, guard } = await subject(t)
  assert.deepEqual(await judged(guard, [user('hello'), user('a rude word')]), { kind: 'clean', score: 0.4 })
  assert.equal(fake.calls.length, 1)
  assert.deepEqual(JSON.parse(fake.calls[0]?.body ?? ''), {
    model: 'omni-moderation-latest',
    input: ['hello', 'a rude word'],
  })
})

test('a category that OpenAI flags is a hit where it stands', async (t) => {
  const { guard } = await subject(t)
  assert.deepEqual(await judged(guard, [user('hello'), user('hateful'), user('violent')]), {
    kind: 'hit',
    score: 0.95,
    reason: 'hate',
    places: [
      { text: 1, start: 0, end: 7 },
      { text: 2, start: 0, end: 7 },
    ],
  })
  assert.deepEqual(await judgedAnswer(guard, 'violent'), {
    kind: 'hit',
    score: 0.8,
    reason: 'violence',
    places: [{ text: 0, start: 0, end: 7 }],
  })
})

test("thresholds of one's own go before OpenAI's", async (t) => {
  const { guard } = await subject(t, { thresholds: { harassment: 0.3, hate: 'off', violence: 0.9 } })
  const reasonOf = async (text: string) => {
    const judgement = await judged(guard, [user(text)])
    return judgement.kind === 'hit' ? judgement.reason : judgement
  }
  assert.equal(await reasonOf('rude'), 'harassment')
  assert.deepEqual(await reasonOf('hateful'), { kind: 'clean', score: 0.001 })
  assert.deepEqual(await reasonOf('violent'), { kind: 'clean', score: 0.8 })
})

test('long texts and many are sent in several pieces and calls; nothing hides at an edge', async (t) => {
  const { fake, guard } = await subject(t)
  const long = `${'x'.repeat(1996)}hateful${'y'.repeat(80_000)}`
  const judgement = await judged(guard, [user(long), user(' \n')])
  assert.deepEqual(judgement.kind === 'hit' && judgement.places, [{ text: 0, start: 1800, end: 3800 }])
  assert.equal(fake.calls.length, 2)
  const many = Array.from({ length: 70 }, (_, index) => user(`text ${index}`))
  assert.equal((await judged(guard, many)).kind, 'clean')
  assert.equal(fake.calls.length, 5)
})

test('without anything to judge nobody is asked', async (t) => {
  const { fake, guard } = await subject(t)
  assert.deepEqual(await judged(guard, [user(''), user('\n ')]), { kind: 'clean' })
  assert.equal(fake.calls.length, 0)
})

test('a base URL with a version is taken as it is', async (t) => {
  const fake = await startFake(t, openaiModeration)
  const settings = { baseUrl: `${fake.url}/v1`, model: 'omni-moderation-latest', thresholds: {}, window: 1000 }
  const guard = openaiModerationGuard(settings, { ...sender(t), credentials: { apiKey: OPENAI_KEY } })
  assert.equal((await judged(guard, [user('hateful')])).kind, 'hit')
})

test('failures tell status and code, and nothing of what was sent', async (t) => {
  const { fake, guard } = await subject(t)
  const ask = () => failureOf(judged(guard, [user('secret text')]))
  fake.next({ status: 429, body: { error: { message: 'secret text', type: 'requests', code: 'rate_limit_exceeded' } } })
  assert.equal(await ask(), 'OpenAI moderations answered 429 rate_limit_exceeded')
  fake.next({ status: 500, body: '<html>secret text</html>' })
  assert.equal(await ask(), 'OpenAI moderations answered 500')
  fake.next({ status: 302, body: '', headers: { location: `${fake.url}/elsewhere` } })
  assert.equal(await ask(), 'OpenAI moderations answered 302')
  fake.next({ status: 200, body: 'secret text' })
  assert.equal(await ask(), 'OpenAI moderations gave an answer that cannot be read: it is no JSON')
  const wrong = (body: unknown) => {
    fake.next({ status: 200, body })
    return ask()
  }
  const unread = 'OpenAI moderations gave an answer that cannot be read'
  assert.equal(await wrong({ results: [] }), `${unread}: it has not one result for each text`)
  assert.equal(await wrong({ results: [{ flagged: true }] }), `${unread}: a result has no categories and scores`)
  const scored = { categories: { hate: true }, category_scores: { hate: 7 } }
  assert.equal(await wrong({ results: [scored] }), `${unread}: a score is no number from 0 to 1`)
  assert.equal(fake.calls.length, 7)
})

test('a wrong key is refused without being repeated', async (t) => {
  const { guard } = await subject(t, {}, 'sk-wrong')
  assert.equal(await failureOf(judged(guard, [user('x')])), 'OpenAI moderations answered 401 invalid_api_key')
})

test('nobody there, a deadline that passes, and a client that leaves are failures', async (t) => {
  const { fake, guard } = await subject(t)
  fake.next('hang', 'hang')
  const late = deadline()
  const asked = failureOf(judged(guard, [user('x')], late.signal))
  await fake.arrived(1)
  late.pass()
  assert.equal(await asked, 'OpenAI moderations gave no answer: it took too long')
  const left = deadline()
  const again = failureOf(judged(guard, [user('x')], left.signal))
  await fake.arrived(2)
  left.hangUp()
  assert.equal(await again, 'OpenAI moderations gave no answer: nobody waits for it any more')

  const settings = { baseUrl: await deadUrl(), model: 'm', thresholds: {}, window: 1000 }
  const nobody = openaiModerationGuard(settings, { ...sender(t), credentials: {} })
  assert.equal(
    await failureOf(judged(nobody, [user('x')])),
    'OpenAI moderations gave no answer: the connection failed (ECONNREFUSED)',
  )
})

test('a hit counts also where another of the calls failed', async (t) => {
  const { fake, guard } = await subject(t)
  const many = Array.from({ length: 40 }, () => user('hateful'))
  fake.next({ status: 500, body: '' })
  const judgement = await judged(guard, many)
  assert.equal(judgement.kind, 'hit')
  assert.equal(fake.calls.length, 2)
})

test('credentials that do not come are waited for no longer than the deadline', async () => {
  const send = () => assert.fail('it was sent')
  const settings = { baseUrl: 'http://nobody.test', model: 'm', thresholds: {}, window: 1000 }
  const guard = openaiModerationGuard(settings, {
    ...through(send),
    credentials: { token: () => new Promise(() => {}) },
  })
  const late = deadline()
  const asked = failureOf(judged(guard, [user('x')], late.signal))
  late.pass()
  assert.equal(await asked, 'OpenAI moderations gave no answer: TimeoutError')
})
