import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { findingsIn } from '../../cli/check.js'
import { createLasting } from '../../cli/lasting.js'
import { loadConfiguration } from '../../cli/live-configuration.js'
import { createLog } from '../../io/request-log.js'
import { systemClock } from '../../io/system-clock.js'
import { eventually } from '../support/eventually.js'

let directory = ''
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-'))
})
after(() => rmSync(directory, { recursive: true }))

const text = (port: number) => `
version: 1
providers: { p: { kind: openai, baseUrl: "http://127.0.0.1:${port}/v1" } }
models: { m: { targets: [ { provider: p, model: gpt-4o } ] } }
`

test('Envoy keeps an old endpoint until its requests are settled, and its files have one writer at a time', async () => {
  const path = join(directory, 'tollgate.yaml')
  writeFileSync(path, text(1))
  const log = createLog(join(directory, 'log'))
  const live = await loadConfiguration({ path, env: {}, lasting: createLasting(systemClock), log })

  const written: number[][] = []
  let writing = 0
  let reloads = 0
  const settling: (() => void)[] = []
  const gateway = { settled: () => new Promise<void>((resolve) => settling.push(resolve)) }
  const following = live.follow({
    gateway: gateway,
    metrics: { reload: () => reloads++ },
    async writeEnvoy(_, clusters) {
      writing++
      assert.equal(writing, 1)
      for (let i = 0; i < 20; i++) await setImmediate()
      writing--
      written.push(clusters.map(({ port }) => port))
      return 'same'
    },
  })
  try {
    for (const port of [2, 3]) {
      writeFileSync(`${path}.new`, text(port))
      renameSync(`${path}.new`, path)
      await eventually('the reload is through', async () => reloads === port - 1)
      // What the last reload left to clean up comes due while the next one may be running.
      for (const settle of settling.splice(0, port - 2)) settle()
    }
    for (const settle of settling.splice(0)) settle()
    await eventually('the old endpoint is gone', async () => written.length === 3)
    assert.deepEqual(written, [[2, 1], [3, 2], [3]])
  } finally {
    following.stop()
    await log.close()
  }
})

const guarded = (file: string) => `${text(1)}
guardrails: [ { name: own, kind: custom, path: ${file} } ]
`

test("a file of the operator's own is part of the configuration: one that cannot be run changes nothing", async () => {
  const path = join(directory, 'guarded.yaml')
  const guard = join(directory, 'own.ts')
  const put = (at: string, written: string) => {
    writeFileSync(`${at}.new`, written)
    renameSync(`${at}.new`, at)
  }
  put(guard, 'export default () => ({ window: 10, open: () => ({ request: () => ({ kind: "clean" }) }) })')
  put(path, guarded('own.ts'))
  assert.deepEqual(await findingsIn(path, {}), { problems: [], warnings: [] })
  const log = createLog(join(directory, 'guarded.log'))
  const live = await loadConfiguration({ path, env: {}, lasting: createLasting(systemClock), log })
  const first = live.current
  const results: string[] = []
  const following = live.follow({
    gateway: { settled: async () => {} },
    metrics: { reload: (result) => void results.push(result) },
    writeEnvoy: async () => 'same',
  })
  try {
    put(guard, 'export default () => ({ window: 10')
    await eventually('the broken file is refused', async () => results.length === 1)
    assert.deepEqual(results, ['rejected'])
    assert.match(live.rejected ?? '', /the guard 'own' cannot be made: it is no TypeScript/)
    assert.equal(live.current, first)
    assert.match((await findingsIn(path, {})).problems[0] ?? '', /the guard 'own' cannot be made: it is no TypeScript/)
    await assert.rejects(
      loadConfiguration({ path, env: {}, lasting: createLasting(systemClock), log }),
      /the guard 'own' cannot be made/,
    )
    put(guard, 'export default () => ({ window: 20, open: () => undefined })')
    await eventually('the repaired file is taken', async () => results.length === 2)
    assert.deepEqual([results[1], live.rejected], ['ok', undefined])
    assert.notEqual(live.current, first)
  } finally {
    following.stop()
    await log.close()
  }
})
