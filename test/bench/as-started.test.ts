import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AS_STARTED } from '../../bench/tollgate.js'
import { projectRoot } from '../../cli/project-root.js'

const contents = (file: string) => readFileSync(join(projectRoot(), file), 'utf8')

test('what is measured runs with the options and the environment that npm start and the image have', () => {
  const { options, environment } = AS_STARTED
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const start = [...variables, 'node', ...options, 'cli/tollgate.mjs', 'start'].join(' ')
  assert.equal(JSON.parse(contents('package.json')).scripts.start, start)

  const image = contents('deploy/tollgate/Dockerfile')
  const entrypoint = ['node', ...options, 'cli/tollgate.mjs'].map((part) => JSON.stringify(part)).join(', ')
  assert.ok(image.includes(`ENTRYPOINT [${entrypoint}]`))
  for (const variable of variables) assert.ok(image.includes(`\nENV ${variable}\n`), variable)
})
