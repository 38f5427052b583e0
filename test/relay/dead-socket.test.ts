import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { removeDeadSocket } from '../../relay/dead-socket.js'
import { listen } from '../../relay/listener.js'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tollgate-'))
})
after(() => rm(directory, { recursive: true }))

/** Listens there in another process, which is killed. */
async function leaveBehind(path: string): Promise<void> {
  const program = "require('node:net').createServer().listen(process.argv[1], () => console.log('here'))"
  const child = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('what a killed process has left is removed, so that the next one can listen', { timeout: 10_000 }, async () => {
  const path = join(directory, 'dead.sock')
  await leaveBehind(path)
  assert.ok(existsSync(path))
  const serve = () => listen(`unix:${path}`, () => {})
  await assert.rejects(serve(), { code: 'EADDRINUSE' })
  await removeDeadSocket(`unix:${path}`)
  const listener = await serve()
  await listener.close(0)
})

test('a socket on which somebody listens stays, and so does what is no socket', { timeout: 10_000 }, async () => {
  const path = join(directory, 'live.sock')
  const server = createServer().listen(path)
  await once(server, 'listening')
  await removeDeadSocket(`unix:${path}`)
  assert.ok(existsSync(path))
  server.close()

  const file = join(directory, 'file')
  await writeFile(file, 'x')
  await removeDeadSocket(`unix:${file}`)
  assert.ok(existsSync(file))
})

test('where nothing is, nothing is done', async () => {
  await removeDeadSocket(`unix:${join(directory, 'none.sock')}`)
  await removeDeadSocket('127.0.0.1:8081')
})
