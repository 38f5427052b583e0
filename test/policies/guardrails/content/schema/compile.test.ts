import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../../../../core/json.js'
import { createSchemaCompiler } from '../../../../../policies/guardrails/content/schema/compile.js'
import { cpuMilliseconds } from '../../../../support/cpu-time.js'

const compiler = createSchemaCompiler()
const fails = (schema: JsonObject, value: JsonValue) => compiler.compile(schema)(value, JSON.stringify(value).length)

test('both drafts are known, and told apart', () => {
  const pair = { items: [{ type: 'string' }, { type: 'number' }], additionalItems: false }
  const seven = { $schema: 'http://json-schema.org/draft-07/schema#', ...pair }
  assert.equal(fails(seven, ['a', 1]), undefined)
  assert.equal(fails(seven, ['a', 'b']), 'type')
  assert.equal(fails(pair, ['a', 1, 2]), 'additionalItems', 'without a name it is told by its form')
  const new20 = { prefixItems: [{ type: 'string' }], items: false }
  assert.equal(fails(new20, ['a']), undefined)
  assert.equal(fails(new20, ['a', 1]), 'items')
  assert.equal(fails({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...new20 }, [1]), 'type')
  assert.equal(fails({ properties: { a: {} }, unevaluatedProperties: false }, { b: 1 }), 'unevaluatedProperties')
  assert.throws(() => fails({ $schema: 'http://json-schema.org/draft-04/schema#' }, 1), /neither draft-07 nor 2020-12/)
})

test('references within a schema are followed', () => {
  const tree = {
    $ref: '#/$defs/node',
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, 'a/b~c': { type: 'string' } } } },
  }
  assert.equal(fails(tree, { next: { next: {} } }), undefined)
  assert.equal(fails(tree, { next: { next: 1 } }), 'type')
  const odd = { properties: { x: { $ref: '#/definitions/a~1b~0c%25' } }, definitions: { 'a/b~c%': { type: 'string' } } }
  assert.equal(fails(odd, { x: 1 }), 'type')
  const anchored = { properties: { x: { $ref: '#text' } }, $defs: { t: { $anchor: 'text', type: 'string' } } }
  assert.equal(fails(anchored, { x: 1 }), 'type')
})

test('what leads out of a schema, or is none, is refused', () => {
  const refused: readonly JsonObject[] = [
    { $ref: 'https://example.com/schema' },
    { $ref: '#/$defs/none' },
    { $ref: '#none' },
    { $ref: '#/enum/0', enum: [{ type: 'string' }] },
    { $ref: '#/%' },
    { $dynamicRef: '#x' },
    { properties: { a: { $id: 'https://example.com/b', type: 'string' } } },
    { type: 'text' },
    { properties: 1 },
    { allOf: {} },
    { items: 'x' },
    { minimum: 'a' },
    { pattern: 'a'.repeat(513) },
    { patternProperties: { ['a'.repeat(513)]: {} } },
    { pattern: '(a' },
    { description: 'x'.repeat(70_000) },
    { anyOf: Array.from({ length: 501 }, () => ({})) },
    JSON.parse(`${'{"not":'.repeat(60)}{}${'}'.repeat(60)}`),
  ]
  for (const schema of refused)
    assert.throws(() => compiler.compile(schema), /SchemaFault/, JSON.stringify(schema).slice(0, 60))
})

test('a schema of the same content is compiled once, and a refused one is refused again', () => {
  const schema = () => ({ type: 'object', properties: { once: { type: 'string' } } })
  assert.equal(compiler.compile(schema()), compiler.compile(schema()))
  for (let index = 0; index < 2; index++) assert.throws(() => compiler.compile({ type: 'nope' }))
  const first = compiler.compile(schema())
  for (let index = 0; index < 64; index++) compiler.compile({ const: index })
  assert.notEqual(compiler.compile(schema()), first, 'the oldest are forgotten')
})

test('each pattern is its own', () => {
  const schema = { properties: { a: { pattern: '^a+$' }, b: { pattern: '^b+$' } } }
  assert.equal(fails(schema, { a: 'aa', b: 'bb' }), undefined)
  assert.equal(fails(schema, { a: 'aa', b: 'aa' }), 'pattern')
  assert.equal(fails({ pattern: '^\\p{Lu}\\u0041\\/$' }, 'ÄA/'), undefined, 'as JavaScript writes them')
})

test('nothing takes long, whatever is asked for', () => {
  const doubling = {
    $ref: '#/$defs/d0',
    $defs: Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => {
        return [
          `d${n}`,
          n === 39 ? { type: 'number' } : { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
        ]
      }),
    ),
  }
  const nested = JSON.parse(`${'['.repeat(400)}1${']'.repeat(400)}`)
  const worst: readonly (readonly [JsonObject, JsonValue])[] = [
    [doubling, 1],
    [{ $ref: '#' }, 1],
    [{ anyOf: [{ $ref: '#' }, { $ref: '#' }] }, 1],
    [
      {
        $defs: {
          a: { anyOf: [{ items: { $ref: '#/$defs/a' } }, { items: { $ref: '#/$defs/a' } }, { type: 'string' }] },
        },
        $ref: '#/$defs/a',
      },
      nested,
    ],
    [{ pattern: '(a*)*(a*)*(a*)*b' }, 'a'.repeat(1_000_000)],
  ]
  for (const [schema, value] of worst) {
    const ms = cpuMilliseconds(() =>
      assert.throws(
        () => fails(schema, value),
        /^(?:TooMuchWork|RangeError|SchemaFault)/,
        JSON.stringify(schema).slice(0, 60),
      ),
    )
    assert.ok(ms < 1500, `${ms} ms for ${JSON.stringify(schema).slice(0, 60)}`)
  }
  const many = Array.from({ length: 20_000 }, (_, index) => ({ index }))
  assert.equal(fails({ uniqueItems: true, items: { properties: { index: { type: 'number' } } } }, many), undefined)
  assert.equal(fails({ uniqueItems: true }, [...many, { index: 7 }]), 'uniqueItems')
})

test('uniqueItems knows equal values whatever the order of their members', () => {
  assert.equal(
    fails({ uniqueItems: true }, [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ]),
    'uniqueItems',
  )
  assert.equal(fails({ uniqueItems: true }, [1, '1', [1], { a: 1 }, null, 'null', true]), undefined)
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }), (items) => {
      const values: JsonValue[] = JSON.parse(JSON.stringify(items))
      const repeated = values.some((a, i) => values.some((b, j) => j < i && same(a, b)))
      assert.equal(fails({ uniqueItems: true }, values), repeated ? 'uniqueItems' : undefined)
    }),
  )
})

function same(a: JsonValue, b: JsonValue): boolean {
  try {
    assert.deepEqual(a, b)
    return true
  } catch {
    return false
  }
}

test('own members only: what every object has is not there', () => {
  assert.equal(fails({ required: ['toString'] }, {}), 'required')
  assert.equal(fails({ properties: { constructor: { type: 'string' } }, additionalProperties: false }, {}), undefined)
})
