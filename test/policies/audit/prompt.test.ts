import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatRequest, Message } from '../../../core/chat.js'
import type { JsonObject, JsonValue } from '../../../core/json.js'
import { AT_ONCE, atOnce, type Steps } from '../../../core/turns.js'
import { charactersIn, cut } from '../../../policies/audit/cap.js'
import { jsonWithoutBytes } from '../../../policies/audit/json-without-bytes.js'
import { promptOf } from '../../../policies/audit/prompt.js'
import { isBase64 } from '../../../policies/content/base64.js'
import { chatRequestOf, extrasOf } from '../../support/chat-request.js'

const BYTES = 'q'.repeat(4000)
const PICTURE = `data:image/png;base64,${BYTES}==`

/** The same by `JSON.stringify` alone. */
function written(value: JsonValue): string {
  return JSON.stringify(value, (_name, member: JsonValue) => {
    if (typeof member !== 'string' || member.length < 512) return member
    const payload = member.startsWith('data:') ? member.slice(member.indexOf(',') + 1) : member
    return isBase64(payload) ? `[${Math.floor((payload.replace(/=+$/, '').length * 3) / 4)} bytes]` : member
  })
}

const textOf = (request: Partial<ChatRequest>) => atOnce(promptOf(chatRequestOf(request))).at(-1)?.text

const withMembers = (fields: ReadonlyMap<string, JsonValue>, metadata?: JsonObject) =>
  textOf({ extras: { dialect: 'd', fields }, ...(metadata && { metadata }) })

/** All units of the work, none of whose steps is long. */
function unitsOf(steps: Steps<unknown>): number {
  let units = 0
  for (let step = steps.next(); !step.done; step = steps.next()) {
    assert.ok(step.value <= AT_ONCE / 4, `${step.value} units`)
    units += step.value
  }
  return units
}

const user = (...content: Message['content']) => ({ role: 'user', content }) as Message
const opaque = (value: JsonObject) => ({ type: 'opaque', dialect: 'd', value }) as const
const many = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index))

test('JSON is what it always is but for bytes, short or long', () => {
  const texts = fc.constantFrom(
    '',
    'a',
    'x'.repeat(511),
    BYTES,
    `${BYTES}=`,
    PICTURE,
    `data:,${BYTES}`,
    'a b '.repeat(9000),
  )
  const leaves = fc.oneof(texts, fc.jsonValue({ maxDepth: 2 }))
  const run = fc.property(
    fc.dictionary(fc.string({ maxLength: 6 }), fc.oneof(leaves, fc.array(leaves), fc.dictionary(fc.string(), leaves))),
    fc.constantFrom(1, 400),
    (object, times) => {
      const value = JSON.parse(JSON.stringify(many(times, () => object))) as JsonValue
      assert.equal(atOnce(jsonWithoutBytes(value)), written(value))
    },
  )
  fc.assert(run, { numRuns: 100 })
})

test('members of tools that are undefined are left out, bytes in long ones are told', () => {
  const properties = Object.fromEntries(many(2000, (index) => [`p${index}`, { type: 'string', example: PICTURE }]))
  const tools = [{ kind: 'function', name: 'look', parameters: { properties } }] as const
  const expected = { name: 'look', parameters: { properties } }
  assert.equal(textOf({ tools }), written(expected))
  assert.equal(textOf({ tools: [{ kind: 'function', name: 'look' }] }), '{"name":"look"}')
})

test('any number of equal signs is no byte', () => {
  const image = (data: string) => ({ type: 'image', source: { kind: 'data', mediaType: 'image/png', data } }) as const
  const data = ['YQ==', `YWI=`, 'YWJj', '='.repeat(100_000), `${'='.repeat(100_000)}x`]
  const [message] = [user(...data.map(image))]
  const said = atOnce(promptOf(chatRequestOf({ messages: [message] })))
  assert.deepEqual(
    said.map(({ bytes }) => bytes),
    [1, 2, 3, 0, 75_000],
  )
})

test('members of a request are in the order of an object, the metadata first unless a member has its name', () => {
  assert.equal(textOf(chatRequestOf({})), undefined)
  const { fields } = extrasOf('d', { b: 1, a: PICTURE })
  assert.equal(withMembers(fields), '{"b":1,"a":"[3000 bytes]"}')
  assert.equal(withMembers(fields, { user: 'ann' }), '{"metadata":{"user":"ann"},"b":1,"a":"[3000 bytes]"}')
  assert.equal(withMembers(new Map(), {}), '{"metadata":{}}')
  const run = fc.property(
    fc.array(
      fc.tuple(
        fc.constantFrom(
          'metadata',
          'a',
          '10',
          '9',
          '0',
          '4294967294',
          '4294967295',
          '1234567890',
          '01',
          '007',
          '-1',
          '1.5',
          '__proto__',
        ),
        fc.jsonValue(),
      ),
    ),
    fc.option(fc.constant({ user: 'ann' }), { nil: undefined }),
    (members, metadata) => {
      const named = new Map(members) as ReadonlyMap<string, JsonValue>
      if (named.size === 0) return
      const object = { ...(metadata && { metadata }), ...Object.fromEntries(named) }
      assert.equal(withMembers(named, metadata), JSON.stringify(object))
    },
  )
  fc.assert(run)
})

test('there may be any number of members, each named once', () => {
  const fields = new Map<string, JsonValue>(many(20_000, (index) => [`messages[${index}].x`, index]))
  const metadata = { user: 'ann' }
  assert.equal(withMembers(fields, metadata), JSON.stringify({ metadata, ...Object.fromEntries(fields) }))
  fields.set('metadata', null)
  const made = JSON.parse(withMembers(fields, metadata) ?? '') as JsonObject
  assert.deepEqual([Object.keys(made).length, Object.keys(made)[0], made.metadata], [20_001, 'metadata', null])
})

test('no step of reading a long prompt is long', () => {
  const wide = Object.fromEntries(many(5000, (index) => [`property_${index}`, { type: 'string' }]))
  const requests: readonly Partial<ChatRequest>[] = [
    { messages: [user(...many(100_000, () => ({ type: 'text', text: 'hi' }) as const))] },
    { messages: many(50_000, () => user()) },
    { messages: many(50_000, () => user({ type: 'text', text: 'hi' })) },
    { messages: [user(...many(20_000, (index) => opaque({ index })))] },
    { messages: [user(opaque({ list: many(100_000, (index) => index) }))] },
    { messages: [user(opaque({ lists: many(400, () => many(250, () => ({}))) }))] },
    { messages: [user(opaque({ data: 'q'.repeat(8_000_000) }))] },
    { messages: [user(opaque({ data: '='.repeat(1_000_000) }))] },
    { messages: [user(opaque({ text: 'a b '.repeat(2_000_000) }))] },
    { tools: many(20, () => ({ kind: 'function', name: 'look', parameters: { properties: wide } }) as const) },
    { responseFormat: { type: 'json-schema', name: 'f', schema: { properties: wide, list: many(20, () => wide) } } },
    { extras: { dialect: 'd', fields: new Map(many(50_000, (index) => [`a${index}`, index] as const)) } },
    { metadata: { text: 'a b '.repeat(1_000_000) } },
  ]
  for (const request of requests)
    assert.ok(unitsOf(promptOf(chatRequestOf(request))) > AT_ONCE, Object.keys(request)[0])
})

test('no step of cutting many pieces is long', () => {
  const said = many(100_000, () => ({ role: 'user', kind: 'text', text: 'hi' }) as const)
  assert.ok(unitsOf(cut(said, 1024)) > AT_ONCE)
  assert.ok(unitsOf(charactersIn(said)) > AT_ONCE)
  assert.equal(atOnce(charactersIn(said)), 200_000)
})
