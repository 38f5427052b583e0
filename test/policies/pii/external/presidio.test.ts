import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { askPresidio } from '../../../../policies/pii/external/presidio.js'
import type { AnalyzerSettings } from '../../../../policies/pii/settings.js'
import { deadline, failureOf, lasting, sender } from '../../../support/guards/asking.js'
import { deadUrl, startFake } from '../../../support/guards/fake-service.js'
import { presidioAnalyzer } from '../../../support/guards/presidio-analyzer.js'

async function subject(t: TestContext, more: Partial<AnalyzerSettings> = {}) {
  const fake = await startFake(t, presidioAnalyzer)
  const settings: AnalyzerSettings = {
    ...{ url: fake.url, language: 'en', entities: ['PERSON', 'LOCATION', 'NRP'], threshold: 0.5, timeout: 1000 },
    ...{ onFailure: 'block', ...more },
  }
  const send = sender(t)
  const ask = (texts: readonly string[], signal = lasting()) =>
    askPresidio(
      texts.map((text) => ({ text })),
      settings,
      send,
      signal,
    )
  return { fake, ask }
}

test('findings come by our names of entities, at UTF-16 offsets, in order', async (t) => {
  const { fake, ask } = await subject(t)
  const texts = ['😀😀 Bob met Jane Roe in Paris', 'nobody', '😀 French Amélie and Bob', 'nobody']
  const found = await ask(texts)
  assert.deepEqual(
    found.map((findings, index) => findings.map(({ entity, start, end }) => [entity, texts[index]?.slice(start, end)])),
    [
      [
        ['person', 'Bob'],
        ['person', 'Jane Roe'],
        ['location', 'Paris'],
      ],
      [],
      [
        ['nrp', 'French'],
        ['person', 'Amélie'],
        ['person', 'Bob'],
      ],
      [],
    ],
  )
  assert.equal(found[0]?.[0]?.recognizer, 'analyzer')
  assert.deepEqual(JSON.parse(fake.calls[0]?.body ?? ''), {
    text: '😀😀 Bob met Jane Roe in Paris\n\nnobody\n\n😀 French Amélie and Bob',
    language: 'en',
    entities: ['PERSON', 'LOCATION', 'NRP'],
    score_threshold: 0.5,
  })
})

test('a text that is cut into pieces has its findings once', async (t) => {
  const { fake, ask } = await subject(t)
  const text = `${'word '.repeat(3970)}Bob ${'word '.repeat(40)}${'word '.repeat(4000)}Jane Roe`
  const [found] = await ask([text])
  assert.deepEqual(
    found?.map(({ start, end }) => text.slice(start, end)),
    ['Bob', 'Jane Roe'],
  )
  assert.equal(fake.calls.length, 3)
})

test('what was not asked for is passed over', async (t) => {
  const { fake, ask } = await subject(t)
  fake.next({ status: 200, body: [{ entity_type: 'Some Thing', start: 0, end: 3, score: 1 }] })
  assert.deepEqual(await ask(['Bob']), [[]])
})

test('what reaches over the end of a text is cut there', async (t) => {
  const { fake, ask } = await subject(t)
  fake.next({ status: 200, body: [{ entity_type: 'PERSON', start: 2, end: 8, score: 1 }] })
  const found = await ask(['Jane', 'Roe'])
  assert.deepEqual(
    found.map((findings) => findings.map(({ start, end }) => [start, end])),
    [[[2, 4]], [[0, 2]]],
  )
})

test('without anything to read nobody is asked', async (t) => {
  const { fake, ask } = await subject(t)
  assert.deepEqual(await ask(['', '4711', '  ']), [[], [], []])
  assert.equal(fake.calls.length, 0)
})

test('failures tell the status, and nothing of what was sent', async (t) => {
  const { fake, ask } = await subject(t)
  const wrong = (status: number, body: unknown) => {
    fake.next({ status, body })
    return failureOf(ask(['secret text']))
  }
  assert.equal(await wrong(500, { error: 'secret text' }), 'the analyzer answered 500')
  assert.equal(await wrong(429, {}), 'the analyzer answered 429')
  const unread = 'the analyzer gave an answer that cannot be read'
  assert.equal(await wrong(200, 'ok'), `${unread}: it is no JSON`)
  assert.equal(await wrong(200, {}), `${unread}: it is no list`)
  const place = { entity_type: 'PERSON', score: 1 }
  for (const [start, end] of [
    [0, 12],
    [3, 2],
    [-1, 2],
    ['0', 1],
  ]) {
    assert.equal(await wrong(200, [{ ...place, start, end }]), `${unread}: a result is no part of its text`)
  }
  assert.equal(await wrong(200, [{ start: 0, end: 1 }]), `${unread}: a result has no entity_type and score`)
  const french = await subject(t, { language: 'fr' })
  assert.equal(await failureOf(french.ask(['secret text'])), 'the analyzer answered 500')
})

test('nobody there and a deadline that passes are failures', async (t) => {
  const { fake, ask } = await subject(t)
  fake.next('hang')
  const late = deadline()
  const asked = failureOf(ask(['Bob'], late.signal))
  await fake.arrived(1)
  late.pass()
  assert.equal(await asked, 'the analyzer gave no answer: it took too long')
  const nobody = await subject(t, { url: await deadUrl() })
  assert.equal(
    await failureOf(nobody.ask(['Bob'])),
    'the analyzer gave no answer: the connection failed (ECONNREFUSED)',
  )
})
