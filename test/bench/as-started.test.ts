import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AS_STARTED } from '../../bench/tollgate.js'
import { projectRoot } from '../../cli/project-root.js'

const contents = (file: string) => readFileSync(join(projectRoot(), file), 'utf8')

test('what is measured runs with the options that npm start and the image have', () => {
  const options = AS_STARTED.join(' ')
  assert.equal(JSON.parse(contents('package.json')).scripts.start, `node ${options} cli/tollgate.mjs start`)
  const entrypoint = ['node', ...AS_STARTED, 'cli/tollgate.mjs'].map((part) => JSON.stringify(part)).join(', ')
  assert.ok(contents('deploy/tollgate/Dockerfile').includes(`ENTRYPOINT [${entrypoint}]`))
})
