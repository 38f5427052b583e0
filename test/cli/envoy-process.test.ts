import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { launchEnvoy, tailOf } from '../../cli/envoy-process.js'
import { isAlive } from '../../cli/process-alive.js'
import { eventually } from '../support/eventually.js'

// A shell script in Envoy's place: what matters here is the process, not what it does.
describe('an Envoy process', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-envoy-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const fake = async (script: string) => {
    const envoyPath = join(folder, 'envoy')
    await writeFile(envoyPath, `#!/bin/sh\n${script}\n`)
    await chmod(envoyPath, 0o755)
    return { envoyPath, configFile: '/bootstrap.yaml', logFile: join(folder, 'envoy.log') }
  }

  test('gets its configuration, its own base id and further arguments, and logs into the file', async () => {
    const launch = await fake('echo "$@"')
    await launchEnvoy({ ...launch, args: ['--concurrency', '1'] }).exited
    const log = await tailOf(launch.logFile, 5)
    assert.equal(log, '-c /bootstrap.yaml --use-dynamic-base-id --log-level warning --concurrency 1')
  })

  test('ends on stop, in a process group of its own', async () => {
    const envoy = launchEnvoy(await fake('exec sleep 60'))
    assert.ok(isAlive(envoy.pid))
    process.kill(-envoy.pid, 0)
    assert.deepEqual(await envoy.stop(), { code: null, signal: 'SIGTERM' })
    assert.ok(!isAlive(envoy.pid))
  })

  test('tells how it died by itself, and the end of its log', async () => {
    const launch = await fake('for n in 1 2 3; do echo line $n; done; exit 3')
    assert.deepEqual(await launchEnvoy(launch).exited, { code: 3, signal: null })
    assert.equal(await tailOf(launch.logFile, 2), 'line 2\nline 3')
    assert.equal(await tailOf(join(folder, 'none.log'), 2), '')
  })

  test('that cannot start is a failure', async () => {
    const launch = await fake('exit 0')
    assert.throws(() => launchEnvoy({ ...launch, envoyPath: join(folder, 'none') }), { name: 'Failure' })
  })

  test('does not outlive a parent that is killed outright', async () => {
    const launch = await fake('exec sleep 60')
    const module = JSON.stringify(new URL('../../cli/envoy-process.js', import.meta.url).href)
    const code = `import(${module}).then(({ launchEnvoy }) => console.log(launchEnvoy(${JSON.stringify(launch)}).pid))`
    const parent = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    assert.ok(isAlive(pid))
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await eventually('Envoy is gone', () => !isAlive(pid))
  })
})
