import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Tool } from '../../../core/chat.js'
import type { JsonObject } from '../../../core/json.js'
import { AT_ONCE, atOnce } from '../../../core/turns.js'
import { toolsAsJson, toolsAsTypescript } from '../../../llm/tokens/tool-definitions.js'

test('functions become a TypeScript namespace', () => {
  const parameters = {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Where' },
      days: { type: 'integer' },
      unit: { enum: ['C', 'F'] },
      tags: { type: 'array', items: { type: 'string' } },
      at: { type: 'object', properties: { lat: { type: 'number' } }, required: ['lat'] },
      odd: { anyOf: [{ type: 'null' }, { type: ['string', 'number'] }] },
    },
    required: ['city'],
  }
  const text = atOnce(
    toolsAsTypescript([
      { kind: 'function', name: 'forecast', description: 'Looks ahead', parameters },
      { kind: 'function', name: 'now' },
    ]),
  )
  assert.equal(
    text,
    `namespace functions {

// Looks ahead
type forecast = (_: {
// Where
city: string,
days?: number,
unit?: "C" | "F",
tags?: string[],
at?: {
  lat: number,
},
odd?: null | string | number,
}) => any;

type now = () => any;

} // namespace functions`,
  )
})

test('for other vendors definitions stay JSON', () => {
  assert.equal(
    atOnce(
      toolsAsJson([
        { kind: 'function', name: 'f', parameters: { type: 'object' } },
        { kind: 'opaque', dialect: 'anthropic-messages', value: { type: 'web_search' } },
      ]),
    ),
    '{"name":"f","parameters":{"type":"object"}}\n{"type":"web_search"}',
  )
})

test('alternatives and lists of types stand side by side, each type once', () => {
  const types = ['string', 'array', 'array', 'object', 'string']
  const parameters = {
    properties: {
      any: { type: types, items: { type: types }, properties: { in: { oneOf: [{ enum: [1, null] }, {}] } } },
      none: { type: [] },
      wrong: { type: Array.from({ length: 8 }, (_, index) => `t${index}`) },
    },
  }
  assert.equal(
    atOnce(toolsAsTypescript([{ kind: 'function', name: 'f', description: '', parameters }])),
    `namespace functions {

type f = (_: {
any?: string | string | any[] | {

  }[] | {
   in?: 1 | null | any,
 },
none?: ,
wrong?: any,
}) => any;

} // namespace functions`,
  )
})

test('schemas within equal types do not double with every level', () => {
  let schema: JsonObject = { type: 'string' }
  for (let depth = 0; depth < 60; depth++) {
    const type = [...Array(3).fill('object'), ...Array(3).fill('array')]
    schema = depth % 2 === 0 ? { type, properties: { in: schema } } : { type, items: schema }
  }
  const parameters = { type: 'object', properties: { in: schema } }
  const text = atOnce(toolsAsTypescript([{ kind: 'function', name: 'f', parameters }]))
  assert.ok(text.length < 5000, `${text.length}`)
})

test('no step of writing many or large definitions is long', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => index)
  const properties = Object.fromEntries(many(5000).map((index) => [`p${index}`, { type: 'string' }]))
  const wide = many(20).map((index): Tool => ({ kind: 'function', name: `f${index}`, parameters: { properties } }))
  const kinds: Readonly<Record<string, readonly Tool[]>> = {
    'large schemas': wide,
    'one that holds others': [
      {
        kind: 'function',
        name: 'f',
        parameters: {
          properties: Object.fromEntries(wide.map((_, index) => [`o${index}`, { type: 'object', properties }])),
        },
      },
    ],
    'many tools': many(20_000).map((index) => ({ kind: 'function', name: `f${index}` })),
    'values of an enumeration': [
      { kind: 'function', name: 'f', parameters: { properties: { of: { enum: many(100_000) } } } },
    ],
    alternatives: [
      {
        kind: 'function',
        name: 'f',
        parameters: { properties: { of: { anyOf: many(50_000).map(() => ({ type: 'string' })) } } },
      },
    ],
    'required names': [
      { kind: 'function', name: 'f', parameters: { properties: { a: {} }, required: many(100_000).map(String) } },
    ],
    'what only one API knows': [{ kind: 'opaque', dialect: 'another', value: { list: many(100_000) } }],
  }
  for (const [what, tools] of Object.entries(kinds)) {
    for (const write of [toolsAsTypescript, toolsAsJson]) {
      let yields = 0
      const steps = write(tools)
      for (let step = steps.next(); !step.done; step = steps.next(), yields++) {
        assert.ok(step.value <= AT_ONCE / 4, `${what}: ${step.value} units`)
      }
      assert.ok(yields >= 20, `${what}: ${yields} yields`)
    }
  }
})
