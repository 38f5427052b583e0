import { request as httpRequest } from 'node:http'
import { eventually } from '../../support/eventually.js'
import type { Host, RunningHost } from '../../support/host.js'
import { startKongStack } from '../../support/kong/stack.js'
import { readMetrics, type Sample, total } from '../../support/metrics.js'
import { type FakeProvider, type ProviderCall, startProvider } from '../../support/provider.js'
import type { Reply } from '../../support/reply.js'
import { startStack } from '../../support/stack.js'
import { CLIENT_KEY, configText, type WorldOptions } from '../world.js'

/** One request, as it is sent to both gateways. */
export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Whether the client leaves, and after which text of the answer. */
  readonly leavesAfter?: string
}

/** An answer as it came: `cut` where the connection broke before its end. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly end: 'complete' | 'cut' | 'left'
}

/** A request as a provider saw it. */
export interface ProviderSaw {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What became of one request at one gateway. */
export interface Seen {
  readonly answer: Answered
  readonly provider: readonly ProviderSaw[]
  /** For each call of a provider, whether it has been left before it had answered; so far. */
  left(): readonly boolean[]
}

/** A provider's script; `clientSaw` resolves when the text has reached the client of the same side. */
export type BothHandler = (
  call: ProviderCall,
  reply: Reply,
  clientSaw: (text: string) => Promise<void>,
) => void | Promise<void>

/** One gateway with a provider of its own. */
export interface Side {
  readonly host: RunningHost
  readonly provider: FakeProvider
  at(account: string, handler: BothHandler): void
  ask(asked: Asked): Promise<Seen>
  /** Log lines of requests, without times; the id is that which the client gave. */
  lines(): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Counters and gauges that do not depend on time. */
  totals(): Promise<Readonly<Record<string, number>>>
  budgets(): Promise<unknown>
}

/** Both gateways with the same configuration and the same providers. */
export interface BothSides {
  readonly envoy: Side
  readonly kong: Side
  /** Scripts an account on both sides. */
  at(account: string, handler: BothHandler): void
  ask(asked: Asked): Promise<{ readonly envoy: Seen; readonly kong: Seen }>
  /** Puts another configuration in place and waits until both run it. */
  reconfigure(options: WorldOptions): Promise<void>
  stop(): Promise<void>
}

/** Starts both. */
export async function startBothSides(options: WorldOptions): Promise<BothSides> {
  const started = await Promise.allSettled([startSide(startStack, options), startSide(startKongStack, options)])
  const [envoy, kong] = started.map((one) => (one.status === 'fulfilled' ? one.value : undefined))
  const stop = async () => {
    await Promise.all([envoy, kong].map((side) => side?.host.stop()))
    await Promise.all([envoy, kong].map((side) => side?.provider.stop()))
  }
  if (!envoy || !kong) {
    await stop()
    throw new Error(started.map((one) => (one.status === 'rejected' ? String(one.reason) : '')).join('\n'))
  }
  return {
    envoy,
    kong,
    at(account, handler) {
      for (const side of [envoy, kong]) side.at(account, handler)
    },
    async ask(asked) {
      const [one, other] = await Promise.all([envoy.ask(asked), kong.ask(asked)])
      return { envoy: one, kong: other }
    },
    async reconfigure(next) {
      await Promise.all(
        [envoy, kong].map(async ({ host, provider }) => {
          const reloads = async () =>
            total(await readMetrics(host.adminUrl), 'tollgate_config_reloads_total', { result: 'ok' })
          const before = await reloads()
          await host.writeConfig(configText(provider.url, next))
          await eventually('the configuration is in place', async () => (await reloads()) > before)
        }),
      )
    },
    stop,
  }
}

async function startSide(start: Host, options: WorldOptions): Promise<Side> {
  const provider = await startProvider()
  const host = await start({ config: configText(provider.url, options) }).catch(async (error: unknown) => {
    await provider.stop()
    throw error
  })
  const settled = () =>
    eventually('no exchange is open', async () => {
      return total(await readMetrics(host.adminUrl), 'tollgate_exchanges_open') === 0
    })
  let text = ''
  const waiting = new Set<() => void>()
  const clientSaw = (wanted: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!text.includes(wanted)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return {
    host,
    provider,
    at: (account, handler) => provider.at(account, (call, reply) => handler(call, reply, clientSaw)),
    async ask(asked) {
      const from = provider.calls.length
      text = ''
      const answer = await send(host.url, asked, (more) => {
        text += more
        for (const look of [...waiting]) look()
      })
      await settled()
      const calls = provider.calls.slice(from)
      return {
        answer,
        provider: calls.map((call) => ({
          method: call.method,
          path: call.path,
          headers: flat(call.headers),
          body: call.bodyText,
        })),
        left: () => calls.map((call) => call.isAborted()),
      }
    },
    lines: async () => {
      const lines = (await host.log()).split('\n').filter((line) => line !== '')
      return lines
        .map((line) => JSON.parse(line))
        .filter(({ msg }) => msg === 'request')
        .map(untimed)
    },
    totals: async () => Object.fromEntries((await readMetrics(host.adminUrl)).filter(isTotal).map(entry)),
    budgets: async () => {
      const { buckets, truncated } = (await (await fetch(`${host.adminUrl}/budgets`)).json()) as Held
      return { truncated, buckets: buckets.map(({ forecast, ...bucket }) => bucket) }
    },
  }
}

/** What budgets hold; what becomes of that is foretold from what each gateway has seen of it, and when. */
interface Held {
  readonly buckets: readonly Readonly<Record<string, unknown>>[]
  readonly truncated: boolean
}

/** How far sinks are, and what held whom up, is a matter of moments. */
const MOMENTARY = /_seconds_(bucket|sum)$|^tollgate_(ledger_sink|gc_pause|event_loop_delay|slow_guard)_/
const isTotal = ({ name }: Sample) => name.startsWith('tollgate_') && !MOMENTARY.test(name)
const entry = ({ name, labels, value }: Sample) => [`${name}${JSON.stringify(labels)}`, value] as const

/** Durations and the time go. */
function untimed(line: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const kept = Object.entries(line).filter(([name]) => !name.endsWith('Ms') && name !== 'time')
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'attempts' && Array.isArray(value) ? value.map(untimed) : value]),
  )
}

function send(url: string, asked: Asked, saw: (text: string) => void): Promise<Answered> {
  const { method = 'POST', path = '/v1/chat/completions', headers = {}, body, leavesAfter } = asked
  return new Promise((resolve, reject) => {
    const given = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(body !== undefined &&
        !('transfer-encoding' in headers) && { 'content-length': String(Buffer.byteLength(body)) }),
      authorization: `Bearer ${CLIENT_KEY}`,
      ...headers,
    }
    const request = httpRequest(`${url}${path}`, {
      method,
      headers: given,
      agent: false,
      signal: AbortSignal.timeout(15_000),
    })
    request.on('error', (error) => (request.destroyed && leavesAfter !== undefined ? undefined : reject(error)))
    request.on('response', (answer) => {
      const pieces: Buffer[] = []
      let whole: string | undefined
      answer.on('data', (piece: Buffer) => {
        pieces.push(piece)
        saw(piece.toString('latin1'))
        if (leavesAfter === undefined || whole !== undefined) return
        const text = Buffer.concat(pieces).toString('latin1')
        const at = text.indexOf(leavesAfter)
        if (at < 0) return
        whole = text.slice(0, at + leavesAfter.length)
        request.destroy()
      })
      answer.on('error', () => undefined)
      answer.on('close', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: flat(answer.headers),
          // How much more has come by then is chance.
          body: whole ?? Buffer.concat(pieces).toString('latin1'),
          end: whole !== undefined ? 'left' : answer.complete ? 'complete' : 'cut',
        }),
      )
    })
    request.end(body)
  })
}

function flat(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
