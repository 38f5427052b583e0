import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '../core/json.js'
import { PLUGIN_NAME } from '../plugins/names.js'
import { signWith } from '../relay/signing.js'
import { pluginsDir } from '../test/support/kong/plugin-build.js'
import { startPluginServer } from '../test/support/kong/plugin-server.js'
import { type Child, startChild } from './child.js'
import { BASELINE_NAME, baselineConfig, writeBaseline } from './kong-baseline.js'
import { FORMS, type Form, instanceConfig, SECRET } from './kong-calls.js'
import { type DriveReport, driveReportSchema } from './kong-driver.js'
import { type CpuTime, cpuBetween, processUsage } from './process-usage.js'

export const PLUGINS = ['baseline', 'tollgate'] as const
export type PluginSystem = (typeof PLUGINS)[number]

/** Measurements of each form, `IN_FLIGHT` phases at a time, and of the first one after the other. */
export const PLUGIN_ROWS = [...FORMS, 'single'] as const
export type PluginRow = (typeof PLUGIN_ROWS)[number]

/** What one batch of phases cost; CPU of the plugin server, absent where the system does not tell. */
export interface PluginMeasurement {
  readonly report: DriveReport
  readonly cpu?: CpuTime
}

export type PluginRounds = Readonly<Record<PluginRow, Readonly<Record<PluginSystem, readonly PluginMeasurement[]>>>>

export interface PluginSize {
  readonly rounds: number
  /** Phases per row and round, and one after another. */
  readonly events: number
  readonly single: number
}

/** Phases at a time, each on a connection of its own. */
const IN_FLIGHT = 16

/** Phases per row before the first round. */
const WARM_UP = 10_000

interface Server {
  readonly system: PluginSystem
  readonly name: string
  readonly pid: number
  readonly socketPath: string
  config(form: Form): JsonObject
  stop(): Promise<void>
}

/** Runs both plugins in turns, each in a `kong-js-pluginserver` of its own, driven by a client in another process. */
export async function measurePlugins({ rounds, events, single }: PluginSize, logs: string): Promise<PluginRounds> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-'))
  const cleanUp: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    cleanUp.unshift(started.stop)
    return started
  }
  try {
    const driver = keep(startChild('kong-driver', join(logs, 'kong-driver.log')))
    const servers: Readonly<Record<PluginSystem, Server>> = {
      baseline: keep(await startServer('baseline', folder)),
      tollgate: keep(await startServer('tollgate', folder)),
    }
    for (const system of PLUGINS) {
      for (const form of FORMS) await measure(driver, servers[system], form, IN_FLIGHT, WARM_UP)
    }
    const none = (): Record<PluginSystem, PluginMeasurement[]> => ({ baseline: [], tollgate: [] })
    const measured = { route: none(), service: none(), egress: none(), single: none() }
    for (let round = 0; round < rounds; round++) {
      console.log(`Kong, plugin: round ${round + 1} of ${rounds}`)
      for (const row of PLUGIN_ROWS) {
        for (const system of round % 2 === 0 ? PLUGINS : PLUGINS.toReversed()) {
          measured[row][system].push(
            row === 'single'
              ? await measure(driver, servers[system], 'route', 1, single)
              : await measure(driver, servers[system], row, IN_FLIGHT, events),
          )
        }
      }
    }
    return measured
  } finally {
    for (const stop of cleanUp) await stop()
  }
}

async function startServer(system: PluginSystem, folder: string): Promise<Server> {
  const socketPath = join(folder, `${system}.sock`)
  const directory = system === 'baseline' ? writeBaseline(folder) : pluginsDir()
  const { pid, stop } = await startPluginServer({ pluginsDir: directory, socketPath })
  return {
    system,
    name: system === 'baseline' ? BASELINE_NAME : PLUGIN_NAME,
    pid,
    socketPath,
    config: (form) => (system === 'baseline' ? baselineConfig(form, signWith(SECRET)) : instanceConfig(form)),
    stop,
  }
}

async function measure(
  driver: Child,
  { name, pid, socketPath, config }: Server,
  form: Form,
  connections: number,
  events: number,
): Promise<PluginMeasurement> {
  const job = { socketPath, plugin: name, config: config(form), form, connections, events }
  const before = processUsage(pid)
  const report = driveReportSchema.parse(await driver.ask(job))
  const after = processUsage(pid)
  return { report, ...(before && after && { cpu: cpuBetween(before, after) }) }
}
