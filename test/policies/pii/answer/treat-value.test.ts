import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import type { Work } from '../../../../policies/pii/answer/stages.js'
import { type Treated, treatValue } from '../../../../policies/pii/answer/treat-value.js'
import { detector, known, ORIGINALS, workOf } from './lanes.js'

const { placeholders, of } = known()
const work = workOf({ placeholders })

function treated<V extends JsonValue>(value: V, by: Work = work): Treated<V> {
  const slices = treatValue(by, value)
  let step = slices.next()
  while (!step.done) step = slices.next()
  return step.value
}

function shown(value: JsonValue, by: Work = work): JsonValue {
  const made = treated(value, by)
  assert.equal(made.kind, 'passed')
  return made.kind === 'passed' ? made.value : null
}

const MAIL = 'bob@other-mail.com'
const CARD = '4111111111111111'

test('what only one dialect can say is treated wherever it has text', () => {
  const cases: readonly (readonly [JsonObject, JsonObject])[] = [
    [
      { type: 'code_interpreter_call', id: 'ci_1', code: `send("${MAIL}")`, outputs: [{ type: 'logs', logs: CARD }] },
      {
        type: 'code_interpreter_call',
        id: 'ci_1',
        code: 'send("<email>")',
        outputs: [{ type: 'logs', logs: '<credit_card>' }],
      },
    ],
    [
      { type: 'mcp_call', arguments: `{"a": "${of.quoted}", "n": ${CARD}}`, output: `{"id":"${MAIL}"}` },
      {
        ...{ type: 'mcp_call', output: '{"id":"<email>"}' },
        arguments: `{"a": ${JSON.stringify(ORIGINALS.quoted)}, "n": "<credit_card>"}`,
      },
    ],
    [
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [{ title: MAIL, page_age: null, ok: true }],
      },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [{ title: '<email>', page_age: null, ok: true }],
      },
    ],
    [
      { groundingMetadata: { groundingChunks: [{ web: { title: MAIL } }], webSearchQueries: [`who is ${of.email}`] } },
      {
        groundingMetadata: {
          groundingChunks: [{ web: { title: '<email>' } }],
          webSearchQueries: [`who is ${ORIGINALS.email}`],
        },
      },
    ],
    [
      { executableCode: { language: 'PYTHON', code: `x = "${MAIL}"` }, codeExecutionResult: { output: CARD } },
      {
        executableCode: { language: 'PYTHON', code: 'x = "<email>"' },
        codeExecutionResult: { output: '<credit_card>' },
      },
    ],
    [
      { audio: { id: 'audio_1', transcript: `Mail ${MAIL}`, data: 'QUJD'.repeat(2000), expires_at: 1700000000 } },
      { audio: { id: 'audio_1', transcript: 'Mail <email>', data: 'QUJD'.repeat(2000), expires_at: 1700000000 } },
    ],
  ]
  for (const [value, expected] of cases) assert.deepEqual(shown(value), expected)
})

test('ids, words, signatures and bytes are left alone but for placeholders, others under their names are not', () => {
  const own = ['id', 'file_id', 'file_ids', 'toolUseId', 'type', 'status', 'role', 'object']
  for (const name of own) {
    assert.deepEqual(shown({ [name]: CARD }), { [name]: CARD }, name)
    assert.deepEqual(shown({ [name]: [CARD] }), { [name]: [CARD] }, name)
    assert.deepEqual(shown({ [name]: of.email }), { [name]: ORIGINALS.email }, name)
    assert.deepEqual(shown({ [name]: MAIL }), { [name]: '<email>' }, name)
    assert.deepEqual(shown({ [name]: `is ${CARD}` }), { [name]: 'is <credit_card>' }, name)
  }
  for (const name of ['signature', 'thoughtSignature', 'thought_signature', 'encrypted_content', 'encryptedStdout']) {
    assert.deepEqual(shown({ [name]: MAIL }), { [name]: MAIL }, name)
  }
  for (const name of ['idea', 'paid', 'logs', 'unencrypted', 'typed']) {
    assert.deepEqual(shown({ [name]: CARD }), { [name]: '<credit_card>' }, name)
  }
  const bytes = { url: `data:image/png;base64,${CARD}`, data: CARD.repeat(5), any: CARD.repeat(300) }
  const made = treated(bytes)
  assert.ok(made.kind === 'passed' && made.value === bytes)
})

test('members that are no names of an API are treated, and none is lost', () => {
  assert.deepEqual(shown({ [MAIL]: 1, 'eve@third-mail.com': 2, title: 3, [of.phone]: 4 }), {
    '<email>': 1,
    '<email>_2': 2,
    title: 3,
    [ORIGINALS.phone]: 4,
  })
})

test('a value that blocks is told; where values are only counted nothing changes', () => {
  assert.deepEqual(treated({ a: ['EMP-12345'] }), { kind: 'blocked' })
  assert.deepEqual(treated({ input: { a: ['EMP-12345'] } }), { kind: 'blocked' })
  const counts: string[] = []
  const counting: Work = { judge: { detector, isKnown: () => false, count: (entity) => void counts.push(entity) } }
  const value = { a: `${MAIL} EMP-12345`, id: CARD, input: { b: MAIL } }
  const made = treated(value, counting)
  assert.ok(made.kind === 'passed' && made.value === value)
  assert.deepEqual(counts, ['email', 'staff', 'email'])
})

test('any value without values of somebody stays what it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (any) => {
      const value = { outputs: any, input: any } as JsonObject
      const quiet: Work = {
        placeholders,
        judge: { detector, isKnown: () => true, count: () => {}, treat: () => 'block' },
      }
      const made = treated(value, quiet)
      assert.ok(made.kind === 'passed' && made.value === value)
    }),
  )
})
