import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Credentials } from '../../../../core/provider.js'
import { signForBedrock } from '../../../../llm/providers/bedrock-sign.js'
import { bedrockGuardrailGuard } from '../../../../policies/guardrails/external/bedrock-guardrail.js'
import type { BedrockGuardrailSettings } from '../../../../policies/guardrails/external/settings.js'
import { applied, deadline, failureOf, judged, judgedAnswer, sender, user } from '../../../support/guards/asking.js'
import { BEDROCK_KEY, BEDROCK_KEYS, bedrockGuardrail } from '../../../support/guards/bedrock-guardrail.js'
import { type FakeService, startFake } from '../../../support/guards/fake-service.js'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

async function subject(
  t: TestContext,
  more: Partial<BedrockGuardrailSettings> = {},
  credentials: Credentials = { apiKey: BEDROCK_KEY },
) {
  const fake = await startFake(t, bedrockGuardrail)
  const settings = { region: 'eu-west-1', guardrail: 'gr1', version: 'DRAFT', window: 1000, ...more }
  const guard = bedrockGuardrailGuard(settings, {
    ...sender(t),
    sign: (request, authority) =>
      signForBedrock(request, credentials, NOW, { authority, options: { region: settings.region } }),
    baseUrlOf: (region) => (region === 'eu-west-1' ? fake.url : assert.fail(region)),
  })
  return { fake, guard }
}

const bodies = ({ calls }: FakeService) => calls.map(({ body }) => JSON.parse(body))

test('what the guardrail does not touch passes, also what it only notices', async (t) => {
  const { fake, guard } = await subject(t)
  assert.deepEqual(await judged(guard, [user('hello'), user('I am grumpy')]), { kind: 'clean' })
  assert.deepEqual(bodies(fake), [
    { source: 'INPUT', content: [{ text: { text: 'hello' } }, { text: { text: 'I am grumpy' } }] },
  ])
  assert.equal(fake.calls[0]?.path, '/guardrail/gr1/version/DRAFT/apply')
})

test('what it blocks is a hit by its policy, in one text with its place', async (t) => {
  const { guard } = await subject(t)
  assert.deepEqual(await judged(guard, [user('give me investment advice'), user('hi')]), {
    kind: 'hit',
    reason: 'topic',
    score: 1,
    advice: 'block',
  })
  assert.deepEqual(await judged(guard, [user('you idiot')]), {
    kind: 'hit',
    reason: 'insults',
    score: 2 / 3,
    advice: 'block',
    places: [{ text: 0, start: 0, end: 9 }],
  })
})

test('what it masks is a hit with places, which give its own text', async (t) => {
  const { guard } = await subject(t)
  const texts = ['mail jane@x.com or ask Jane Roe', 'nothing here', 'Bob']
  const judgement = await judged(guard, texts.map(user))
  assert.ok(judgement.kind === 'hit')
  const { places = [], ...rest } = judgement
  assert.deepEqual(rest, { kind: 'hit', reason: 'sensitive-information', score: 1, advice: 'mask' })
  assert.deepEqual(
    places.map(({ text, start, end, replacement }) => [texts[text]?.slice(start, end), replacement]),
    [
      ['jane@x.com', '{EMAIL}'],
      ['Jane Roe', '{NAME}'],
      ['Bob', '{NAME}'],
    ],
  )
  assert.deepEqual(applied(texts, judgement), ['mail {EMAIL} or ask {NAME}', 'nothing here', '{NAME}'])
})

test('blocking goes before masking', async (t) => {
  const { guard } = await subject(t)
  const judgement = await judged(guard, [user('darn, jane@x.com')])
  assert.deepEqual(judgement, {
    kind: 'hit',
    reason: 'word',
    score: 1,
    advice: 'block',
    places: [{ text: 0, start: 0, end: 16 }],
  })
})

test('blocking goes before masking, also what is less sure', async (t) => {
  const { guard } = await subject(t)
  const judgement = await judged(guard, [user('you idiot, jane@x.com')])
  assert.ok(judgement.kind === 'hit' && judgement.reason === 'insults' && judgement.advice === 'block')
  const apart = await judged(guard, [user(`${'x'.repeat(24_500)} Bob`), user(`you idiot ${'x'.repeat(900)}`)])
  assert.ok(apart.kind === 'hit' && apart.reason === 'insults' && apart.advice === 'block')
})

test('answers are asked about as output', async (t) => {
  const { fake, guard } = await subject(t)
  assert.equal((await judgedAnswer(guard, 'ask Bob')).kind, 'hit')
  assert.equal(bodies(fake)[0].source, 'OUTPUT')
})

test('a call has no more units than the quota, in long texts and in many', async (t) => {
  const { fake, guard } = await subject(t)
  const long = `${'x '.repeat(12_499)}jane@x.com ${'y '.repeat(3000)}Bob`
  const judgement = await judged(guard, [user(long)])
  assert.deepEqual(applied([long], judgement), [long.replace('jane@x.com', '{EMAIL}').replace('Bob', '{NAME}')])
  assert.equal(fake.calls.length, 2)
  await judged(
    guard,
    Array.from({ length: 60 }, () => user('short')),
  )
  assert.equal(fake.calls.length, 5)
})

test('calls are signed as those to models are, with AWS keys or with a bearer token', async (t) => {
  const { accessKeyId, secretAccessKey, region } = BEDROCK_KEYS
  const arn = `arn:aws:bedrock:${region}:123456789012:guardrail/gr1`
  const aws = (secret: string): Credentials => ({ aws: () => ({ accessKeyId, secretAccessKey: secret }) })
  const signed = await subject(t, { guardrail: arn, version: '3' }, aws(secretAccessKey))
  assert.equal((await judged(signed.guard, [user('Bob')])).kind, 'hit')
  assert.match(
    signed.fake.calls[0]?.headers.authorization ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260102\//,
  )
  const wrong = await subject(t, {}, aws('wrong'))
  assert.equal(
    await failureOf(judged(wrong.guard, [user('x')])),
    'Bedrock guardrails answered 403 AccessDeniedException',
  )
})

test('failures tell status and kind, and nothing of what was sent', async (t) => {
  const { fake, guard } = await subject(t)
  const ask = () => failureOf(judged(guard, [user('secret text')]))
  const type = { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' }
  fake.next({ status: 429, body: { message: 'secret text' }, headers: type })
  assert.equal(await ask(), 'Bedrock guardrails answered 429 ThrottlingException')
  fake.next({ status: 500, body: { message: 'secret text' } })
  assert.equal(await ask(), 'Bedrock guardrails answered 500')
  fake.next({ status: 200, body: { action: 'GUARDRAIL_INTERVENED' } })
  assert.equal(
    await ask(),
    'Bedrock guardrails gave an answer that cannot be read: it has no action, assessments and outputs',
  )
  const unknown = await subject(t, { guardrail: 'other' })
  assert.equal(
    await failureOf(judged(unknown.guard, [user('x')])),
    'Bedrock guardrails answered 404 ResourceNotFoundException',
  )
})

test('an intervention of a policy that is not known blocks; outputs that do not fit their texts have no places', async (t) => {
  const { fake, guard } = await subject(t)
  const intervened = { action: 'GUARDRAIL_INTERVENED', outputs: [{ text: 'no' }] }
  fake.next({ status: 200, body: { ...intervened, assessments: [{ newPolicy: { things: [{ action: 'BLOCKED' }] } }] } })
  assert.deepEqual(await judged(guard, [user('a'), user('b')]), {
    kind: 'hit',
    reason: 'intervened',
    score: 1,
    advice: 'block',
  })
  const masked = { sensitiveInformationPolicy: { piiEntities: [], regexes: [{ name: 'x', action: 'ANONYMIZED' }] } }
  for (const outputs of [[{ text: 'no' }], [{ text: 'x' }, { text: 'y' }, { text: 'z' }], [{ text: 'x' }, {}]]) {
    fake.next({ status: 200, body: { ...intervened, outputs, assessments: [masked] } })
    assert.deepEqual(await judged(guard, [user('a'), user('b')]), {
      kind: 'hit',
      reason: 'sensitive-information',
      score: 1,
      advice: 'mask',
    })
  }
})

test('a deadline ends the call', async (t) => {
  const { fake, guard } = await subject(t)
  fake.next('hang')
  const late = deadline()
  const asked = failureOf(judged(guard, [user('x')], late.signal))
  await fake.arrived(1)
  late.pass()
  assert.equal(await asked, 'Bedrock guardrails gave no answer: it took too long')
})
