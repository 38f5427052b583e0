import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../core/json.js'
import { TOGETHER } from '../../core/json-reader.js'
import { joined, jsonText, writeJson } from '../../core/json-writer.js'
import { AT_ONCE, atOnce, type Steps } from '../../core/turns.js'

const written = (value: JsonValue) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(atOnce(writeJson(value)))
const same = (value: JsonValue) => {
  const text = JSON.stringify(value)
  assert.ok(written(value) === text)
  assert.ok(atOnce(jsonText(value)) === text)
}

test('any value is written as when it is written at once, wherever it is taken apart', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '\udc00', '😀', '\u0000"\\'))
  const { node } = fc.letrec<{ node: JsonValue }>((tie) => ({
    node: fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie('node'), { maxLength: 5 }),
      fc.dictionary(text, tie('node'), { maxKeys: 5 }),
      fc.constantFrom(null, true),
    ),
  }))
  fc.assert(
    fc.property(node, fc.nat(200), (value, by) => {
      same(value)
      const pad = 'x'.repeat(TOGETHER - by)
      same({ pad, value, list: [pad, value, value, pad, value], object: { [pad]: value } })
    }),
  )
})

test('a long text is taken apart between characters only', () => {
  for (const unit of ['😀', 'é', '"', '\ud800', '\udc00\ud800']) {
    for (let by = 0; by < 4; by++) same('x'.repeat(by) + unit.repeat(TOGETHER))
  }
})

test('what is undefined is left out, and null in a list', () => {
  const list = Array.from({ length: TOGETHER }, (_, index) => (index % 3 === 0 ? undefined : index))
  same({ a: undefined, list: list as readonly JsonValue[], b: { c: undefined } })
})

test('no step writes more than some milliseconds of work, whatever the value is made of', () => {
  const values: Record<string, JsonValue> = {
    'one string': 'x'.repeat(3_000_000),
    'many parts': Array.from({ length: 50_000 }, () => ({ type: 'text', text: 'hi' })),
    'many members': Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`m${index}`, 1])),
    nested: Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => ['a', 1])),
  }
  for (const [what, value] of Object.entries(values)) {
    for (const steps of [writeJson(value), jsonText(value)]) check(what, value, steps)
  }
})

function check(what: string, value: JsonValue, steps: Steps<unknown>): void {
  let yields = 0
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) break
    yields++
    assert.ok(step.value <= AT_ONCE / 4, `${what}: ${step.value}`)
  }
  assert.ok(yields >= JSON.stringify(value).length / TOGETHER / 4, `${what}: ${yields} yields`)
}

test('names of a large object are listed once to see that it is large and once to write it, however deep it stands', () => {
  let listed = 0
  const large = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`m${index}`, 'some text']))
  const counted: JsonObject = new Proxy(large, {
    ownKeys: (target) => {
      listed++
      return Reflect.ownKeys(target)
    },
  })
  assert.ok(written({ a: { b: { c: { d: counted } } } }) === JSON.stringify({ a: { b: { c: { d: large } } } }))
  assert.equal(listed, 2)
})

test('bytes in pieces are put together in their order', () => {
  const pieces = [1, 2, 3].map((byte) => new Uint8Array(1_000_000).fill(byte))
  assert.deepEqual(atOnce(joined(pieces)), new Uint8Array(Buffer.concat(pieces)))
  assert.equal(atOnce(joined([])).length, 0)
})
