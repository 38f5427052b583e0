import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import OpenAI from 'openai'
import { isAlive } from '../../cli/process-alive.js'
import { projectRoot } from '../../cli/project-root.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'

// `npm start` as a user runs it, in a process of its own, through a real Envoy.
describe('tollgate start', { skip: !existsSync('/proc') && 'needs /proc' }, () => {
  const main = new URL('../../cli/main.js', import.meta.url).href
  const start = async (extra: Record<string, string> = {}, args: readonly string[] = []) => {
    const port = await freePort()
    const env = {
      PATH: process.env['PATH'],
      TOLLGATE_ENVOY: process.env['TOLLGATE_ENVOY'],
      TOLLGATE_PORT: String(port),
      TOLLGATE_ADMIN_PORT: String(await freePort()),
      TOLLGATE_EXTPROC_ADDRESS: `127.0.0.1:${await freePort()}`,
      ...extra,
    }
    const code = `import('${main}').then(async ({ main }) => process.exit(await main(process.argv.slice(1), process.env)))`
    const child = spawn(process.execPath, ['-e', code, 'start', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    return { child, port, ...collected(child) }
  }
  const collected = (child: ChildProcessByStdio<null, Readable, Readable>) => {
    const printed = { out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      printed.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      printed.err += chunk
    })
    return { printed, closed: once(child, 'close').then(([code]) => code) }
  }
  const runFolder = (pid = 0) => join(projectRoot(), '.tollgate', `run-${pid}`)
  // Read from /proc: `ps` is missing on slim images.
  const envoyOf = (pid = 0) => {
    const mine = `${runFolder(pid)}/bootstrap.yaml`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && commandOf(name).includes(mine))
      .map(Number)
      .at(0)
  }
  const commandOf = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }
  const greeted = ({ printed }: { printed: { out: string } }) =>
    eventually('the greeting', () => printed.out.includes('Ctrl-C stops everything'), 30_000)

  test('serves the demo, falls back, drains on SIGINT and leaves no process and no file', async () => {
    const running = await start()
    await greeted(running)
    const { pid } = running.child
    const envoy = envoyOf(pid)
    assert.ok(envoy !== undefined)
    assert.match(
      running.printed.out,
      new RegExp(`curl -N http://127.0.0.1:${running.port}/v1/chat/completions .*"smart"`),
    )

    const client = new OpenAI({ baseURL: `http://127.0.0.1:${running.port}/v1`, apiKey: 'none', maxRetries: 0 })
    const request = client.chat.completions.create({
      model: 'smart',
      messages: [{ role: 'user', content: 'Good morning' }],
      stream: true,
    })
    const { data, response } = await request.withResponse()
    assert.equal(response.headers.get('x-tollgate-target'), 'anthropic/claude-sonnet-4-5')
    assert.equal(response.headers.get('x-tollgate-attempts'), '2')
    running.child.kill('SIGINT')
    // Npm passes a Ctrl-C on that the terminal has sent already.
    running.child.kill('SIGINT')
    let text = ''
    for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? ''
    assert.match(text, /Good morning[\s\S]*token by token\.$/)

    assert.equal(await running.closed, 0)
    assert.ok(!isAlive(envoy))
    assert.ok(!existsSync(runFolder(pid)))
  })

  test('says why and fails when Envoy dies', async () => {
    const running = await start()
    await greeted(running)
    const envoy = envoyOf(running.child.pid)
    assert.ok(envoy !== undefined)
    process.kill(envoy, 'SIGKILL')
    assert.equal(await running.closed, 1)
    assert.match(running.printed.err, /tollgate: Envoy \(.*\) ended by itself \(SIGKILL\)/)
    assert.ok(!existsSync(runFolder(running.child.pid)))
  })

  test('fails in one line when a port is taken or a file is wrong', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    const taken = await start({ TOLLGATE_PORT: port })
    assert.equal(await taken.closed, 1)
    server.close()
    assert.equal(
      taken.printed.err,
      `tollgate: port ${port} on 127.0.0.1 is in use: choose another with TOLLGATE_PORT=PORT\n`,
    )

    const wrong = await start({}, ['--config', '/no/such.yaml'])
    assert.equal(await wrong.closed, 1)
    assert.match(wrong.printed.err, /^tollgate: .*\n\/no\/such\.yaml:1:1 .*\n$/)
  })
})
