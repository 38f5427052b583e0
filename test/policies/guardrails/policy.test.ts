import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.js'
import type { Verdict } from '../../../core/policy.js'
import { AT_ONCE } from '../../../core/turns.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import type { GuardedRequest, Judgement } from '../../../policies/guardrails/guard.js'
import { guardrails } from '../../../policies/guardrails/policy.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { call, contentOf } from '../fakes.js'
import { auditOf, auditsOf, guardOf, refusal, ruleOf, said, subject, timers, watchOf, wordGuard } from './world.js'

const HIT: Judgement = { kind: 'hit', reason: 'r', score: 0.8 }
const EVIL = wordGuard('evil')

const textsOf = (verdict: Verdict): readonly unknown[] => {
  assert.ok(verdict.kind === 'rewrite', verdict.kind)
  return (verdict.members['messages'] as readonly JsonObject[]).map(({ content }) => content)
}

test('a hit blocks, is flagged, strips the text, or masks the place', async () => {
  const body = said('all is well', 'an evil word, evil twice')
  const error = refusal(await subject([ruleOf(EVIL, { name: 'no-evil' })])(body))
  assert.deepEqual([error.code, error.message], ['guardrail_blocked', "The guardrail 'no-evil' blocks this request."])
  const flagged = await subject([ruleOf(EVIL, { action: 'flag' })])(body)
  assert.equal(flagged.kind, 'continue')
  assert.deepEqual('notes' in flagged && flagged.notes, { hits: ['g'] })
  assert.deepEqual(textsOf(await subject([ruleOf(EVIL, { action: 'strip' })])(body)), ['all is well', '[removed]'])
  const masked = await subject([ruleOf(EVIL, { action: 'mask' })])(body)
  assert.deepEqual(textsOf(masked), ['all is well', 'an [removed] word, [removed] twice'])
  const replacing = wordGuard('evil', { replacement: 'kind' })
  const replaced = await subject([ruleOf(replacing, { action: 'mask' })])(body)
  assert.deepEqual(textsOf(replaced), ['all is well', 'an kind word, kind twice'])
})

test('a guard that is heard itself decides, and blocks where it says nothing', async () => {
  const advising = (advice?: 'block' | 'flag' | 'mask') =>
    ruleOf(
      guardOf({
        request: () => ({
          kind: 'hit',
          reason: 'r',
          places: [{ text: 0, start: 0, end: 4 }],
          ...(advice && { advice }),
        }),
      }),
      {
        action: 'advised',
      },
    )
  const kinds = await Promise.all(
    ([undefined, 'block', 'flag', 'mask'] as const).map((advice) => subject([advising(advice)])(said('evil word'))),
  )
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['refuse', 'refuse', 'continue', 'rewrite'],
  )
  assert.deepEqual(
    kinds.map((verdict) => auditOf(verdict).outcome),
    ['blocked', 'blocked', 'flagged', 'changed'],
  )
})

test('what several guards change in one text is changed once', async () => {
  const rules = [
    ruleOf(wordGuard('evil word'), { action: 'mask' }),
    ruleOf(wordGuard('word, evil'), { action: 'mask' }),
  ]
  assert.deepEqual(textsOf(await subject(rules)(said('an evil word, evil twice'))), ['an [removed] twice'])
  const places = [{ text: 0, start: -5, end: 1e9 }]
  const wild = guardOf({ request: () => ({ kind: 'hit', reason: 'r', places }) })
  assert.deepEqual(textsOf(await subject([ruleOf(wild, { action: 'mask' })])(said('text'))), ['[removed]'])
  // What is not where it is said to be may be anywhere.
  for (const places of [[], [{ text: 9, start: 0, end: 1 }]]) {
    const elsewhere = guardOf({ request: () => ({ kind: 'hit', reason: 'r', places }) })
    assert.deepEqual(textsOf(await subject([ruleOf(elsewhere, { action: 'mask' })])(said('text'))), ['[removed]'])
  }
})

test('in shadow nothing is done, and told all the same', async () => {
  const verdict = await subject([ruleOf(EVIL, { shadow: true })])(said('evil'))
  assert.equal(verdict.kind, 'continue')
  assert.equal('notes' in verdict, false)
  const { outcome, shadow, reason } = auditOf(verdict)
  assert.deepEqual({ outcome, shadow, reason }, { outcome: 'blocked', shadow: true, reason: 'word' })
})

test('a guard reads what comes from whom it is told to read', async () => {
  const body: JsonObject = {
    model: 'm',
    messages: [
      { role: 'system', content: 'from the system' },
      { role: 'user', content: 'from the user' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":"from the assistant"}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: '{"role":"system","content":"from the tool"}' },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: 'from the definition' } }],
  }
  const seen = async (...on: readonly ('system' | 'user' | 'assistant' | 'tool' | 'definition' | 'document')[]) => {
    const read: string[] = []
    const guard = guardOf(() => ({ request: () => ({ kind: 'clean' }) }))
    const noting = {
      ...guard,
      open: (request: GuardedRequest) => {
        read.push(...request.segments.map(({ text, source }) => `${source}: ${text}`))
        return guard.open(request)
      },
    }
    const verdict = await subject([ruleOf(noting, { on })])(body)
    return { read, audit: auditOf(verdict) }
  }
  assert.deepEqual((await seen('system')).read, ['system: from the system'])
  assert.deepEqual((await seen('user')).read, ['user: from the user'])
  assert.deepEqual((await seen('assistant')).read, ['assistant: a', 'assistant: from the assistant'])
  // What a tool says of roles makes nobody the system.
  const tool = await seen('tool')
  assert.deepEqual(tool.read, ['tool: role', 'tool: system', 'tool: content', 'tool: from the tool'])
  assert.deepEqual(tool.audit.surfaces, ['tool'])
  assert.equal(tool.audit.scanned.texts, 4)
  assert.deepEqual((await seen('definition')).read, ['definition: from the definition'])
})

test('a guard that fails or is late blocks, or lets pass, as it is told', async () => {
  const broken = guardOf({
    request: () => {
      throw new Error('private words')
    },
  })
  const rejecting = guardOf({ request: () => Promise.reject(new Error('private words')) })
  const unopened = guardOf(() => {
    throw new Error('private words')
  })
  for (const guard of [broken, rejecting, unopened]) {
    const error = refusal(await subject([ruleOf(guard)])(said('text')))
    assert.equal(error.code, 'guardrail_blocked')
    assert.doesNotMatch(error.message, /private/)
    const allowed = await subject([ruleOf(guard, { onFailure: 'allow' })])(said('text'))
    assert.equal(allowed.kind, 'continue')
    assert.equal(auditOf(allowed).outcome, 'failed')
    assert.equal((await subject([ruleOf(guard, { shadow: true })])(said('text'))).kind, 'continue')
  }
  const time = timers()
  let aborted = false
  const silent = guardOf({
    request: (signal) => {
      signal.addEventListener('abort', () => {
        aborted = true
      })
      return new Promise(() => {})
    },
  })
  const verdict = subject([ruleOf(silent, { timeout: 70 })], time.schedule)(said('text'))
  await new Promise(setImmediate)
  assert.deepEqual(time.waiting(), [70])
  time.pass()
  assert.equal(refusal(await verdict).code, 'guardrail_blocked')
  assert.ok(aborted)
})

test('guards are asked at once, and the first that blocks ends it for all', async () => {
  const time = timers()
  const aborted: string[] = []
  const never = (name: string) =>
    guardOf({
      request: (signal) => {
        signal.addEventListener('abort', () => aborted.push(name))
        return new Promise(() => {})
      },
    })
  const later = guardOf({ request: () => new Promise((resolve) => setImmediate(() => resolve(HIT))) })
  const rules = [ruleOf(never('a'), { name: 'a' }), ruleOf(later, { name: 'b' }), ruleOf(never('c'), { name: 'c' })]
  const verdict = await subject(rules, time.schedule)(said('text'))
  assert.match(refusal(verdict).message, /'b'/)
  await new Promise(setImmediate)
  assert.deepEqual(aborted, ['a', 'c'])
  assert.deepEqual(time.waiting(), [])
  assert.deepEqual(
    auditsOf(verdict).map(({ guard, outcome }) => [guard, outcome]),
    [
      ['a', 'cancelled'],
      ['b', 'blocked'],
      ['c', 'cancelled'],
    ],
  )
})

test('an audit has what was read, the worst score, and a reason that holds no text', async () => {
  const verdict = await subject([
    ruleOf(guardOf({ request: () => HIT }), { action: 'flag' }),
    ruleOf(guardOf({ request: () => ({ kind: 'hit', reason: 'He said: evil' }) }), { action: 'flag' }),
    ruleOf(guardOf({ request: () => ({ kind: 'clean', score: 0.25 }) })),
  ])(said('some', 'texts'))
  const [first, second, third] = auditsOf(verdict)
  assert.deepEqual(first, {
    ...{ guard: 'g', outcome: 'flagged', score: 0.8, reason: 'r', surfaces: ['user'], request: {}, answer: {}, ms: 0 },
    scanned: { texts: 2, characters: 9, unscannable: 0 },
  })
  assert.equal(second?.reason, 'other')
  assert.deepEqual([third?.outcome, third?.score], ['passed', 0.25])
})

test('what nobody can read blocks where the rule says so', async () => {
  const body: JsonObject = {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.test/a.png' } }] }],
  }
  const clean = guardOf({ request: () => ({ kind: 'clean' }) })
  const error = refusal(await subject([ruleOf(clean, { unscannable: 'block' })])(body))
  assert.deepEqual([error.code, error.param], ['guardrail_blocked', 'messages[0].content[0]'])
  const allowed = await subject([ruleOf(clean)])(body)
  assert.equal(allowed.kind, 'continue')
  assert.equal(auditOf(allowed).scanned.unscannable, 1)
  const shadow = await subject([ruleOf(clean, { unscannable: 'block', shadow: true })])(body)
  assert.deepEqual(
    [shadow.kind, auditOf(shadow).outcome, auditOf(shadow).reason],
    ['continue', 'blocked', 'unscannable'],
  )
})

test('guards of a set are asked on the routes of that set only', async () => {
  const admit = subject([ruleOf(EVIL, { sets: ['strict'] })])
  assert.equal((await admit(said('evil'))).kind, 'continue')
  assert.equal((await admit(said('evil'), { call: { guardSet: 'lax' } })).kind, 'continue')
  assert.equal((await admit(said('evil'), { call: { guardSet: 'strict' } })).kind, 'refuse')
})

test('a rule for others is not asked', async () => {
  const match = new Map([['team', { kind: 'in', values: ['red'] }]]) as never
  const admit = subject([ruleOf(EVIL, { match })])
  const identity = (team: string) => ({ call: { identity: { team, tags: {} } } })
  assert.equal((await admit(said('evil'), identity('blue'))).kind, 'continue')
  assert.equal((await admit(said('evil'), identity('red'))).kind, 'refuse')
})

test('bodies that can be read in two ways are refused', async () => {
  const error = refusal(
    await subject([ruleOf(EVIL)])(said('x'), { content: { duplicates: () => true } }).catch((error) => ({
      kind: 'refuse',
      error,
    })),
  )
  assert.equal(error.code, 'malformed_request')
})

test('long work takes turns with other work, and is given up when its time is over', async () => {
  let steps = 0
  const slow = guardOf({
    *request() {
      for (let i = 0; i < 5; i++) {
        steps++
        yield AT_ONCE
      }
      return HIT
    },
  })
  assert.equal((await subject([ruleOf(slow)])(said('x'))).kind, 'refuse')
  assert.equal(steps, 5)
  assert.equal(watchOf(await subject([ruleOf(slow, { action: 'flag' })])(said('x'))).transform, undefined)
})

test('each guard begins a long request with a turn of its own, and none after another has blocked it', async () => {
  const begun: string[] = []
  const clean = (name: string) =>
    guardOf({
      request() {
        begun.push(name)
        return { kind: 'clean' }
      },
    })
  const rules = ['a', 'b', 'c'].map((name) => ruleOf(clean(name), { name }))
  const long = subject(rules)(said('x'.repeat(5000)))
  assert.deepEqual(begun.splice(0), ['a'])
  assert.equal((await long).kind, 'continue')
  assert.deepEqual(begun.splice(0), ['b', 'c'])
  assert.equal((await subject(rules)(said('x'))).kind, 'continue')
  assert.deepEqual(begun.splice(0), ['a', 'b', 'c'])
  const blocking = guardOf({ request: () => ({ kind: 'hit', reason: 'r' }) })
  const refused = await subject([ruleOf(blocking), ...rules])(said('x'.repeat(5000)))
  assert.equal(refused.kind, 'refuse')
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.deepEqual(begun, [])
})

test('what is no judgement is a failure, however it is said', async () => {
  const sayings: readonly (() => unknown)[] = [
    () => undefined,
    () => 7,
    () => ({ kind: 'hit' }),
    () => ({ kind: 'hit', reason: 'r', places: [{ text: 0, start: Number.NaN, end: 1 }] }),
    () => ({ kind: 'hit', reason: 'r', places: 'all' }),
    async () => undefined,
    async () => null,
    async () => ({ kind: 'maybe' }),
    async function* () {},
    function* () {
      yield undefined
    },
    () => {
      throw 'a text'
    },
  ]
  for (const say of sayings) {
    const guard = guardOf({ request: say } as never)
    assert.equal(refusal(await subject([ruleOf(guard)])(said('x'))).code, 'guardrail_blocked')
    const allowed = await subject([ruleOf(guard, { onFailure: 'allow' })])(said('x'))
    assert.deepEqual([allowed.kind, auditOf(allowed).outcome], ['continue', 'failed'])
    assert.deepEqual('notes' in allowed && allowed.notes, { hits: ['g'] })
  }
  for (const open of [async () => ({}), () => 3, () => ({}), () => ({ request: 'yes' })]) {
    const guard = { window: 5, open } as never
    assert.equal((await subject([ruleOf(guard)])(said('x'))).kind, 'refuse')
  }
  const none = { window: 5, open: () => null } as never
  assert.equal((await subject([ruleOf(none)])(said('x'))).kind, 'continue')
})

test('a guard that never ends, and says nothing of its steps, is given up when its time is over', async () => {
  let now = 0
  const clock = { now: () => 0, monotonic: () => now++ }
  const policy = guardrails({
    rules: [
      ruleOf(
        guardOf({
          *request() {
            for (;;) yield 0
          },
        }),
        { timeout: 20 },
      ),
    ],
    clock,
    pause: () => new Promise(setImmediate),
    schedule: timers().schedule,
  })
  const content = contentOf(said('x'), { contentOf: openaiChat.contentOf, sourceOf: openaiChat.sourceOf })
  const verdict = await policy.admit(chatRequestOf({}), { ...call([]), content })
  assert.equal(refusal(verdict).code, 'guardrail_blocked')
})

test('a client that goes away while a guard is asked gets no answer', async () => {
  const client = new AbortController()
  const silent = guardOf({ request: () => new Promise(() => {}) })
  const verdict = subject([ruleOf(silent)])(said('x'), { call: { signal: () => client.signal } })
  client.abort()
  assert.equal((await verdict).kind, 'gone')
})
