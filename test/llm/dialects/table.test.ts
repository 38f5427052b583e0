import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { projectRoot } from '../../../cli/project-root.js'
import { answerTable } from './answer-table.js'
import { kinds, requestTable, rows, silentLosses } from './support-table.js'

const FILE = join(projectRoot(), 'docs', 'translation.md')

const TABLE = rows()

function page(): string {
  return `# What is translated, and how

Any client dialect reaches any provider. Where a client and a provider speak the same dialect, the client's bytes pass and nothing
here applies. Where they do not, each field of the request is

- **native**: the provider has it, or does the same anyway;
- **emulated**: the provider does not have it and it is met in another way, named in \`x-tollgate-emulated\`: a schema becomes a
  forced tool whose arguments come back as text, or an instruction;
- **dropped**: it cannot be said, and \`x-tollgate-dropped\` names it. With \`strict: true\` the request is refused with 422 instead.

Nothing is lost without one of these. This page is made by a test that asks every provider's code for every field
(\`UPDATE_DOCS=1 npm test table\` writes it, \`npm test\` fails when it is stale). What depends on the model is shown for the one
that stands for its kind.

## Requests

${requestTable(TABLE)}

The models: ${kinds()}.

## Answers

What each client gets of what a provider of another dialect can say.

${answerTable()}
`
}

test('nothing of a request is lost without a report', () => {
  assert.deepEqual(silentLosses(TABLE), [])
})

test('docs/translation.md says what the code does', () => {
  const made = page()
  if (process.env['UPDATE_DOCS']) writeFileSync(FILE, made)
  assert.equal(readFileSync(FILE, 'utf8'), made, 'the page is stale: UPDATE_DOCS=1 npm test table writes it')
})
