import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { launchEnvoy } from '../../cli/envoy-process.js'
import { renderEnvoy } from '../../cli/render.js'
import { serve } from '../../cli/serve.js'
import { findEnvoy } from '../../cli/setup-envoy.js'
import { createReader } from '../../io/billing/reader.js'
import type { Row } from '../../io/billing/row.js'
import { eventually } from './eventually.js'
import { freePort } from './free-port.js'
import { runAll, untilServing } from './run-stack.js'

type LogLine = Readonly<Record<string, unknown>>

/** Tollgate in this process behind a real Envoy of its own, whose configuration may have been changed. */
export interface DirectSide {
  readonly url: string
  /** The rows of the ledger for one request, once it is settled. */
  rows(request: string): Promise<readonly Row[]>
  /** The request's line in the log, and all lines so far. */
  logLine(request: string): Promise<LogLine>
  logLines(): Promise<readonly LogLine[]>
  /** How many gRPC streams Envoy has opened to Tollgate so far. */
  streams(): Promise<number>
  /** How many messages it has sent to Tollgate's router level. */
  messages(): Promise<number>
  stop(): Promise<void>
}

/** A rendered bootstrap, as far as tests change it. */
export interface Bootstrap {
  admin?: object
  static_resources: {
    listeners: {
      filter_chains: {
        filters: {
          typed_config: { http_filters: HttpFilter[]; route_config: { virtual_hosts: VirtualHost[] } }
        }[]
      }[]
    }[]
    clusters: { name: string; typed_extension_protocol_options?: Record<string, { http_filters?: object[] }> }[]
  }
}

interface HttpFilter {
  name: string
  typed_config: { grpc_service?: { initial_metadata?: object } }
}

export interface VirtualHost {
  routes: { name: string }[]
  response_headers_to_add?: object[]
}

/** Starts both with this configuration; `change` gets Envoy's before it is used. */
export async function startSide(config: string, change: (bootstrap: Bootstrap) => void): Promise<DirectSide> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-'))
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })]
  const configPath = join(dir, 'tollgate.yaml')
  const logFile = join(dir, 'tollgate.log')
  const [port, adminPort, envoyAdmin] = [await freePort(), await freePort(), await freePort()]
  const stateDir = join(dir, 'state')
  const env = {
    TOLLGATE_PORT: String(port),
    TOLLGATE_STATE_DIR: stateDir,
    TOLLGATE_ADMIN_PORT: String(adminPort),
    TOLLGATE_EXTPROC_ADDRESS: `unix:${join(dir, 'extproc.sock')}`,
  }
  try {
    await writeFile(configPath, config)
    const tollgate = await serve({ configPath, logFile, env })
    undo.unshift(() => tollgate.stop())
    const bootstrap = parse(renderEnvoy({ configPath, env, form: 'bootstrap' })) as Bootstrap
    bootstrap.admin = { address: { socket_address: { address: '127.0.0.1', port_value: envoyAdmin } } }
    change(bootstrap)
    const configFile = join(dir, 'envoy.yaml')
    await writeFile(configFile, stringify(bootstrap))
    const envoyPath = await findEnvoy()
    const args = ['--concurrency', '1']
    const envoy = launchEnvoy({ envoyPath, configFile, logFile: join(dir, 'envoy.log'), args })
    undo.unshift(() => {
      envoy.kill()
      return envoy.exited
    })
    await untilServing(`http://127.0.0.1:${port}`, envoy.exited)
  } catch (error) {
    await runAll(undo)
    throw error
  }

  const allRows = async (request: string): Promise<readonly Row[]> => {
    const name = (await readdir(stateDir)).find((each) => each.startsWith('billing-')) ?? ''
    const reader = createReader(join(stateDir, name))
    const [source = ''] = await reader.sources()
    const rows = await reader.read(source, 0, 100_000)
    return rows.filter((row) => 'request' in row && row.request === request)
  }

  const logLines = async (): Promise<readonly LogLine[]> => {
    const lines = (await readFile(logFile, 'utf8')).split('\n').slice(0, -1)
    return lines.map((each) => JSON.parse(each) as LogLine)
  }
  const logLine = (request: string) =>
    eventually('the request is logged', async () => (await logLines()).find((each) => each['request'] === request))

  const figure = async (name: string) => {
    const stats = await fetch(`http://127.0.0.1:${envoyAdmin}/stats?filter=^${name}$`)
    return Number(/: (\d+)/.exec(await stats.text())?.[1])
  }

  return {
    url: `http://127.0.0.1:${port}`,
    logLine,
    logLines,
    async rows(request) {
      await logLine(request)
      return allRows(request)
    },
    streams: () => figure('cluster.tollgate_extproc.upstream_rq_total'),
    messages: () => figure('http.tollgate.ext_proc.stream_msgs_sent'),
    stop: () => runAll(undo),
  }
}

/** Gives the routes another name, by which Tollgate takes the Envoy for one that cannot answer directly. */
export function inTwoStreams(bootstrap: Bootstrap): void {
  for (const host of virtualHosts(bootstrap)) for (const route of host.routes) route.name = 'another'
}

/** Takes away what sends bodies along with headers: an Envoy that was configured before that. */
export function bodiesApart({ static_resources }: Bootstrap): void {
  for (const { filter_chains } of static_resources.listeners) {
    for (const { typed_config } of filter_chains.flatMap(({ filters }) => filters)) {
      typed_config.http_filters = typed_config.http_filters.filter(({ name }) => name !== 'tollgate.body')
      for (const filter of typed_config.http_filters) delete filter.typed_config.grpc_service?.initial_metadata
    }
  }
}

/** The virtual hosts of a bootstrap. */
export function virtualHosts({ static_resources }: Bootstrap): readonly VirtualHost[] {
  return static_resources.listeners.flatMap(({ filter_chains }) =>
    filter_chains.flatMap(({ filters }) => filters.flatMap((each) => each.typed_config.route_config.virtual_hosts)),
  )
}
