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

const CHATS = [
  ...['anthropic-refused', 'anthropic-stream', 'converse-stream', 'gemini-array', 'openai-stream', 'openai-tool-call'],
  ...['response-only', 'responses-body'],
]
const READERS = ['anthropic-messages', 'gemini', 'openai-chat', 'openai-completions', 'openai-responses']

test(
  'recordings whose meaning survives the whole path pass for every client, other APIs are told apart',
  LIMIT,
  async () => {
    const { code, lines } = await run(RIGHT)
    assert.deepEqual(
      lines.slice(0, -2).sort(),
      CHATS.flatMap((id) => READERS.map((client) => `ok ${id} ${client}`)),
    )
    assert.equal(lines.at(-2), 'outside of the matrix: rerank 1')
    assert.match(lines.at(-1) ?? '', /^40 passed, 0 failed, 0 excused, 1 recordings outside/)
    assert.equal(code, 0)
  },
)

test('a recording with a wrong expectation fails and names each field', LIMIT, async () => {
  const { code, lines } = await run(ROOT, '--only', 'openai-stream-wrong-text', '--client', 'openai-chat')
  assert.deepEqual(lines.slice(0, -1), [
    'FAIL openai-stream-wrong-text openai-chat',
    '  text: expected "Ahoy, world", got "Ahoy, wörld 🌊"',
    '  usage.output: expected 7, got 6',
  ])
  assert.match(lines.at(-1) ?? '', /^0 passed, 1 failed/)
  assert.equal(code, 1)
})

for (const client of READERS) {
  test(`a wrong expectation fails for ${client}`, LIMIT, async () => {
    const { code, lines } = await run(WRONG, '--client', client)
    assert.equal(lines[0], `FAIL openai-stream-wrong-text ${client}`)
    assert.ok(lines.some((line) => line.includes('text: expected "Ahoy, world"')))
    assert.equal(code, 1)
  })
}

test('a listed exception is excused, but not where it makes more than 1 % of the readings', LIMIT, async () => {
  const exceptions = await excusing('openai-stream-wrong-text')
  const alone = await run(WRONG, '--client', 'gemini', '--exceptions', exceptions)
  assert.equal(alone.lines[0], 'EXCUSED openai-stream-wrong-text gemini (a reason)')
  assert.equal(alone.code, 0)
  const all = await run(WRONG, '--exceptions', exceptions)
  assert.ok(all.lines.includes('more than 1 % are exceptions'))
  assert.equal(all.code, 1)
})

test('an exception for one client excuses no other', LIMIT, async () => {
  const file = join(dir, 'one-client.json')
  await writeFile(file, JSON.stringify([{ id: 'openai-stream-wrong-text', client: 'gemini', reason: 'a reason' }]))
  const { lines } = await run(WRONG, '--client', 'gemini', '--client', 'openai-chat', '--exceptions', file)
  assert.deepEqual(
    lines.filter((line) => /^[A-Z]/.test(line)),
    ['EXCUSED openai-stream-wrong-text gemini (a reason)', 'FAIL openai-stream-wrong-text openai-chat'],
  )
})

test('an exception that passes must be taken off the list', LIMIT, async () => {
  const { code, lines } = await run(RIGHT, '--only', 'openai-stream', '--exceptions', await excusing('openai-stream'))
  assert.ok(lines.some((line) => line.includes('take it off the list')))
  assert.equal(code, 1)
})

test('it fails when nothing ran and when the arguments are wrong', LIMIT, async () => {
  assert.equal((await run(RIGHT, '--only', 'no-such-id')).code, 1)
  assert.equal((await run(RIGHT, '--only', 'rerank')).code, 1)
  assert.equal((await run()).code, 2)
  assert.equal((await run(RIGHT, '--nonsense')).code, 2)
  assert.equal((await run(RIGHT, '--client', 'cobol')).code, 2)
  assert.equal((await run(RIGHT, '--limit', 'many')).code, 2)
})
