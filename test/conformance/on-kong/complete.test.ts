import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { projectRoot } from '../../../cli/project-root.js'

/** Tests of the suite's own tools, which start no gateway or choose it themselves. */
const NOT_CASES = ['both-gateways', 'compare', 'ledger', 'replaying-provider', 'run']

test('every conformance case runs against Kong too', () => {
  const names = (folder: string) =>
    readdirSync(join(projectRoot(), 'test', 'conformance', folder))
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => file.replace(/\.test\.ts$/, ''))
  const cases = names('').filter((name) => !NOT_CASES.includes(name))
  assert.ok(cases.length > 10, 'the cases were found')
  assert.deepEqual(
    cases.sort(),
    names('on-kong')
      .filter((name) => name !== 'complete')
      .sort(),
  )
})
