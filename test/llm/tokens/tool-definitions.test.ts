import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  const text = toolsAsTypescript([
    { kind: 'function', name: 'forecast', description: 'Looks ahead', parameters },
    { kind: 'function', name: 'now' },
  ])
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
    toolsAsJson([
      { kind: 'function', name: 'f', parameters: { type: 'object' } },
      { kind: 'opaque', dialect: 'anthropic-messages', value: { type: 'web_search' } },
    ]),
    '{"name":"f","parameters":{"type":"object"}}\n{"type":"web_search"}',
  )
})
