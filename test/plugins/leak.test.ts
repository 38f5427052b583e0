import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../support/eventually.js'
import { pluginsDir } from '../support/kong/plugin-build.js'
import { type PluginConnection, type PluginServer, startPluginServer } from '../support/kong/plugin-server.js'
import { phase } from './phase.js'

const SECRET = 'a-secret-of-at-least-32-characters'
const ANSWERS = { 'kong.router.get_route': { id: 'r-1' }, 'kong.service.set_upstream': true }
const REQUESTS = 100_000
const WORKERS = 8

/** Loaded into the server: on a signal it collects what nobody holds, and says how much is left. */
const TELL = `
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  process.on('SIGUSR2', () => {
    collect()
    process.stderr.write('heap=' + process.memoryUsage().heapUsed + ';')
  })`

test('100,000 requests leave nothing behind, whether they go through or end in an exit', async (t) => {
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(TELL)}` }
  const server = await startPluginServer({ pluginsDir: pluginsDir(), env })
  t.after(() => server.stop())
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => server.connect()))
  const through = await instance(workers, { secret: SECRET })
  const exits = await instance(workers, { secret: 'too short' })

  const half = async () => {
    await requests(workers, through, REQUESTS / 4)
    await requests(workers, exits, REQUESTS / 4)
    return heap(server)
  }
  const before = await half()
  const growth = (await half()) - before
  // Unmended, this half's exits leave 25 MB.
  assert.ok(growth < 4 * 1024 * 1024, `grew by ${growth} bytes from ${before}`)
})

async function instance([worker]: readonly PluginConnection[], config: object): Promise<number> {
  const started = await worker?.call('plugin.StartInstance', { Name: 'tollgate', Config: JSON.stringify(config) })
  return (started as { readonly Id: number }).Id
}

async function requests(workers: readonly PluginConnection[], instanceId: number, count: number): Promise<void> {
  const each = async (worker: PluginConnection) => {
    for (let left = count / WORKERS; left > 0; left--) await phase(worker, instanceId, ANSWERS)
  }
  await Promise.all(workers.map(each))
}

async function heap(server: PluginServer): Promise<number> {
  const told = () => [...server.log().matchAll(/heap=(\d+);/g)]
  const before = told().length
  server.kill('SIGUSR2')
  const answers = await eventually('the server says how large its heap is', () => told().length > before && told())
  return Number(answers.at(-1)?.[1])
}
