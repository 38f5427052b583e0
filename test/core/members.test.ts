import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatewayError } from '../../core/errors.js'
import type { JsonObject, JsonValue } from '../../core/json.js'
import { hasDuplicates, readJsonBody, spliceMembers as splicing } from '../../core/members.js'
import { atOnce } from '../../core/turns.js'

const spliceMembers = (...splice: Parameters<typeof splicing>) => atOnce(splicing(...splice))
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: Uint8Array) => new TextDecoder().decode(data)
const refused = (body: Uint8Array, message: RegExp, param?: string) =>
  assert.throws(
    () => readJsonBody(body),
    (error) =>
      error instanceof GatewayError &&
      error.code === 'malformed_request' &&
      message.test(error.message) &&
      error.param === param,
  )

test('replaces a member in place and leaves every other byte alone', () => {
  const body = readJsonBody(bytes('{ "a" : 1.0, "model":"gpt-4" ,\n"big": 12345678901234567890, "e":1E400 }'))
  assert.equal(
    text(spliceMembers(body, { model: 'x"y' })),
    '{ "a" : 1.0, "model":"x\\"y" ,\n"big": 12345678901234567890, "e":1E400 }',
  )
})

test('adds missing members in front, replaces several at once', () => {
  const body = readJsonBody(bytes('{"model":"m","stream_options":{"x":[1,{"y":"}"}]},"z":null}'))
  assert.equal(
    text(spliceMembers(body, { stream_options: { include_usage: true }, model: 'n', extra: 1 })),
    '{"extra":1,"model":"n","stream_options":{"include_usage":true},"z":null}',
  )
  assert.equal(text(spliceMembers(readJsonBody(bytes(' {} ')), { a: 1 })), ' {"a":1} ')
})

test('takes members away with their comma, and leaves every other byte alone', () => {
  const source = '{ "a" : 1.0 , "b":[1,{"b":2}] ,\n"c": "}," }'
  const without = (...names: readonly string[]) =>
    text(spliceMembers(readJsonBody(bytes(source)), Object.fromEntries(names.map((name) => [name, undefined]))))
  assert.equal(without('x'), source)
  assert.equal(without('a'), '{ "b":[1,{"b":2}] ,\n"c": "}," }')
  assert.equal(without('b'), '{ "a" : 1.0 ,\n"c": "}," }')
  assert.equal(without('c'), '{ "a" : 1.0 , "b":[1,{"b":2}] }')
  assert.equal(without('a', 'b'), '{\n"c": "}," }')
  assert.equal(without('b', 'c'), '{ "a" : 1.0 }')
  assert.equal(without('c', 'b', 'a'), '{ }')
  assert.equal(text(spliceMembers(readJsonBody(bytes('{"a":1}')), { a: undefined, n: 1, m: 2 })), '{"n":1,"m":2}')
})

test('finds members behind strings with quotes, backslashes and brackets', () => {
  const body = readJsonBody(bytes('{"a\\\\":"\\\\\\"}{,:","b\\u0061":[[["]"]]],"é":"ü","model":"m"}'))
  assert.deepEqual([...body.members.keys()], ['a\\', 'ba', 'é', 'model'])
  assert.equal(
    text(spliceMembers(body, { model: 1 })),
    '{"a\\\\":"\\\\\\"}{,:","b\\u0061":[[["]"]]],"é":"ü","model":1}',
  )
})

test('any object with one member replaced parses to the object with that member replaced', () => {
  const value = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())
  fc.assert(
    fc.property(value, fc.string(), fc.jsonValue(), fc.nat(3), (object, name, member, indent) => {
      fc.pre(name !== '__proto__' && !Object.hasOwn(object, '__proto__'))
      const body = readJsonBody(bytes(JSON.stringify(object, null, indent)))
      const spliced = JSON.parse(text(spliceMembers(body, { [name]: JSON.parse(JSON.stringify(member)) })))
      assert.deepEqual(spliced, JSON.parse(JSON.stringify({ ...object, [name]: member })))
    }),
  )
})

test('any object with members replaced, added and taken away parses to the object with these changes', () => {
  // Not a quote or a backslash alone: Node 24 reads `"\""` as the name of a backslash where an object before had that one.
  const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f"', 'g\\')
  const object = fc.dictionary(names, fc.jsonValue())
  const changes = fc.dictionary(names, fc.option(fc.jsonValue(), { nil: undefined }))
  fc.assert(
    fc.property(object, changes, fc.nat(3), (object, changes, indent) => {
      const body = readJsonBody(bytes(JSON.stringify(object, null, indent)))
      const clean = JSON.parse(JSON.stringify(changes))
      const spliced = text(spliceMembers(body, { ...changes, ...clean }))
      assert.deepEqual(JSON.parse(spliced), JSON.parse(JSON.stringify({ ...object, ...changes })))
      const left = Object.keys(object).filter((name) => !Object.hasOwn(changes, name))
      for (const name of left) {
        const span = body.members.get(name)
        assert.ok(span && spliced.includes(text(body.bytes.subarray(span.start, span.end))))
      }
    }),
  )
})

test('refuses duplicate top-level names, however they are escaped', () => {
  refused(bytes('{"model":"a","model":"b"}'), /'model' more than once/, 'model')
  refused(bytes('{"model":"a","m\\u006fdel":"b"}'), /'model' more than once/, 'model')
  readJsonBody(bytes('{"a":{"x":1,"x":2}}'))
})

test('refuses what is not UTF-8, not JSON, not an object, or nested too deep', () => {
  refused(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /not valid UTF-8/)
  refused(bytes('{"a":'), /not valid JSON/)
  refused(bytes(''), /not valid JSON/)
  refused(bytes('[1]'), /must be a JSON object/)
  refused(bytes('null'), /must be a JSON object/)
  refused(bytes(`{"a":${'['.repeat(128)}${']'.repeat(128)}}`), /nested deeper than 128/)
  refused(bytes(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), /nested deeper than 128/)
  readJsonBody(bytes(`{"a":${'['.repeat(127)}${']'.repeat(127)}}`))
})

test('refuses an object with more than 5,000 members, wherever it is, and takes many that have fewer', () => {
  const members = (count: number) => Array.from({ length: count }, (_, at) => `"m${at}":1`).join(',')
  refused(bytes(`{${members(5001)}}`), /an object with more than 5000 members/)
  refused(bytes(`{"a":[1,{"b":{${members(5001)}}}]}`), /an object with more than 5000 members/)
  readJsonBody(bytes(`{${members(5000)}}`))
  readJsonBody(bytes(`{"a":[{${members(5000)}},{${members(5000)}}]}`))
})

test('an error never quotes the body', () => {
  try {
    readJsonBody(bytes('{"secret-text": oops'))
    assert.fail('must throw')
  } catch (error) {
    assert.ok(error instanceof GatewayError)
    assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /secret|oops/)
  }
})

test('a __proto__ member is a member like any other', () => {
  const body = readJsonBody(bytes('{"__proto__":{"admin":true},"model":"m"}'))
  assert.equal(({} as Record<string, unknown>)['admin'], undefined)
  assert.deepEqual([...body.members.keys()], ['__proto__', 'model'])
})

test('within a member only what differs is written anew', () => {
  const source =
    '{"messages": [ {"id":1234567890123456789, "x":1.0,"text":"a\\u0062", "deep":{"1":"y","0":"\\/"}}, "z" ],"n":18446744073709551615}'
  const body = readJsonBody(bytes(source))
  const [first, last] = body.value['messages'] as [JsonObject, string]
  const changed = (members: JsonObject, second: JsonValue = last) =>
    text(spliceMembers(body, { messages: [{ ...first, ...members }, second] }))
  assert.equal(changed({ text: 'q"' }), source.replace('"a\\u0062"', '"q\\""'))
  assert.equal(changed({ deep: { 0: '/', 1: 'é' } }, 'w'), source.replace('"y"', '"é"').replace('"z"', '"w"'))
  assert.equal(changed({ deep: { 0: '/', 2: 'y' } }), source.replace('{"1":"y","0":"\\/"}', '{"0":"/","2":"y"}'))
  assert.equal(changed({ id: '[ID]' }), source.replace('1234567890123456789', '"[ID]"'))
  assert.equal(changed({ x: null }), source.replace('1.0', 'null'))
})

test('the edits within any value make it the other one', () => {
  const strings = fc.string({ unit: 'binary' })
  const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }) as fc.Arbitrary<JsonValue>
  const { value: similar } = fc.letrec<{ value: readonly [JsonValue, JsonValue] }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      json.map((same) => [same, same] as const),
      fc.tuple(strings, strings),
      fc.tuple(json, json),
      fc.array(tie('value')).map((pairs) => [pairs.map(([a]) => a), pairs.map(([, b]) => b)] as const),
      fc.dictionary(strings, tie('value')).map((pairs) => {
        const half = (index: 0 | 1) =>
          Object.fromEntries(Object.entries(pairs).map(([name, pair]) => [name, pair[index]]))
        return [half(0), half(1)] as const
      }),
    ),
  }))
  fc.assert(
    fc.property(similar, fc.constantFrom(undefined, 1, '\t'), ([before, after], space) => {
      const body = readJsonBody(bytes(JSON.stringify({ a: before, b: 1 }, null, space)))
      const made = JSON.parse(text(spliceMembers(body, { a: after })))
      assert.deepEqual(made, JSON.parse(JSON.stringify({ a: after, b: 1 })))
    }),
    { numRuns: 500 },
  )
})

test('a name that stands twice anywhere is seen, and only then', () => {
  for (const [source, twice] of [
    ['{"a":1,"b":{"a":":","c":[{"a":1},{"a":2}]}}', false],
    ['{"m":[{"content":"x","content":"y"}]}', true],
    ['{"m":[{"content":"x","\\u0063ontent":"y"}]}', true],
    ['{"__proto__":{"a":1},"constructor":{":":{}}}', false],
    ['{}', false],
  ] as const) {
    assert.equal(hasDuplicates(readJsonBody(bytes(source))), twice, source)
  }
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      (value) => !hasDuplicates(readJsonBody(bytes(JSON.stringify(value)))),
    ),
  )
})
