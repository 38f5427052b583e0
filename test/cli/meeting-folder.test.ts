import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { Failure } from '../../cli/failure.js'
import { makeMeetingFolder } from '../../cli/meeting-folder.js'

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0)) step()
})

function stateDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'tg-'))
  undo.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('workers meet beside the state, and what a killed Tollgate left goes', async () => {
  const state = stateDir()
  mkdirSync(join(state, 'workers-999999999'))
  mkdirSync(join(state, 'run-999999999'))
  const { path, remove } = await makeMeetingFolder(state)
  assert.equal(path, join(state, `workers-${process.pid}`))
  assert.equal(statSync(path).mode & 0o777, 0o700)
  assert.deepEqual(
    ['workers-999999999', 'run-999999999'].map((name) => existsSync(join(state, name))),
    [false, true],
  )
  remove()
  assert.ok(!existsSync(path))
})

test('where that is too long for a socket, they meet elsewhere', async () => {
  const { path, remove } = await makeMeetingFolder(join(stateDir(), 'x'.repeat(80)))
  assert.ok(path.startsWith(join(tmpdir(), 'tollgate-')))
  assert.equal(statSync(path).mode & 0o777, 0o700)
  remove()
  assert.ok(!existsSync(path))
})

test('a place that cannot be written is a failure that says so', async () => {
  const file = join(stateDir(), 'file')
  writeFileSync(file, '')
  await assert.rejects(makeMeetingFolder(join(file, 'state')), (error) => {
    return error instanceof Failure && /TOLLGATE_STATE_DIR/.test(error.message)
  })
})
