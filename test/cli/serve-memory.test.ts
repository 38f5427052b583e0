import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.js'

const ENTRY = fileURLToPath(new URL('./serve-process.js', import.meta.url))
const LIMIT = { timeout: 120_000 }

const SMALL = `
version: 1
providers: { openai: { kind: openai, apiKey: sk-of-nobody } }
models: { gpt: { targets: [ { provider: openai, model: gpt-4o } ] } }
`
const FULL = `
version: 1
providers:
  openai: { kind: openai, apiKey: sk-of-nobody }
  claude: { kind: anthropic, apiKey: sk-of-nobody-else }
models:
  gpt: { targets: [ { provider: openai, model: gpt-4o }, { provider: claude, model: claude-sonnet-4-5 } ] }
  claude: { targets: [ { provider: claude, model: claude-sonnet-4-5 }, { provider: openai, model: gpt-4o } ] }
identity: { headers: { user: x-user-id, team: x-team-id } }
budgets: [ { name: eng, match: { team: eng }, limit: { usd: 100, per: day } } ]
limits: [ { name: per-user, each: user, requests: 60, tokens: 100000, per: minute } ]
pii: { mode: restore }
`

/** Parts of paths of code that neither configuration has a use for. */
const FOR_OTHERS = [
  ...['/google-auth-library/', '/@azure/', '/@aws-sdk/', '/ajv/', '/pg/', '/@clickhouse/', '/eld/', '/@swc/'],
  ...['/undici/', '/ioredis/', '/@smithy/', '/@aws-crypto/'],
  ...['/guardrails/injection/guard.js', '/guardrails/content/words.js', '/relay/server.js'],
]

/** Measured 100,000 and less on Node 20; newer ones have some more themselves. */
const MOST_KILOBYTES = 128_000

let directory = ''
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-memory-'))
})
after(() => rmSync(directory, { recursive: true }))

/** `tollgate serve` in a process of its own. */
async function serve(name: string, config: string, env: Readonly<Record<string, string>> = {}) {
  const path = join(directory, `${name}.yaml`)
  writeFileSync(path, config)
  const { NODE_V8_COVERAGE: _, ...own } = process.env
  const child = spawn(process.execPath, [ENTRY, 'serve', '--config', path], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...own,
      TOLLGATE_EXTPROC_ADDRESS: `unix:${join(directory, `${name}.sock`)}`,
      TOLLGATE_ADMIN_PORT: String(await freePort()),
      TOLLGATE_STATE_DIR: join(directory, `${name}-state`),
      ...env,
    },
  })
  let said = ''
  child.stderr.setEncoding('utf8')
  const serving = new Promise<void>((resolve) => {
    child.stderr.on('data', (text: string) => {
      said += text
      if (said.includes('serving:')) resolve()
    })
  })
  const exited = once(child, 'exit')
  await Promise.race([serving, exited])
  assert.equal(child.exitCode, null, said)
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** The files of code that a process had loaded, by what it said of their coverage. Node's own are left out: with `node:http`, newer versions load an undici of theirs. */
function loadedIn(coverage: string): readonly string[] {
  return readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
      readonly result: readonly { readonly url: string }[]
    }
    return result.map(({ url }) => url).filter((url) => !url.startsWith('node:'))
  })
}

for (const [name, config] of Object.entries({ small: SMALL, full: FULL })) {
  test(`a ${name} configuration loads no code that others need`, LIMIT, async () => {
    const coverage = join(directory, `${name}-coverage`)
    const running = await serve(name, config, { NODE_V8_COVERAGE: coverage })
    await running.stop()
    const loaded = loadedIn(coverage)
    assert.ok(loaded.length > 100, `${loaded.length}`)
    for (const part of FOR_OTHERS)
      assert.equal(
        loaded.find((url) => url.includes(part)),
        undefined,
      )
  })

  const where = { ...LIMIT, skip: process.platform !== 'linux' }
  test(`a ${name} configuration is served in little memory`, where, async () => {
    const running = await serve(`${name}-resident`, config)
    const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
    await running.stop()
    const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])
    assert.ok(kilobytes > 0 && kilobytes < MOST_KILOBYTES, `${kilobytes} KiB`)
  })
}
