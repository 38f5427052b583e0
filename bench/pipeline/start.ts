import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findEnvoy } from '../../cli/setup-envoy.js'
import { startRedis } from '../../test/support/redis.js'
import { type Child, startChild } from '../child.js'
import { type Stack, startBare, startNoop } from '../stacks.js'
import { startTollgate } from '../tollgate.js'
import type { Stacks } from './rounds.js'
import { fullConfig, passConfig, type StackName } from './systems.js'

/** Everything that runs beside the bench while it measures. */
export interface Running {
  readonly client: Child
  readonly providerPort: number
  readonly stacks: Stacks
  stop(): Promise<void>
}

/** Starts a client, a provider, and the named stacks, each with its files in a folder of its own below `directory`. */
export async function startAll(
  names: readonly StackName[],
  directory: string,
  nodeArgs: readonly string[] = [],
): Promise<Running> {
  const cleanUp: (() => Promise<void>)[] = []
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  const stop = async () => {
    for (const end of cleanUp.splice(0)) await end()
  }
  try {
    const envoyPath = await findEnvoy()
    const client = keep(startChild('client', join(directory, 'client.log')))
    const provider = keep(startChild('provider', join(directory, 'provider.log')))
    const providerPort = Number(await provider.ask('port'))
    const stacks: Partial<Record<StackName, Stack>> = {}
    for (const name of names) {
      const own = join(directory, name)
      mkdirSync(own)
      const setup = { envoyPath, directory: own, providerPort, workers: 1 }
      const tollgate = async (config: ReturnType<typeof passConfig>) =>
        keep(await startTollgate({ ...setup, config, gracefulClose: 'on', nodeArgs, alive: 'told' }))
      const full = (store: Parameters<typeof fullConfig>[1]) => tollgate(fullConfig(providerPort, store))
      switch (name) {
        case 'bare':
          stacks.bare = keep(await startBare(setup))
          break
        case 'noopOne':
          stacks.noopOne = keep(await startNoop(setup, 'router'))
          break
        case 'noopTwo':
          stacks.noopTwo = keep(await startNoop(setup))
          break
        case 'pass':
          stacks.pass = await tollgate(passConfig(providerPort))
          break
        case 'full':
          stacks.full = await full({ kind: 'memory' })
          break
        case 'redis': {
          const { url } = keep(await startRedis({ appendOnly: 'none' }))
          // What is measured is the work: on a busy machine a slow answer must not turn into an outage.
          stacks.redis = await full({ kind: 'redis', url, deadline: '2s' })
          break
        }
      }
    }
    return { client, providerPort, stacks, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
