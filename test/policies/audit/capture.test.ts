import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatEvent, ChatRequest } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { Outcome } from '../../../core/outcome.js'
import type { Watch } from '../../../core/policy.js'
import { capture } from '../../../policies/audit/capture.js'
import type { Captured } from '../../../policies/audit/port.js'
import type { AuditRule, AuditSettings } from '../../../policies/audit/settings.js'
import { call, chatRequest, target } from '../fakes.js'
import { outcomeOf, PARTS } from './parts.js'

const rule = (more: Partial<AuditRule>): AuditRule => ({
  name: 'default',
  match: new Map(),
  content: 'off',
  keep: 30,
  ...more,
})
const labelled = (label: string): AuditRule['match'] => new Map([['label', { kind: 'in', values: [label] }]])
const ASKED: ChatRequest = { ...chatRequest, messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }] }

const SPOKEN: readonly ChatEvent[] = [
  { type: 'start', id: 'a', model: 'm' },
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
  { type: 'delta', choice: 0, block: 0, text: 'one ' },
  { type: 'block-start', choice: 0, block: 1, start: { kind: 'tool-call', id: 'c', name: 'look', call: 'function' } },
  { type: 'delta', choice: 0, block: 1, text: '{"a":1}' },
  { type: 'delta', choice: 0, block: 0, text: 'two' },
  { type: 'end' },
]

/** What the policy makes of one request, and what its port is told at the end. */
function admitted(rules: readonly AuditRule[], more: Partial<AuditSettings> = {}, request = ASKED) {
  const told: { outcome: Outcome; captured: Captured }[] = []
  const port = {
    mayGoOn: () => true,
    captured: (outcome: Outcome, captured: Captured) => void told.push({ outcome, captured }),
  }
  const settings = { rules, maxContent: 65_536, onFull: 'refuse', ...more } as const
  const verdict = capture({ ...PARTS, settings, port }).admit(request, call([target('openai/m')]))
  assert.ok(!(verdict instanceof Promise) && verdict.kind === 'continue')
  assert.equal(verdict.request, request)
  const watch: Watch = verdict.watch ?? {}
  return {
    watch,
    async end(outcome = outcomeOf()) {
      await watch.settle?.(outcome)
      assert.equal(told.length, 1)
      return told[0]?.captured
    },
  }
}

const speak = (watch: Watch) => {
  const hear = watch.hears?.()
  for (const event of SPOKEN) hear?.(event)
}

/** What may be kept of what was captured. */
const said = async (captured: Captured | undefined) => (await captured?.read?.())?.conversation()

test('with content off nobody listens, and there is nothing to tell', async () => {
  const { watch, end } = admitted([rule({})])
  assert.deepEqual(Object.keys(watch), ['settle'])
  const captured = await end()
  assert.equal(captured?.read, undefined)
  assert.equal(captured?.model, 'm')
})

test('full content is the prompt, and the answer block by block', async () => {
  const { watch, end } = admitted([rule({ content: 'full' })])
  speak(watch)
  const conversation = await said(await end())
  assert.deepEqual(conversation?.prompt, [{ role: 'user', kind: 'text', text: 'hello' }])
  assert.deepEqual(conversation?.answer, [
    { role: 'assistant', kind: 'text', text: 'one two' },
    { role: 'assistant', kind: 'tool-call', name: 'look', text: '{"a":1}' },
  ])
})

test('what an attempt said that came to nothing is not told', async () => {
  const { watch, end } = admitted([rule({ content: 'full' })])
  speak(watch)
  const [served] = outcomeOf().attempts
  assert.ok(served)
  const failed = { ...served, outcome: 'failed' } as const
  const conversation = await said(await end(outcomeOf({ attempts: [failed] })))
  assert.deepEqual(conversation?.answer, [])
})

test('an attempt that comes after another begins anew, also where documents are read', async () => {
  const { watch, end } = admitted([rule({ content: 'full' })])
  watch.asked?.(target('openai/m'), [])
  watch.document?.({ text: 'first' })
  watch.asked?.(target('openai/m'), [])
  const value = { text: 'second' }
  assert.equal(watch.document?.(value), value)
  const conversation = await said(await end())
  assert.deepEqual(
    conversation?.answer.map(({ text }) => text).filter((text) => text !== 'text'),
    ['second'],
  )
})

test('the first rule that matches decides, by the label too, which is known at the end', async () => {
  const rules = [
    rule({ name: 'secret', match: labelled('restricted'), content: 'off', keep: 90 }),
    rule({ content: 'full' }),
  ]
  assert.equal((await admitted(rules).end(outcomeOf({ label: 'restricted' })))?.rule.name, 'secret')
  assert.equal((await admitted(rules).end(outcomeOf({ label: 'public' })))?.rule.name, 'default')
})

test('of a request that ended before it was classified the least is kept', async () => {
  const careful = [rule({ name: 'secret', match: labelled('restricted'), content: 'off' }), rule({ content: 'full' })]
  assert.equal((await admitted(careful).end())?.read, undefined)
  const curious = [rule({ name: 'test', match: labelled('public'), content: 'full' }), rule({ content: 'off' })]
  assert.equal((await admitted(curious).end())?.read, undefined)
})

test('requests are refused while records cannot be kept', () => {
  const port = { mayGoOn: () => false, captured() {} }
  const settings = { rules: [rule({})], maxContent: 1024, onFull: 'refuse' } as const
  assert.throws(
    () => capture({ ...PARTS, settings, port }).admit(ASKED, call([])),
    (error) => error instanceof GatewayError && error.code === 'upstream_unavailable',
  )
})

test('pictures are their type and size, and bytes in tools are none', async () => {
  const data = Buffer.from('x'.repeat(999)).toString('base64')
  const content = [
    { type: 'image', source: { kind: 'data', mediaType: 'image/png', data } },
    { type: 'image', source: { kind: 'url', url: 'https://x.test/ann@example.com.png' } },
    { type: 'file', name: 'Ann Smith.pdf', source: { kind: 'data', mediaType: 'ann/smith', data } },
    { type: 'opaque', dialect: 'd', value: { type: 'blob', data } },
  ] as const
  const { end } = admitted([rule({ content: 'full' })], {}, { ...ASKED, messages: [{ role: 'user', content }] })
  const conversation = await said(await end())
  assert.deepEqual(conversation?.prompt, [
    { role: 'user', kind: 'image', media: 'image/png', bytes: 999 },
    { role: 'user', kind: 'image' },
    { role: 'user', kind: 'file', bytes: 999 },
    { role: 'user', kind: 'opaque', text: '{"type":"blob","data":"[999 bytes]"}' },
  ])
})

test('a long prompt is read and cut in turns, and kept as a short one is', async () => {
  const messages = Array.from({ length: 60_000 }, (_, at) => ({
    role: 'user' as const,
    content: [{ type: 'text' as const, text: `no ${at}` }],
  }))
  const { end } = admitted([rule({ content: 'full' })], { maxContent: 1024 }, { ...ASKED, messages })
  const reading = (await end())?.read?.()
  assert.ok(reading instanceof Promise)
  const { characters, conversation } = await reading
  assert.equal(
    characters,
    messages.reduce((sum, { content }) => sum + (content[0]?.text.length ?? 0), 0),
  )
  const kept = conversation()
  assert.ok(kept instanceof Promise)
  const { prompt } = await kept
  assert.equal(prompt.length, messages.length)
  assert.deepEqual(prompt[0], { role: 'user', kind: 'text', text: 'no 0' })
  assert.deepEqual(prompt[30_000], { role: 'user', kind: 'text', length: 8 })
  assert.deepEqual(prompt.at(-1), { role: 'user', kind: 'text', text: 'no 59999' })
})

test('a short prompt is read without turns', async () => {
  const reading = (await admitted([rule({ content: 'full' })]).end())?.read?.()
  assert.ok(reading && !(reading instanceof Promise))
  assert.equal(reading.characters, 5)
  assert.ok(!(reading.conversation() instanceof Promise))
})
