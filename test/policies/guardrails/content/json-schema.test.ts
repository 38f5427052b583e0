import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResponseFormat } from '../../../../core/chat.js'
import type { JsonObject } from '../../../../core/json.js'
import { jsonSchemaGuard } from '../../../../policies/guardrails/content/json-schema.js'
import { guarded, ofWhole } from './asked.js'

const said = (schema: JsonObject, ...texts: readonly string[]): string => {
  const judgement = ofWhole(jsonSchemaGuard({ schema }), texts)
  return judgement.kind === 'clean' ? 'clean' : judgement.reason
}

const PERSON = {
  type: 'object',
  properties: {
    name: { type: 'string', pattern: '^[A-Z]' },
    code: { type: 'string', pattern: '^\\d{3}$' },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true },
  },
  required: ['name'],
  additionalProperties: false,
}

test('an answer that fits passes, over all of its blocks', () => {
  assert.equal(said(PERSON, '{"name":"Ann","code":"123","tags":["a","b"]}'), 'clean')
  assert.equal(said(PERSON, '{"name":', '"Ann"}'), 'clean')
  assert.equal(said({ type: 'number' }, ' 42\n'), 'clean')
})

test('the reason is the keyword that fails', () => {
  const wrong = {
    '{}': 'required',
    '[]': 'type',
    '{"name":"ann"}': 'pattern',
    '{"name":"Ann","code":"12"}': 'pattern',
    '{"name":"Ann","age":1}': 'additional-properties',
    '{"name":"Ann","tags":["a","a"]}': 'unique-items',
    '{"name":"Ann","tags":["c"]}': 'enum',
    'Here it is: {"name":"Ann"}': 'not-json',
    '```json\n{"name":"Ann"}\n```': 'not-json',
    '': 'not-json',
  }
  for (const [text, reason] of Object.entries(wrong)) assert.equal(said(PERSON, text), reason, text)
})

test('calls of tools and refusals are no answers in that form', () => {
  const guard = jsonSchemaGuard({ schema: PERSON })
  assert.deepEqual(ofWhole(guard, [{ kind: 'tool-call', text: '{}' }]), { kind: 'clean' })
  assert.deepEqual(ofWhole(guard, [{ kind: 'refusal', text: 'I cannot.' }]), { kind: 'clean' })
  assert.equal(ofWhole(guard, ['no', { kind: 'tool-call', text: '{}' }]).kind, 'hit')
  assert.deepEqual(ofWhole(guard, [{ kind: 'reasoning', text: 'so' }, '{"name":"Ann"}']), { kind: 'clean' })
})

const asks = (format: ResponseFormat | undefined) => guarded([], format && { format })

test('with request the schema is the one that the client has asked for', () => {
  const guard = jsonSchemaGuard({ schema: 'request' })
  const asked = asks({ type: 'json-schema', name: 'p', schema: PERSON })
  assert.deepEqual(ofWhole(guard, ['{"name":"Ann"}'], asked), { kind: 'clean' })
  assert.deepEqual(ofWhole(guard, ['{"name":1}'], asked), { kind: 'hit', reason: 'type' })
  assert.deepEqual(ofWhole(guard, ['[1]'], asks({ type: 'json' })), { kind: 'clean' })
  assert.deepEqual(ofWhole(guard, ['[1'], asks({ type: 'json' })), { kind: 'hit', reason: 'not-json' })
  assert.deepEqual(ofWhole(guard, ['{}'], asks({ type: 'json-schema', name: 'p' })), { kind: 'clean' })
  for (const format of [undefined, { type: 'text' } as const]) assert.equal(guard.open(asks(format)), undefined)
})

test('what a client asks for and nobody can check is a failure', () => {
  const guard = jsonSchemaGuard({ schema: 'request' })
  for (const schema of [
    { type: 'nothing' },
    { $ref: 'https://example.com/s' },
    { pattern: '(?=a)' },
    { pattern: '(' },
  ]) {
    assert.throws(() => ofWhole(guard, ['"a"'], asks({ type: 'json-schema', name: 'p', schema })), /SchemaFault/)
  }
})

test('a schema of the configuration that cannot be compiled makes no guard, and says why without quoting it', () => {
  for (const [schema, message] of [
    [{ type: 'thing' }, 'its schema is no JSON Schema'],
    [{ pattern: '(?=a)' }, 'its schema has a pattern that is none in the syntax of RE2'],
  ] as const) {
    assert.throws(() => jsonSchemaGuard({ schema }), { message })
  }
})
