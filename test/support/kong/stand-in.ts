import { randomUUID } from 'node:crypto'
import { createServer, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TargetState } from './balancer.js'
import { type Fault, faultList } from './faults.js'
import { type Generation, nextGeneration } from './generation.js'
import type { LogEntry } from './log-entry.js'
import type { LogLine } from './pdk-call.js'
import { pluginPhases } from './plugin-phase.js'
import { pluginRpc } from './plugin-rpc.js'
import { parseDump } from './plugin-schema.js'
import { dumpPlugins, startPluginServer } from './plugin-server.js'
import { serveRequest } from './serve-request.js'
import type { Health } from './target-health.js'
import { resolveReference } from './vault.js'

/** How a stand-in for Kong is started. */
export interface KongOptions {
  /** YAML of the declarative format 3.0. */
  readonly declarative: string
  /** What Kong's plugin server gets with `-d`. */
  readonly pluginsDir: string
  /** A free one by default. */
  readonly port?: number
  /** Kong's environment: where `{vault://env/...}` references lead. */
  readonly env?: Readonly<Record<string, string>>
  readonly pluginServerEnv?: Readonly<Record<string, string>>
  /** How long Kong waits for each step of a plugin, in milliseconds; 60,000 by default, as in Kong. */
  readonly stepTimeout?: number
  /** `client_body_buffer_size` in bytes; 8192 by default, as in Kong. */
  readonly bodyBufferSize?: number
  /** The clock of plugins that count time; milliseconds since the epoch. */
  readonly now?: () => number
}

/** A running stand-in for Kong with one plugin server. */
export interface RunningKong {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly pluginServer: {
    readonly pid: number
    /** Settles when the present one has ended. */
    readonly exited: Promise<unknown>
    kill(signal: NodeJS.Signals): void
    /** Starts a new one, as Kong does about a second after the old one has ended; ends the old one if it has not. */
    restart(): Promise<void>
    /** The last of what the present one has printed. */
    log(): string
  }
  /** What a real Kong would have kept to itself or to its error log. */
  readonly faults: readonly Fault[]
  /** What plugins have written with `kong.log`. */
  readonly lines: readonly LogLine[]
  /** What `file-log` and `http-log` would have written. */
  readonly logged: readonly LogEntry[]
  /** The next entry from now on. */
  nextLogged(): Promise<LogEntry>
  targets(upstream: string): readonly TargetState[]
  /** Resolves when the health checks have found the target to be so. */
  untilHealth(upstream: string, target: string, health: Health): Promise<void>
  /** Puts another configuration in place; rejects where Kong refuses it, and the old one stays. */
  reload(declarative: string): Promise<void>
  /** Ends everything at once; safe to call twice. */
  stop(): Promise<void>
}

/** Starts the stand-in; rejects where Kong would not start. */
export async function startKong(options: KongOptions): Promise<RunningKong> {
  const { pluginsDir, env = {}, pluginServerEnv = {}, stepTimeout = 60_000 } = options
  const faults = faultList()
  const lines: LogLine[] = []
  const logged: LogEntry[] = []
  const waiting: ((entry: LogEntry) => void)[] = []
  let sequence = 0
  const common = {
    external: parseDump(await dumpPlugins(pluginsDir)),
    sequence: () => ++sequence,
    now: options.now ?? Date.now,
    nodeId: randomUUID(),
    resolve: (reference: string) => resolveReference(reference, env),
    bodyBufferSize: options.bodyBufferSize ?? 8192,
    faults,
    log: (line: LogLine) => void lines.push(line),
  }
  let generation: Generation = nextGeneration(options.declarative, undefined, common)
  const stopBalancers = () => {
    for (const balancer of generation.balancers.values()) balancer.stop()
  }

  const startServer = () => startPluginServer({ pluginsDir, env: { ...pluginServerEnv } })
  let pluginServer = await startServer().catch((error: unknown) => {
    stopBalancers()
    throw error
  })
  let rpc = pluginRpc(pluginServer, stepTimeout)
  const serving = {
    phases: pluginPhases(() => rpc),
    connections: { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) },
    logged: (entry: LogEntry) => {
      logged.push(entry)
      for (const resolve of waiting.splice(0)) resolve(entry)
    },
  }

  const underWay = new Set<Promise<void>>()
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (message, response) => {
    const served = serveRequest(message, response, generation, serving)
      .catch((error: unknown) => {
        // A client that leaves while its body is read is no fault.
        if (!response.destroyed) faults.add('stand_in_failed', String(error))
        response.destroy()
      })
      .finally(() => underWay.delete(served))
    underWay.add(served)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  }).catch(async (error: unknown) => {
    stopBalancers()
    await pluginServer.stop()
    throw error
  })

  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    stopBalancers()
    rpc.close()
    await pluginServer.stop()
    await closed
    await Promise.all(underWay)
    serving.connections.http.destroy()
    serving.connections.https.destroy()
  }
  let stopped: Promise<void> | undefined
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pluginServer: {
      get pid() {
        return pluginServer.pid
      },
      get exited() {
        return pluginServer.exited
      },
      kill: (signal) => pluginServer.kill(signal),
      restart: async () => {
        rpc.close()
        await pluginServer.stop()
        pluginServer = await startServer()
        rpc = pluginRpc(pluginServer, stepTimeout)
      },
      log: () => pluginServer.log(),
    },
    faults: faults.all,
    lines,
    logged,
    nextLogged: () => new Promise((resolve) => waiting.push(resolve)),
    targets: (name) => upstreamNamed(generation, name).health(),
    untilHealth: (name, target, health) => upstreamNamed(generation, name).until(target, health),
    reload: async (declarative) => {
      generation = nextGeneration(declarative, generation, common)
    },
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function upstreamNamed({ balancers }: Generation, name: string) {
  const found = balancers.get(name)
  if (!found) throw new Error(`no upstream '${name}'`)
  return found
}
