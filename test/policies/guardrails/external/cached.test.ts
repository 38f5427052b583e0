import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { type CachedOptions, cached } from '../../../../policies/guardrails/external/cached.js'
import { type Question, remoteGuard, separableGuard } from '../../../../policies/guardrails/external/question.js'
import { createVerdictCache } from '../../../../policies/guardrails/external/verdict-cache.js'
import type { Judgement, Segment } from '../../../../policies/guardrails/guard.js'
import { ServiceFailure } from '../../../../policies/services/transport.js'
import { deadline, failureOf, guarded, judged, judgedAnswer, lasting, user } from '../../../support/guards/asking.js'
import { TURNS } from '../../../support/turns.js'

/** A service whose answers are given by hand. */
function subject(options: Partial<CachedOptions> = {}, most = 100) {
  const asked: { question: Question; signal: AbortSignal; end(judgement: Judgement): void; fail(): void }[] = []
  let time = 0
  const verdicts = options.verdicts ?? createVerdictCache({ most, clock: { monotonic: () => time } })
  const inner = remoteGuard({ window: 1000 }, (question, signal) => {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new ServiceFailure('it is down'))
      asked.push({ question, signal, end: resolve, fail })
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  })
  const digested: string[] = []
  const guard = cached(inner, {
    ...{ verdicts, ttl: 1000, name: 'g', fingerprint: 'f' },
    digest(text) {
      digested.push(text)
      return createHmac('sha256', 'key').update(text).digest('hex')
    },
    ...options,
  })
  const pass = (ms: number) => {
    time += ms
  }
  return { guard, asked, verdicts, digested, pass }
}

const CLEAN: Judgement = { kind: 'clean', score: 0.1 }
const HIT: Judgement = { kind: 'hit', reason: 'hate', places: [{ text: 0, start: 0, end: 1 }] }

test('clean and hit verdicts are kept for their time, and not longer', async () => {
  const { guard, asked, pass } = subject()
  for (const [index, judgement] of [CLEAN, HIT].entries()) {
    const first = judged(guard, [user(`text ${index}`)])
    asked.at(-1)?.end(judgement)
    assert.deepEqual(await first, judgement)
    pass(999)
    assert.deepEqual(await judged(guard, [user(`text ${index}`)]), judgement)
    assert.equal(asked.length, index * 2 + 1)
    pass(1)
    const later = judged(guard, [user(`text ${index}`)])
    assert.equal(asked.length, index * 2 + 2)
    asked.at(-1)?.end(CLEAN)
    await later
  }
})

test('failures are not kept', async () => {
  const { guard, asked, verdicts } = subject()
  const first = failureOf(judged(guard, [user('x')]))
  asked[0]?.fail()
  assert.equal(await first, 'it is down')
  assert.equal(verdicts.size(), 0)
  const second = judged(guard, [user('x')])
  asked[1]?.end(HIT)
  assert.deepEqual(await second, HIT)
})

test('texts, their order, their sources, direction, guard, settings and context tell questions apart', async () => {
  const verdicts = createVerdictCache({ most: 100, clock: { monotonic: () => 0 } })
  const of = (options: Partial<CachedOptions> = {}) => subject({ verdicts, ...options })
  const subjects = [of(), of({ name: 'h' }), of({ fingerprint: 'other' })]
  const told = of({ contextOf: ({ model }) => model })
  const segments: readonly (readonly Segment[])[] = [
    [user('a'), user('b')],
    [user('b'), user('a')],
    [user('ab')],
    [user('a'), { text: 'b', source: 'tool' }],
  ]
  for (const each of segments) void judged(subjects[0]?.guard ?? told.guard, each)
  for (const { guard } of subjects) void judgedAnswer(guard, 'a')
  void judgedAnswer(subjects[0]?.guard ?? told.guard, 'a', { ended: false })
  void judged(told.guard, [user('ab')])
  void told.guard.open(guarded([user('ab')], { model: 'other' })).request?.(lasting())
  await Promise.resolve()
  const counts = [...subjects, told].map(({ asked }) => asked.length)
  assert.deepEqual(counts, [6, 1, 1, 2])
})

test('requests of others with the same texts are the same question, whatever their ids', async () => {
  const { guard, asked } = subject()
  const ask = (id: string) => guard.open(guarded([user('x')], { id })).request?.(lasting())
  const answers = [ask('r1'), ask('r2')]
  await Promise.resolve()
  assert.equal(asked.length, 1)
  asked[0]?.end(HIT)
  assert.deepEqual(await Promise.all(answers), [HIT, HIT])
})

test('one who leaves does not end the question of the others; the last one does', async () => {
  const { guard, asked } = subject()
  const [first, second, third] = [deadline(), deadline(), deadline()]
  const left = judged(guard, [user('x')], first.signal)
  const stays = judged(guard, [user('x')], second.signal)
  first.hangUp()
  await assert.rejects(left, { name: 'AbortError' })
  assert.equal(asked[0]?.signal.aborted, false)
  asked[0]?.end(HIT)
  assert.deepEqual(await stays, HIT)

  const alone = judged(guard, [user('y')], third.signal)
  third.pass()
  await assert.rejects(alone, { name: 'TimeoutError' })
  assert.equal(asked[1]?.signal.aborted, true)
  assert.equal(asked[1]?.signal.reason.name, 'TimeoutError')
  void judged(guard, [user('y')])
  await Promise.resolve()
  assert.equal(asked.length, 3)
})

test('one who has left already asks nothing', async () => {
  const { guard, asked } = subject()
  const gone = deadline()
  gone.hangUp()
  await assert.rejects(judged(guard, [user('x')], gone.signal), { name: 'AbortError' })
  assert.equal(asked.length, 0)
})

test('no more verdicts are held than allowed; those not asked for the longest go first', async () => {
  const { guard, asked, verdicts } = subject({}, 2)
  const ask = async (text: string) => {
    const count = asked.length
    const answer = judged(guard, [user(text)])
    await Promise.resolve()
    if (asked.length > count) asked.at(-1)?.end(CLEAN)
    await answer
    return asked.length > count ? 'asked' : 'known'
  }
  assert.deepEqual([await ask('a'), await ask('b'), await ask('a')], ['asked', 'asked', 'known'])
  assert.equal(await ask('c'), 'asked')
  assert.equal(verdicts.size(), 2)
  assert.deepEqual([await ask('a'), await ask('b')], ['known', 'asked'])
})

/** A service that judges each text by itself: `bad` is. */
function separable(options: Partial<CachedOptions> = {}) {
  const asked: string[][] = []
  const signals: AbortSignal[] = []
  let state: 'up' | 'down' | 'hanging' = 'up'
  const inner = separableGuard({ window: 1000, atOnce: 2, turns: TURNS }, function* ({ texts }, signal) {
    yield 1
    asked.push(texts.map(({ text }) => text))
    signals.push(signal)
    return texts.map(({ text }, index) => {
      const piece = { text: index, start: 0, end: text.length, content: text }
      const ask = async () => {
        if (state === 'hanging') await new Promise((_, reject) => signal.addEventListener('abort', reject))
        if (state === 'down') throw new ServiceFailure('it is down')
        return [{ piece, score: text.length / 100, ...(text.startsWith('bad') && { reason: text }) }]
      }
      return { pieces: [piece], ask }
    })
  })
  const verdicts = createVerdictCache({ most: 100, clock: { monotonic: () => 0 } })
  const digest = (text: string) => createHmac('sha256', 'key').update(text).digest('hex')
  const guard = cached(inner, { verdicts, ttl: 1000, name: 'g', fingerprint: 'f', digest, ...options })
  const become = (next: typeof state) => {
    state = next
  }
  return { guard, inner, asked, signals, verdicts, become }
}

test('where each text is judged by itself only those that are new are asked about, and the answer is the same', async () => {
  const { guard, inner, asked } = separable()
  const texts = ['one', 'bad', 'bad indeed', 'one', 'four']
  for (let count = 1; count <= texts.length; count++) {
    const segments = texts.slice(0, count).map(user)
    assert.deepEqual(await judged(guard, segments), await judged(inner, segments))
    asked.splice(1)
    const fresh = [['one'], ['bad'], ['bad indeed'], [], ['four']][count - 1] ?? []
    assert.deepEqual(asked.splice(0), fresh.length > 0 ? [fresh] : [texts.slice(0, count)])
  }
  await judgedAnswer(guard, 'one')
  await judgedAnswer(guard, 'one', { from: 2, ended: false })
  assert.deepEqual(asked, [['one']])
})

test('many new texts are one question, and texts that are twice in it are asked about once', async () => {
  const { guard, asked } = separable()
  const warned: Error[] = []
  const warn = (warning: Error) => warned.push(warning)
  process.on('warning', warn)
  await judged(guard, [...'abcdefghijklmnopqrstuvwxyzabc'].map(user))
  assert.deepEqual(asked, [[...'abcdefghijklmnopqrstuvwxyz']])
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', warn)
  assert.deepEqual(warned, [])
})

test('a hit that is known counts while the service is down; what is not known is a failure', async () => {
  const { guard, become } = separable()
  await judged(guard, [user('bad'), user('good')])
  become('down')
  assert.equal((await judged(guard, [user('new'), user('bad')])).kind, 'hit')
  assert.equal(await failureOf(judged(guard, [user('new'), user('good')])), 'it is down')
  become('up')
  assert.equal((await judged(guard, [user('new'), user('good')])).kind, 'clean')
})

test('questions that share a text wait for it together, and only the last who leaves ends it', async () => {
  const { guard, asked, signals, become } = separable()
  become('hanging')
  const [first, second] = [deadline(), deadline()]
  const left = judged(guard, [user('a'), user('b')], first.signal)
  const stays = judged(guard, [user('b'), user('c')], second.signal)
  assert.deepEqual(asked, [['a', 'b'], ['c']])
  first.hangUp()
  await assert.rejects(left, { name: 'AbortError' })
  assert.equal(signals[0]?.aborted, false)
  second.pass()
  await assert.rejects(stays, { name: 'TimeoutError' })
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true],
  )
})

test('a guard about requests stays one', () => {
  const inner = remoteGuard({ window: 1000, about: 'requests' }, async () => CLEAN)
  const { verdicts } = subject()
  const guard = cached(inner, { verdicts, ttl: 1, name: 'g', fingerprint: 'f', digest: String })
  assert.equal(guard.open(guarded([])).answer, undefined)
  assert.ok(subject().guard.open(guarded([])).answer)
})

test('of very many texts the question is kept whole, a very long one not at all', async () => {
  const { guard, asked, verdicts } = separable()
  const many = Array.from({ length: 251 }, (_, index) => user(`text ${index}`))
  assert.equal((await judged(guard, many)).kind, 'clean')
  assert.deepEqual([asked.length, verdicts.size()], [1, 1])
  await judged(guard, many)
  assert.equal(asked.length, 1)
  const long = [user('x'.repeat(500_001))]
  for (let times = 0; times < 2; times++) await judged(guard, long)
  assert.deepEqual([asked.length, verdicts.size()], [3, 1])
})

test('what a guard throws is a failure of all texts', async () => {
  const inner = separableGuard({ window: 1000, atOnce: 1, turns: TURNS }, function* () {
    yield 1
    throw new ServiceFailure('a fault')
  })
  const verdicts = createVerdictCache({ most: 9, clock: { monotonic: () => 0 } })
  const guard = cached(inner, { verdicts, ttl: 1, name: 'g', fingerprint: 'f', digest: String })
  assert.equal(await failureOf(judged(guard, [user('a'), user('b')])), 'a fault')
})
