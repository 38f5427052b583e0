import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { everyRole, startServed } from '../../support/admin/served.js'
import { jsonAt } from '../../support/json-at.js'

/** Every object within a value, with where it is. */
function* objectsIn(value: unknown, at = '#'): Generator<readonly [string, object]> {
  if (typeof value !== 'object' || value === null) return
  yield [at, value]
  for (const [name, member] of Object.entries(value)) yield* objectsIn(member, `${at}/${name}`)
}

test('the document keeps to OpenAPI 3.1 where it matters', { timeout: 60_000 }, async (t) => {
  const { openapi, document } = await startServed(t, everyRole())
  assert.equal(jsonAt(openapi, 'openapi'), '3.1.0')
  for (const name of ['title', 'version']) assert.ok(String(jsonAt(openapi, 'info', name)).length > 0, name)

  const ids = document.operations.map(({ id }) => id)
  assert.deepEqual(
    ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id)),
    [],
    'operationIds',
  )
  assert.equal(new Set(ids).size, ids.length, 'operationIds are unique')

  for (const { id, method, path } of document.operations) {
    const one = Object(jsonAt(openapi, 'paths', path, method.toLowerCase()))
    const declared = (one.parameters ?? [])
      .filter((parameter: unknown) => jsonAt(parameter, 'in') === 'path')
      .map((parameter: unknown) => {
        assert.equal(jsonAt(parameter, 'required'), true, id)
        return jsonAt(parameter, 'name')
      })
    const used = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    assert.deepEqual(declared, used, `${id}: every name in the path is declared, and no other`)
    const names = (one.parameters ?? []).map(
      (parameter: unknown) => `${jsonAt(parameter, 'in')} ${jsonAt(parameter, 'name')}`,
    )
    assert.equal(new Set(names).size, names.length, `${id}: parameters are unique`)
    for (const parameter of one.parameters ?? []) assert.equal(typeof jsonAt(parameter, 'schema'), 'object', id)

    assert.ok(String(one.summary).length > 0, id)
    const statuses = Object.keys(Object(one.responses))
    assert.ok(
      statuses.some((status) => status.startsWith('2')),
      `${id}: an answer that is a success`,
    )
    for (const status of ['401', '403', '500']) assert.ok(statuses.includes(status), `${id} ${status}`)
    if (one.requestBody !== undefined) for (const status of ['400', '413']) assert.ok(statuses.includes(status), id)
    for (const [status, response] of Object.entries(Object(one.responses))) {
      assert.ok(String(jsonAt(response, 'description')).length > 0, `${id} ${status}`)
    }
    assert.ok(['reads', 'changes'].includes(String(one['x-tollgate-effect'])), id)
    if (method === 'GET') assert.equal(one['x-tollgate-effect'], 'reads', id)
  }
})

test('every reference leads somewhere, and every schema is one of JSON Schema 2020-12', {
  timeout: 60_000,
}, async (t) => {
  const { openapi } = await startServed(t, everyRole())
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  let schemas = 0
  for (const [at, object] of objectsIn(openapi)) {
    if ('$ref' in object) {
      const steps = String(object.$ref).replace(/^#\//, '').split('/')
      assert.ok(
        String(object.$ref).startsWith('#/') && jsonAt(openapi, ...steps) !== undefined,
        `${at}: ${object.$ref}`,
      )
    }
    if (!/\/schema$/.test(at)) continue
    schemas += 1
    const { valid, errors } = { valid: ajv.validateSchema(object), errors: ajv.errors }
    assert.ok(valid, `${at}: ${JSON.stringify(errors)}`)
    assert.ok(!('$schema' in object) && !('$defs' in object), `${at} stands by itself`)
  }
  assert.ok(schemas > 30, `${schemas} schemas`)
  const named = Object.keys(Object(jsonAt(openapi, 'components', 'securitySchemes')))
  for (const requirement of Array.from(Object(jsonAt(openapi, 'security')))) {
    for (const name of Object.keys(Object(requirement))) assert.ok(named.includes(name), name)
  }
})
