import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { projectRoot } from '../../cli/project-root.js'
import { main } from './run.js'
import { startHost } from './subject.js'

const LIMIT = { timeout: 30_000 }
const ROOT = join(projectRoot(), 'test/fixtures/recordings')
const RIGHT = join(ROOT, 'right')
const WRONG = join(ROOT, 'wrong')

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tollgate-run-'))
})
after(() => rm(dir, { recursive: true }))

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const lines: string[] = []
  const code = await main(args, { host: startHost, print: (line) => void lines.push(line) })
  return { code, lines }
}

/** An exceptions file with these ids. */
async function excusing(...ids: readonly string[]): Promise<string> {
  const file = join(dir, `${ids.join('+')}.json`)
  await writeFile(file, JSON.stringify(ids.map((id) => ({ id, reason: 'a reason' }))))
  return file
}

test('recordings whose meaning survives the whole path pass, others APIs are not covered', LIMIT, async () => {
  const { code, lines } = await run(RIGHT)
  assert.deepEqual(lines.slice(0, -1).sort(), [
    'ok anthropic-refused',
    'ok anthropic-stream',
    'ok openai-stream',
    'ok openai-tool-call',
    'ok response-only',
  ])
  assert.match(lines.at(-1) ?? '', /^5 passed, 0 failed, 0 excused, 1 not covered/)
  assert.equal(code, 0)
})

test('a recording with a wrong expectation fails and names each field', LIMIT, async () => {
  const { code, lines } = await run(ROOT, '--only', 'openai-stream-wrong-text')
  assert.deepEqual(lines.slice(0, -1), [
    'FAIL openai-stream-wrong-text',
    '  text: expected "Ahoy, world", got "Ahoy, wörld 🌊"',
    '  usage.output: expected 7, got 6',
  ])
  assert.match(lines.at(-1) ?? '', /^0 passed, 1 failed/)
  assert.equal(code, 1)
})

test('a listed exception is excused, but not where it makes more than 2 % of the recordings', LIMIT, async () => {
  const exceptions = await excusing('openai-stream-wrong-text')
  const alone = await run(ROOT, '--only', 'openai-stream-wrong-text', '--exceptions', exceptions)
  assert.equal(alone.lines[0], 'EXCUSED openai-stream-wrong-text (a reason)')
  assert.equal(alone.code, 0)
  const all = await run(WRONG, '--exceptions', exceptions)
  assert.ok(all.lines.includes('more than 2 % of the recordings are exceptions'))
  assert.equal(all.code, 1)
})

test('an exception that passes must be taken off the list', LIMIT, async () => {
  const { code, lines } = await run(RIGHT, '--only', 'openai-stream', '--exceptions', await excusing('openai-stream'))
  assert.ok(lines.some((line) => line.includes('take it off the list')))
  assert.equal(code, 1)
})

test('it fails when nothing ran and when the arguments are wrong', LIMIT, async () => {
  assert.equal((await run(RIGHT, '--only', 'no-such-id')).code, 1)
  assert.equal((await run(RIGHT, '--only', 'embeddings')).code, 1)
  assert.equal((await run()).code, 2)
  assert.equal((await run(RIGHT, '--nonsense')).code, 2)
  assert.equal((await run(RIGHT, '--limit', 'many')).code, 2)
})
