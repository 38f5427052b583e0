import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import type { Audit } from '../../../core/audit.js'
import type { ChatEvent } from '../../../core/chat.js'
import type { Identity } from '../../../core/identity.js'
import type { JsonObject } from '../../../core/json.js'
import type { Verdict, Watch } from '../../../core/policy.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { pii } from '../../../policies/pii/policy.js'
import type { PiiRule } from '../../../policies/pii/settings.js'
import { chatRequestOf } from '../../support/chat-request.js'
import { call, contentOf } from '../fakes.js'

const EMAIL = 'jane.roe@acme-widgets.com'
const SSN = '536-22-8726'

const RULE: PiiRule = {
  name: 'p',
  match: new Map(),
  request: { mode: 'restore', byEntity: new Map(), secrets: 'mask' },
  answer: { mode: 'report', byEntity: new Map(), secrets: 'mask' },
  thresholds: {},
  allow: [],
  deny: {},
  patterns: [],
  unscannable: 'allow',
  onFailure: 'block',
  timeout: 1000,
  key: 'key',
}

function subject(rule: Partial<PiiRule> = {}, clock = { now: () => 0, monotonic: () => 0 }) {
  const policy = pii({
    rules: [{ ...RULE, ...rule }],
    clock,
    pause: () => setImmediate(),
    digest: (key, text) =>
      createHmac('sha256', key ?? 'own')
        .update(text)
        .digest(),
  })
  return async (body: JsonObject, more: { identity?: Partial<Identity>; files?: readonly string[] } = {}) => {
    const asked = {
      ...call([], { tokens: 1, upperBound: 1, exact: true }),
      identity: { tags: {}, ...more.identity },
      content: contentOf(body, { contentOf: openaiChat.contentOf, files: more.files ?? [] }),
    }
    return policy.admit(chatRequestOf({}), asked)
  }
}

const chat = (...texts: readonly string[]) => ({
  model: 'm',
  messages: texts.map((content) => ({ role: 'user', content })),
})

function rewritten(verdict: Verdict): readonly string[] {
  assert.ok(verdict.kind === 'rewrite', verdict.kind)
  assert.deepEqual(Object.keys(verdict.members), ['messages'])
  return (verdict.members['messages'] as { content: string }[]).map(({ content }) => content)
}

const watchOf = (verdict: Verdict): Watch => ('watch' in verdict && verdict.watch) || assert.fail('there is no watch')
const auditIn = (verdict: Verdict): Audit => watchOf(verdict).audits?.()[0] ?? assert.fail('there is no audit')

/** The text of an answer that comes in these pieces. */
async function answered(verdict: Verdict, pieces: readonly string[]): Promise<string> {
  const transform = watchOf(verdict).transform?.()
  const events: readonly ChatEvent[] = [
    { type: 'start', id: 'a', model: 'm' },
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
    ...pieces.map((text): ChatEvent => ({ type: 'delta', choice: 0, block: 0, text })),
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
    { type: 'end' },
  ]
  const out: ChatEvent[] = []
  for (const event of events) out.push(...(transform ? await transform.push(event) : [event]))
  out.push(...((await transform?.end('complete')) ?? []))
  return out.map((event) => (event.type === 'delta' ? event.text : '')).join('')
}

test('what is sent out comes back, whatever the text', async () => {
  const admit = subject()
  const words = fc.constantFrom(
    ` ${EMAIL} `,
    ` ${SSN} `,
    ' my SSN is ',
    'card 4539 1488 0343 6467',
    '[EMAIL_7K2M9QXWZT]',
    '"',
    '\\',
    '\n',
    '😀',
  )
  const texts = fc
    .array(fc.oneof(words, fc.string({ unit: 'binary' })), { maxLength: 8 })
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (text, size) => {
      const verdict = await admit(chat(text))
      const [sent = ''] = verdict.kind === 'rewrite' ? rewritten(verdict) : [text]
      assert.ok(!sent.includes(` ${EMAIL} `))
      const pieces = sent.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      assert.equal(await answered(verdict, pieces), text)
    }),
    { numRuns: 200 },
  )
})

test('a value is replaced wherever it stands, labelled or not, and by the same', async () => {
  const [first = '', second = ''] = rewritten(
    await subject()(chat('my social security number is 536228726', 'use 536228726, not 1536228726')),
  )
  const [placeholder] = /\[US_SSN_\w{10}\]/.exec(first) ?? []
  assert.ok(placeholder)
  assert.equal(second, `use ${placeholder}, not 1536228726`)
})

test('names of members give their values a meaning', async () => {
  const args = JSON.stringify({ ssn: '536228726', note: '536228726x' })
  const verdict = await subject()({
    model: 'm',
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: args } }] },
    ],
  })
  assert.match(JSON.stringify(verdict.kind === 'rewrite' && verdict.members), /\{\\"ssn\\":\\"\[US_SSN_\w{10}\]\\"/)
})

test('placeholders are the same in every turn, and others for every tenant and key', async () => {
  const sent = async (rule: Partial<PiiRule>, identity: Partial<Identity>) =>
    rewritten(await subject(rule)(chat(EMAIL), { identity }))[0]
  const one = await sent({}, { team: 'a', user: 'x' })
  assert.equal(await sent({}, { team: 'a', user: 'y' }), one)
  const others = [
    await sent({}, { team: 'b' }),
    await sent({}, { user: 'a' }),
    await sent({ key: 'other' }, { team: 'a' }),
  ]
  assert.equal(new Set([one, ...others]).size, 4)
})

test('each mode does what it says, by entity', async () => {
  const text = `${EMAIL} and my SSN ${SSN}`
  const by = async (mode: PiiRule['request']['mode']) =>
    subject({ request: { ...RULE.request, mode, byEntity: new Map([['us_ssn', 'mask']]) } })(chat(text))
  assert.match(rewritten(await by('restore'))[0] ?? '', /^\[EMAIL_\w{10}\] and my SSN \[US_SSN\]$/)
  assert.equal(rewritten(await by('mask'))[0], '[EMAIL] and my SSN [US_SSN]')
  assert.match(rewritten(await by('hash'))[0] ?? '', /^\[EMAIL\W\w{16,17}\] and/)
  assert.match(rewritten(await by('synthetic'))[0] ?? '', /^(?!jane).+@.+ and/)
  assert.equal(rewritten(await by('report'))[0], `${EMAIL} and my SSN [US_SSN]`)
  assert.equal(rewritten(await by('off'))[0], `${EMAIL} and my SSN [US_SSN]`)
  const blocked = await by('block')
  assert.ok(blocked.kind === 'refuse' && blocked.error.code === 'guardrail_blocked')
  assert.match(blocked.error.message, /'p' blocks requests that have email in them/)
  assert.equal(auditIn(blocked).outcome, 'blocked')
})

test('single kinds of secrets may be treated in their own way, with everything else off', async () => {
  const key = ['AKIA', 'Q3EGRTV6M7ZC5XWB'].join('')
  const text = `aws_access_key_id = ${key} and ${EMAIL}`
  const all = auditIn(await subject()(chat(text))).request
  const [name = ''] = Object.keys(all).filter((entity) => entity !== 'email')
  const only: PiiRule['request'] = { mode: 'off', byEntity: new Map([[name, 'block']]), secrets: 'off' }
  const blocked = await subject({ request: only })(chat(text))
  assert.ok(blocked.kind === 'refuse' && blocked.error.message.includes(name))
  assert.equal((await subject({ request: only })(chat(EMAIL))).kind, 'continue')
})

test('what the request has in it may be repeated; what is new is treated', async () => {
  const verdict = await subject({
    request: { ...RULE.request, mode: 'report' },
    answer: { ...RULE.answer, mode: 'mask' },
  })(chat(EMAIL))
  assert.equal(await answered(verdict, [`${EMAIL}, other@acme-widgets.com.`]), `${EMAIL}, [EMAIL].`)
  assert.deepEqual(auditIn(verdict).request, { email: 1 })
  assert.deepEqual(auditIn(verdict).answer, { email: 1 })
  assert.equal(auditIn(verdict).outcome, 'passed')
})

test('documents of APIs without events are treated as answers are', async () => {
  const verdict = await subject({ answer: { ...RULE.answer, mode: 'mask' } })(chat(EMAIL))
  const [placeholder = ''] = rewritten(verdict)
  const watch = watchOf(verdict)
  const untouched = { n: [1, null, 'x'] }
  assert.equal(watch.document?.(untouched), untouched)
  assert.deepEqual(watch.document?.({ a: [`to ${placeholder}`, 'other@acme-widgets.com'], b: true }), {
    a: [`to ${EMAIL}`, '[EMAIL]'],
    b: true,
  })
  assert.equal(watch.document?.(`to ${placeholder}`), `to ${EMAIL}`)
  const stopping = await subject({ answer: { ...RULE.answer, mode: 'block' } })(chat('hi'))
  assert.throws(
    () => watchOf(stopping).document?.({ a: 'other@acme-widgets.com' }),
    /'p' blocks what the provider has answered/,
  )
  assert.equal(auditIn(stopping).outcome, 'blocked')
})

test('what cannot be read is counted, or blocks', async () => {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example.org/b.png' } }] }],
  }
  assert.equal(auditIn(await subject()(body, { files: ['file'] })).scanned.unscannable, 2)
  const blocked = await subject({ unscannable: 'block' })(body)
  assert.ok(blocked.kind === 'refuse')
  assert.match(blocked.error.param ?? '', /^messages\[0\]\.content\[0\]/)
})

test('a scan that takes too long blocks, or lets the request pass as it is and says so', async () => {
  const late = () => {
    let time = 0
    return { now: () => 0, monotonic: () => (time += 600) }
  }
  const long = chat('word '.repeat(10_000), EMAIL)
  const blocked = await subject({}, late())(long)
  assert.ok(blocked.kind === 'refuse' && blocked.error.code === 'guardrail_blocked')
  assert.equal(auditIn(blocked).outcome, 'failed')
  const passed = await subject({ onFailure: 'allow' }, late())(long)
  assert.deepEqual([passed.kind, auditIn(passed).outcome], ['continue', 'failed'])
  assert.equal(rewritten(await subject()(long)).length, 2)
})

test('with nothing to look for in answers and nothing sent, answers are not read', async () => {
  const off = { mode: 'off', byEntity: new Map(), secrets: 'off' } as const
  const verdict = await subject({ answer: off })(chat('hi'))
  assert.equal(watchOf(verdict).transform?.(), undefined)
  assert.deepEqual(auditIn(verdict).scanned, { texts: 1, characters: 2, unscannable: 0 })
})

test('a rule is for the requests that match it', async () => {
  const admit = subject({ match: new Map([['team', { kind: 'in', values: ['a'] }]]) })
  assert.equal((await admit(chat(EMAIL), { identity: { team: 'b' } })).kind, 'continue')
  assert.equal((await admit(chat(EMAIL), { identity: { team: 'a' } })).kind, 'rewrite')
})

test('a body that two parsers may read in two ways is refused', async () => {
  const policy = pii({
    rules: [RULE],
    clock: { now: () => 0, monotonic: () => 0 },
    pause: () => setImmediate(),
    digest: () => new Uint8Array(32),
  })
  const content = contentOf(chat(EMAIL), { contentOf: openaiChat.contentOf, duplicates: () => true })
  const verdict = await policy.admit(chatRequestOf({}), { ...call([]), content })
  assert.ok(verdict.kind === 'refuse' && verdict.error.code === 'malformed_request')
})

const MANY = Array.from({ length: 3000 }, (_, index) => `user${index * 7919}@example-widgets-${index}.com`)

/** A policy that tells how it was done. */
function watched(times: { monotonic(): number; digested?(): void }) {
  const made = { digests: 0, sinceLast: 0, most: 0, pauses: 0 }
  const policy = pii({
    rules: [RULE],
    clock: { now: () => 0, monotonic: times.monotonic },
    pause: async () => {
      made.pauses++
      made.sinceLast = 0
      await setImmediate()
    },
    digest: (key, text) => {
      times.digested?.()
      made.digests++
      made.most = Math.max(made.most, ++made.sinceLast)
      return createHmac('sha256', key ?? 'own')
        .update(text)
        .digest()
    },
  })
  const admit = (body: JsonObject) =>
    policy.admit(chatRequestOf({}), {
      ...call([]),
      content: contentOf(body, { contentOf: openaiChat.contentOf }),
    })
  return Object.assign(made, { admit })
}

test('others have their turn while thousands of values are replaced, in one text and in many', async () => {
  for (const body of [chat(MANY.join('\n')), chat(...MANY), chat(JSON.stringify(MANY.map((email) => ({ email }))))]) {
    const watching = watched({ monotonic: () => 0 })
    const verdict = await watching.admit(body)
    assert.ok(!rewritten(verdict).join('').includes('@'))
    assert.ok(watching.most <= 320, `${watching.most} digests in one turn`)
    assert.ok(watching.pauses >= 10)
  }
})

test('a value has one digest, or a few where its codes cannot be used, however often it stands there', async () => {
  const watching = watched({ monotonic: () => 0 })
  await watching.admit(chat(`${EMAIL} `.repeat(2000)))
  assert.ok(watching.digests <= 4, `${watching.digests} digests`)
  const each = watched({ monotonic: () => 0 })
  await each.admit(chat(MANY.join(' ')))
  assert.ok(each.digests < MANY.length * 1.1, `${each.digests} digests`)
})

test('small requests do not wait', () => {
  const watching = watched({ monotonic: () => 0 })
  const verdict = watching.admit(chat(`${EMAIL} ${'some words '.repeat(500)}`, EMAIL))
  assert.ok(!(verdict instanceof Promise))
  assert.equal(verdict.kind, 'rewrite')
})

test('the time that a request may take includes what is done after it has been scanned', async () => {
  let time = 0
  const slow = watched({ monotonic: () => time, digested: () => time++ })
  const verdict = await slow.admit(chat(MANY.join(' ')))
  assert.ok(verdict.kind === 'refuse' && verdict.error.code === 'guardrail_blocked')
  assert.equal(auditIn(verdict).outcome, 'failed')
  assert.ok(slow.digests > RULE.timeout && slow.digests < RULE.timeout + 320, `${slow.digests} digests`)
})
