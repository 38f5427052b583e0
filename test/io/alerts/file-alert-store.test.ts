import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createFileAlertStore } from '../../../io/alerts/file-alert-store.js'
import { testAlertStore } from './alert-store-model.js'
import { NOW } from './sample.js'

let root: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'tollgate-alerts-'))
})
after(() => rm(root, { recursive: true, force: true }))

testAlertStore((name, now = () => NOW) => createFileAlertStore({ path: join(root, `${name}.json`), now }))

test('SIGKILL between raise and delivery: the next process delivers the alert with the same id', async () => {
  const path = join(root, 'killed.json')
  const script = join(import.meta.dirname, 'raise-and-wait.js')
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const store = createFileAlertStore({ path, now: () => NOW })
  assert.deepEqual(
    (await store.take(NOW, 1000, 10)).map(({ id, alert }) => [id, alert.id]),
    [['killed:ops', 'killed']],
  )
  assert.equal((await store.inForce()).size, 1)
})
