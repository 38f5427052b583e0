import assert from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { jsonAt } from '../json-at.js'

/** Holds answers of the admin API against the OpenAPI document that it serves. */
export interface Documented {
  /** Throws an `AssertionError` for an answer that the document does not know. */
  check(answer: {
    readonly method: string
    readonly path: string
    readonly status: number
    readonly type: string
    readonly body: string
  }): void
  /** Every operation, with who may call it. */
  readonly operations: readonly DocumentedOperation[]
}

export interface DocumentedOperation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly roles: readonly string[]
  readonly effect: string
}

const METHODS = ['get', 'post', 'patch', 'delete']

/** Reads an OpenAPI document; throws where it is none. */
export function documented(document: unknown): Documented {
  const paths = Object.entries(Object(jsonAt(document, 'paths')))
  const operations = paths.flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const one: unknown = Object(item)[method]
      if (one === undefined) return []
      return [
        {
          id: String(jsonAt(one, 'operationId')),
          method: method.toUpperCase(),
          path,
          roles: Array.from(Object(jsonAt(one, 'x-tollgate-roles')), String),
          effect: String(jsonAt(one, 'x-tollgate-effect')),
        },
      ]
    }),
  )
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'https://tollgate.test/openapi', ...Object(document) })

  return {
    operations,
    check({ method, path, status, type, body }) {
      const found = operations.find((one) => one.method === method && fits(one.path, path, paths))
      if (!found) return
      const what = `${method} ${path} ${status}`
      const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
      const response = Object(jsonAt(document, 'paths', found.path, method.toLowerCase(), 'responses'))[status]
      assert.ok(response, `${what} is not documented`)
      const plain = type.split(';')[0] ?? ''
      assert.ok(
        Object.keys(Object(jsonAt(response, 'content'))).some((one) => one.split(';')[0] === plain),
        `${what}: ${type} is not documented`,
      )
      if (plain !== 'application/json') return
      const pointer = [
        'paths',
        found.path,
        method.toLowerCase(),
        'responses',
        String(status),
        'content',
        plain,
        'schema',
      ]
      const validate = ajv.getSchema(`https://tollgate.test/openapi#/${pointer.map(escaped).join('/')}`)
      assert.ok(validate, what)
      assert.ok(validate(JSON.parse(body)), `${what}: ${JSON.stringify(validate.errors)} ${body.slice(0, 500)}`)
    },
  }
}

/** Of two patterns that fit, the one with fewer names is meant. */
function fits(pattern: string, path: string, all: readonly (readonly [string, unknown])[]): boolean {
  const matching = all.map(([one]) => one).filter((one) => matches(one, path))
  return matching.toSorted((a, b) => a.split('{').length - b.split('{').length)[0] === pattern
}

function matches(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const expected = pattern.split('/')
  return (
    parts.length === expected.length &&
    expected.every((one, at) => (one.startsWith('{') ? isValue(parts[at] ?? '') : one === parts[at]))
  )
}

/** Whether a segment of a path may stand for a name: it is there and can be decoded. */
function isValue(segment: string): boolean {
  return segment !== '' && !/%(?![0-9a-f]{2})/i.test(segment)
}
