import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createFileAlertStore } from '../../../io/alerts/file-alert-store.js'
import { testAlertStore } from './alert-store-model.js'
import { NOW, raisedOf } from './sample.js'

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

test('who only looks makes no file, and needs no place for one', async () => {
  const folder = join(root, 'none')
  const store = createFileAlertStore({ path: join(folder, 'alerts.jsonl'), now: () => NOW })
  assert.deepEqual([(await store.inForce()).size, await store.recent(), await store.take(NOW, 1, 10)], [0, [], []])
  await store.close()
  await assert.rejects(stat(folder), { code: 'ENOENT' })
})

test('what a crash has left of a line is no change, and what follows it is', async () => {
  const path = join(root, 'torn.json')
  const store = createFileAlertStore({ path, now: () => NOW })
  await store.raise(raisedOf('a'), ['ops'])
  await store.close()
  await appendFile(path, '{"kind":"finish","id":"a:o')
  const again = createFileAlertStore({ path, now: () => NOW })
  assert.equal((await again.inForce()).size, 1)
  await again.rearm('threshold/a')
  await again.close()
  const last = createFileAlertStore({ path, now: () => NOW })
  assert.equal((await last.inForce()).size, 0)
  assert.equal((await last.take(NOW, 1, 10)).length, 1)
  await last.close()
})

test('a change writes as much however many alerts are in force, and the file is written anew as it grows', async () => {
  const path = join(root, 'many.json')
  const store = createFileAlertStore({ path, now: () => NOW })
  const text = 'x'.repeat(600)
  let written = 0
  for (let round = 0; round < 4; round++) {
    for (let user = 0; user < 400; user++) {
      const alert = raisedOf(`${user}-${round}`, { subject: `s${user}`, text })
      const { size } = await stat(path).catch(() => ({ size: 0 }))
      await store.raise(alert, [])
      const grown = (await stat(path)).size - size
      assert.ok(grown < 2000, `${grown} bytes`)
      written += Math.max(0, grown)
    }
    if (round < 3) for (let user = 0; user < 390; user++) await store.rearm(`s${user}`)
  }
  assert.ok((await stat(path)).size < written, 'it was never written anew')
  const [inForce, recent] = [await store.inForce(), await store.recent()]
  await store.close()
  const again = createFileAlertStore({ path, now: () => NOW })
  assert.deepEqual(await again.inForce(), inForce)
  assert.deepEqual(await again.recent(), recent)
  assert.deepEqual([inForce.size, recent.length, recent[0]?.id], [400, 1000, '389-3'])
  await again.close()
})
