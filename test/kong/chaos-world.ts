import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { renderKong } from '../../cli/render.js'
import { RELAY_UPSTREAM } from '../../plugins/names.js'
import { configText } from '../conformance/world.js'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { portOf } from '../support/kong/echo-provider.js'
import { pluginsDir } from '../support/kong/plugin-build.js'
import { type RelayProcess, type RelayProcessOptions, startRelayProcess } from '../support/kong/relay-process.js'
import { CONTEXT_SECRET } from '../support/kong/stack.js'
import { type RunningKong, startKong } from '../support/kong/stand-in.js'
import { startLine, type TcpLine } from '../support/kong/tcp-line.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { runAll } from '../support/run-stack.js'
import { type Gate, startGate } from './chaos-gate.js'
import { type Load, type LoadOptions, startLoad, TAG } from './chaos-load.js'

/** Kong with two relays in processes of their own, and providers that answer with what they are sent. */
export interface ChaosWorld {
  readonly kong: RunningKong
  readonly provider: FakeProvider
  readonly gate: Gate
  /** Between relays and Kong's egress routes. */
  readonly toKong: TcpLine
  /** Between Kong and the providers. */
  readonly toProviders: TcpLine
  /** What relays have signed for egress routes, by the tags of the requests. */
  readonly egressContexts: ReadonlyMap<string, string>
  /** The name of an account's upstream in Kong. */
  upstreamOf(account: string): string
  /** Every relay that was ever started, in order; the first two are those that Kong knows at the beginning. */
  readonly relays: readonly RelayProcess[]
  /** Starts another relay, on a free address unless one is said. */
  addRelay(options?: Partial<RelayProcessOptions>): Promise<RelayProcess>
  /** Starts one in the place of another that has ended. */
  replaceRelay(relay: RelayProcess): Promise<RelayProcess>
  /** The declarative configuration for these relays, with the routes to providers or without. */
  render(relays: readonly RelayProcess[], egress?: 'through Kong' | 'none'): string
  untilHealth(relay: RelayProcess, health: 'healthy' | 'unhealthy'): Promise<void>
  load(options?: Partial<LoadOptions>): Load
  /** Every load that was ever begun. */
  readonly loads: readonly Load[]
  /** The tags of requests that killed relays took with them before they told of them. */
  readonly lost: Set<string>
  /** Resolves when relays have told of all that has ended; their logs are late by a moment. */
  toldOfAll(): Promise<unknown>
  stop(): Promise<void>
}

export interface ChaosOptions {
  /** How long Kong waits for the plugin server, in milliseconds. */
  readonly stepTimeout?: number
}

/** Models: in the provider's own dialect, translated, and with a provider in front that refuses connections. */
const MODELS = ['gpt-4o', 'translated', 'falling']

const CONTEXT = /\r\nx-tollgate-egress: ([^\r\n]+)\r\n/i

/** Starts everything. */
export async function startChaosWorld({ stepTimeout = 60_000 }: ChaosOptions = {}): Promise<ChaosWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'tollgate-chaos-'))
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })]
  const stop = () => runAll(undo)
  try {
    return await start()
  } catch (error) {
    await stop()
    throw error
  }

  async function start(): Promise<ChaosWorld> {
    const provider = await startProvider()
    undo.unshift(() => provider.stop())
    const gate = startGate()
    provider.at('v1', gate.openai)
    provider.at('anthropic', gate.anthropic)
    const toProviders = await startLine(portOf(provider))
    undo.unshift(() => toProviders.down())
    const configPath = join(dir, 'tollgate.yaml')
    const nobody = { kind: 'openai', baseUrl: `http://127.0.0.1:${await freePort()}/v1` } as const
    // Its path is that of the client's route, and clients may use the name of its model: where it belongs only the host tells.
    const openai = { kind: 'openai', baseUrl: `${toProviders.url}/v1` } as const
    const config = configText(toProviders.url, {
      accounts: { openai, anthropic: 'anthropic', nobody },
      models: {
        'gpt-4o': ['openai/gpt-4o'],
        translated: ['anthropic/claude-sonnet-4-5'],
        falling: ['nobody/x', 'openai/gpt-4o'],
      },
    })
    await writeFile(configPath, config)

    const port = await freePort()
    const egressContexts = new Map<string, string>()
    const toKong = await startLine(port, () => contextReader(egressContexts))
    undo.unshift(() => toKong.down())
    const relays: RelayProcess[] = []
    const addRelay = async (options: Partial<RelayProcessOptions> = {}) => {
      const relay = await startRelayProcess({
        configPath,
        address: `127.0.0.1:${await freePort()}`,
        adminPort: await freePort(),
        egress: toKong.url,
        secret: CONTEXT_SECRET,
        stateDir: join(dir, 'state'),
        ...options,
      })
      relays.push(relay)
      undo.unshift(() => relay.kill())
      return relay
    }
    const render: ChaosWorld['render'] = (some, egress = 'through Kong') => {
      const env = {
        TOLLGATE_RELAY_ADDRESS: some.map(({ address }) => address).join(','),
        TOLLGATE_EGRESS: egress === 'none' ? 'direct' : toKong.url,
      }
      const rendered = parse(renderKong({ configPath, env, form: 'declarative' }))
      return stringify({ ...rendered, plugins: [{ name: 'file-log', config: { path: '/dev/null' } }] })
    }
    await Promise.all([addRelay(), addRelay()])
    const declarative = render(relays)
    const upstreams: readonly string[] = parse(declarative).upstreams.map(({ name }: { name: string }) => name)
    const kong = await startKong({
      declarative,
      pluginsDir: pluginsDir(),
      port,
      stepTimeout,
      env: { TOLLGATE_CONTEXT_SECRET: CONTEXT_SECRET },
    })
    undo.unshift(() => kong.stop())
    const loads: Load[] = []
    const lost = new Set<string>()
    return {
      kong,
      provider,
      gate,
      toKong,
      toProviders,
      egressContexts,
      upstreamOf: (account) => upstreams.find((name) => name.includes(account)) ?? '',
      relays,
      addRelay,
      replaceRelay: ({ address, adminUrl }) => addRelay({ address, adminPort: Number(new URL(adminUrl).port) }),
      render,
      untilHealth: ({ address }, health) => kong.untilHealth(RELAY_UPSTREAM, address, health),
      load: (options) => {
        const load = startLoad({ url: kong.url, models: MODELS, ...options })
        loads.push(load)
        return load
      },
      loads,
      lost,
      toldOfAll: () =>
        eventually('all that has ended is told of', () => {
          const told = new Set(relays.flatMap((relay) => relay.requests()).map(({ request }) => request))
          const ended = loads.flatMap(({ results }) => results).filter(({ kind }) => !kind.endsWith('from Kong'))
          return ended.every(({ tag }) => told.has(tag) || lost.has(tag))
        }),
      stop,
    }
  }
}

/** Finds the context of each request on one connection, and the tag in the body behind it. */
function contextReader(contexts: Map<string, string>): (bytes: Buffer) => void {
  let held = ''
  return (bytes) => {
    held += bytes.toString('latin1')
    const context = CONTEXT.exec(held)
    const rest = held.slice(context?.index)
    const [tag] = TAG.exec(rest) ?? []
    if (context?.[1] === undefined || tag === undefined) return
    contexts.set(tag, context[1])
    held = ''
  }
}
