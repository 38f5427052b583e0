import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderKong } from '../../../cli/render.js'
import { serve } from '../../../cli/serve.js'
import { watchFiles } from '../../../io/watch.js'
import { freePort } from '../free-port.js'
import type { HostOptions, RunningHost } from '../host.js'
import { runAll, untilServing } from '../run-stack.js'
import { pluginsDir } from './plugin-build.js'
import { type RunningKong, startKong } from './stand-in.js'

/** What the plugin and the relay of the tests share. */
export const CONTEXT_SECRET = 'a secret of the tests, and of nobody else'

/** A gateway with its parts at hand. */
export interface RunningKongStack extends RunningHost {
  readonly kong: RunningKong
  readonly relayAddress: string
}

/** Tollgate's relay in this process behind the stand-in for Kong, with the plugin and the configuration as users get them. */
export async function startKongStack({ config, configPath, env = {} }: HostOptions): Promise<RunningKongStack> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-kong-'))
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

  async function start(): Promise<RunningKongStack> {
    const file = configPath ?? join(dir, 'tollgate.yaml')
    if (configPath === undefined) await writeFile(file, config)
    const port = await freePort()
    const relayAddress = `127.0.0.1:${await freePort()}`
    const log = join(dir, 'tollgate.log')
    const environment = {
      TOLLGATE_STATE_DIR: join(dir, 'state'),
      TOLLGATE_ADMIN_PORT: String(await freePort()),
      TOLLGATE_RELAY_ADDRESS: relayAddress,
      TOLLGATE_EGRESS: `http://127.0.0.1:${port}`,
      TOLLGATE_CONTEXT_SECRET: CONTEXT_SECRET,
      ...env,
    }
    let declarative = ''
    /** A file that is not valid changes nothing in Kong. */
    const render = (path: string): string => {
      try {
        declarative = renderKong({ configPath: path, env: environment, form: 'declarative' })
      } catch (error) {
        if (declarative === '') throw error
      }
      return declarative
    }
    const tollgate = await serve({ configPath: file, gateways: ['kong'], logFile: log, env: environment })
    undo.unshift(() => tollgate.stop())
    const kong = await startKong({ declarative: render(file), pluginsDir: pluginsDir(), port, env: environment })
    undo.unshift(() => kong.stop())
    const following = watchFiles([file], () => void kong.reload(render(file)))
    undo.unshift(async () => following.stop())
    await untilServing(kong.url, new Promise(() => {}))
    return {
      url: kong.url,
      adminUrl: tollgate.adminUrl,
      configPath: file,
      kong,
      relayAddress,
      log: () => readFile(log, 'utf8'),
      writeConfig: async (text) => {
        await writeFile(`${file}.next`, text)
        // Kong first, as operators are told to: endpoints that nobody asks for yet do no harm.
        await kong.reload(render(`${file}.next`))
        await rename(`${file}.next`, file)
      },
      drain: () => tollgate.stop(),
      stop,
    }
  }
}
