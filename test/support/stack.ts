import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launchEnvoy, tailOf } from '../../cli/envoy-process.js'
import { serve } from '../../cli/serve.js'
import { findEnvoy } from '../../cli/setup-envoy.js'
import { freePort } from './free-port.js'
import type { Host, RunningHost } from './host.js'
import { runAll, untilServing } from './run-stack.js'

/** Tollgate in this process behind a real Envoy: the `Host` that every conformance case runs against by default. */
export const startStack: Host = async ({ config, configPath, env = {} }) => {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-'))
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })]
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= runAll(undo)
    return stopped
  }
  try {
    return await start()
  } catch (error) {
    await stop()
    throw error
  }

  async function start(): Promise<RunningHost> {
    const file = configPath ?? join(dir, 'tollgate.yaml')
    if (configPath === undefined) await writeFile(file, config)
    const port = await freePort()
    const adminPort = await freePort()
    const tollgateLog = join(dir, 'tollgate.log')
    const tollgate = await serve({
      configPath: file,
      envoyDir: join(dir, 'envoy'),
      logFile: tollgateLog,
      env: {
        TOLLGATE_PORT: String(port),
        TOLLGATE_STATE_DIR: join(dir, 'state'),
        TOLLGATE_ADMIN_PORT: String(adminPort),
        TOLLGATE_EXTPROC_ADDRESS: `unix:${join(dir, 'extproc.sock')}`,
        ...env,
      },
    })
    undo.unshift(() => tollgate.stop())
    const envoyLog = join(dir, 'envoy.log')
    const envoy = launchEnvoy({
      envoyPath: await findEnvoy(),
      configFile: join(dir, 'envoy', 'bootstrap.yaml'),
      logFile: envoyLog,
      args: ['--concurrency', '1'],
    })
    undo.unshift(() => {
      // Killed, not asked: nothing is left to drain, and a dying Envoy's own troubles are none of the tests'.
      envoy.kill()
      return envoy.exited
    })
    void envoy.exited.then(async ({ code, signal }) => {
      if (signal === 'SIGKILL') return
      // Otherwise every later case would fail with a refused connection and nobody would know why.
      process.stderr.write(`Envoy ended by itself (${signal ?? code}):\n${await tailOf(envoyLog, 40)}\n`)
    })
    const url = `http://127.0.0.1:${port}`
    await untilServing(url, envoy.exited).catch(async (error: unknown) => {
      throw new Error(`${error}\n${await tailOf(envoyLog, 20)}`)
    })
    return {
      url,
      adminUrl: tollgate.adminUrl,
      configPath: file,
      log: () => readFile(tollgateLog, 'utf8'),
      writeConfig: async (text) => {
        await writeFile(`${file}.next`, text)
        await rename(`${file}.next`, file)
      },
      drain: () => tollgate.stop(),
      stop,
    }
  }
}
