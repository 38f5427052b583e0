import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SCHEMA } from '../../plugins/schema.js'
import { pluginsDir } from '../support/kong/plugin-build.js'
import { dumpPlugins } from '../support/kong/plugin-server.js'

/** Attributes of Kong's metaschema (3.x) that the fields use, with the types that may have them. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  type: ['string', 'boolean', 'array', 'map'],
  description: ['string', 'boolean', 'array', 'map'],
  required: ['string', 'boolean', 'array', 'map'],
  default: ['string', 'boolean'],
  one_of: ['string'],
  len_min: ['string', 'array'],
  referenceable: ['string'],
  encrypted: ['string'],
  elements: ['array'],
  keys: ['map'],
  values: ['map'],
}

test('every field is one that Kong can read, and says what it is for', () => {
  for (const record of SCHEMA) {
    const [[name, field] = ['', undefined], ...more] = Object.entries(record)
    assert.ok(field && more.length === 0, 'one field in each record')
    assert.match(name, /^[a-z]+$/)
    // Kong refuses a schema with longer ones.
    assert.ok(field.description.length >= 10 && field.description.length <= 500, name)
    for (const attribute of Object.keys(field))
      assert.ok(ATTRIBUTES[attribute]?.includes(field.type), `${name}.${attribute}`)
    if (field.one_of) assert.ok(field.one_of.includes(String(field.default)), name)
    assert.equal(field.type === 'array', field.elements !== undefined, name)
    assert.equal(field.type === 'map', field.keys !== undefined && field.values !== undefined, name)
  }
})

test('the secret may be a reference, and is kept encrypted', () => {
  const secret = SCHEMA.find((record) => record['secret'])?.['secret']
  assert.deepEqual([secret?.required, secret?.referenceable, secret?.encrypted], [true, true, true])
})

test('Kong’s query gets one plugin, and nothing else on stdout', async () => {
  const dump = await dumpPlugins(pluginsDir())
  const schema = { name: 'tollgate', fields: [{ config: { type: 'record', fields: SCHEMA } }] }
  assert.deepEqual(dump, [{ Name: 'tollgate', Version: '0.1.0', Phases: ['access'], Priority: 840, Schema: schema }])
})
