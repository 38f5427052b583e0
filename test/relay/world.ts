import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request as request1 } from 'node:http'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { assemble } from '../../cli/assemble.js'
import { readConfiguration } from '../../cli/configuration.js'
import { createLasting } from '../../cli/lasting.js'
import type { Caller } from '../../core/caller.js'
import type { Clock } from '../../core/clock.js'
import { type Gateway, makeGateway } from '../../core/gateway.js'
import type { JsonObject } from '../../core/json.js'
import type { Outcome } from '../../core/outcome.js'
import type { Policy } from '../../core/policy.js'
import type { Settings } from '../../core/settings.js'
import { CONTEXT_HEADERS, writeContext } from '../../core/signed-context.js'
import { decompressor } from '../../io/decompress.js'
import { systemClock } from '../../io/system-clock.js'
import { openaiChat } from '../../llm/dialects/openai-chat.js'
import { framings } from '../../llm/framing/framings.js'
import { authenticator } from '../../relay/authenticate.js'
import { directEgress } from '../../relay/direct-egress.js'
import type { Egress } from '../../relay/egress.js'
import { type Relay, startRelay } from '../../relay/server.js'
import { signWith } from '../../relay/signing.js'
import { configText, type WorldOptions } from '../conformance/world.js'
import { type FakeProvider, startProvider } from '../support/provider.js'

const SECRET = 'a secret of at least 32 characters, shared with the plugin'
export const CHAT = '/v1/chat/completions'
const HI: JsonObject = { messages: [{ role: 'user', content: 'hi' }] }

export interface RelayWorldOptions extends WorldOptions {
  readonly egress?: Egress
  /** Before those of the configuration. */
  readonly policies?: readonly Policy[]
  readonly clock?: Clock
  readonly noticeTime?: number
}

/** A relay with a provider behind it, and all that happened to it. */
export interface RelayWorld {
  readonly provider: FakeProvider
  readonly gateway: Gateway
  readonly relay: Relay
  /** Why requests were not taken for the gateway's. */
  readonly refusals: readonly string[]
  readonly failures: readonly unknown[]
  /** The outcome of each request, in order, as it comes. */
  outcome(): Promise<Outcome>
  /** Sends a chat request with a good context. */
  chat(body: JsonObject, options?: Partial<RequestOptions>): Promise<Answer>
  send(options: Partial<RequestOptions>): Promise<Answer>
  stop(): Promise<void>
}

export interface RequestOptions {
  readonly protocol: Protocol
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Uint8Array | undefined
  /** Told how to hang up, also before there is an answer. */
  started(hangUp: () => void): void
}

export type Protocol = 'http/1.1' | 'h2'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
  text(): Promise<string>
  json(): Promise<JsonObject>
}

/** Starts everything; account `a` lives at the provider's `/a/`, as in the conformance cases. */
export async function startRelayWorld(options: RelayWorldOptions): Promise<RelayWorld> {
  const provider = await startProvider()
  const settings = await settingsFor(configText(provider.url, options)).catch(async (error) => {
    await provider.stop()
    throw error
  })
  const mine = { ...settings, policies: [...(options.policies ?? []), ...settings.policies] }

  const outcomes: Outcome[] = []
  const waiting: ((outcome: Outcome) => void)[] = []
  const gateway = makeGateway({
    settings: () => mine,
    endpoints: { at: (path) => (path === CHAT ? { dialect: openaiChat } : undefined), errorsAt: () => openaiChat },
    framings,
    clock: systemClock,
    newId: randomUUID,
    observer: {
      ended(outcome) {
        const waiter = waiting.shift()
        if (waiter) waiter(outcome)
        else outcomes.push(outcome)
      },
    },
  })
  const refusals: string[] = []
  const failures: unknown[] = []
  const egress = options.egress ?? directEgress({ connectTimeout: () => settings.timeouts.connect })
  const relay = await startRelay({
    address: '127.0.0.1:0',
    gateway,
    egress,
    authenticate: authenticator({ secrets: [SECRET], clock: options.clock ?? systemClock }),
    unpack: decompressor,
    maxBody: () => mine.maxBody,
    noticeTime: options.noticeTime,
    onRefusedContext: (reason) => refusals.push(reason),
    broken: (error) => failures.push(error),
  })
  const client = httpClient(relay.address)

  return {
    provider,
    gateway,
    relay,
    refusals,
    failures,
    outcome: () =>
      new Promise((resolve) => {
        const known = outcomes.shift()
        if (known) resolve(known)
        else waiting.push(resolve)
      }),
    chat: (body, more = {}) =>
      client.send({
        ...more,
        body: Buffer.from(JSON.stringify({ ...HI, ...body })),
        headers: { 'content-type': 'application/json', [CONTEXT_HEADERS.ingress]: contextFor(), ...more.headers },
      }),
    send: client.send,
    stop: async () => {
      client.close()
      await relay.close(0)
      await egress.close()
      await provider.stop()
    },
  }
}

async function settingsFor(config: string): Promise<Settings> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-'))
  const file = join(directory, 'tollgate.yaml')
  await writeFile(file, config)
  const read = readConfiguration(file, {})
  await rm(directory, { recursive: true, force: true })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return assemble(read.config, createLasting(systemClock)).settings
}

/** A context as the plugin writes it. */
export function contextFor(caller: Caller = {}, issuedAt: number = systemClock.now(), secret: string = SECRET): string {
  const content = caller as JsonObject
  return writeContext({ purpose: 'ingress', issuedAt, nonce: randomUUID(), content }, signWith(secret))
}

/** Clients of both protocols; each keeps its connection. */
export function httpClient(address: string) {
  const url = `http://${address}`
  const agent = new Agent({ keepAlive: true })
  let session: ReturnType<typeof connect> | undefined

  const overHttp1 = async ({ method, path, headers, body, started }: RequestOptions): Promise<Answer> => {
    const sent = request1(`${url}${path}`, { method, headers: { ...headers } as Record<string, string>, agent })
    started(() => sent.destroy())
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return answer(response.statusCode, response.headers, response)
  }
  const overHttp2 = async ({ method, path, headers, body, started }: RequestOptions): Promise<Answer> => {
    session ??= connect(url)
    const stream = session.request({ ':method': method, ':path': path, ...headers } as Record<string, string>)
    started(() => stream.close(8))
    stream.end(body)
    const [response] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }]
    return answer(response[':status'], response, stream)
  }
  const answer = (status = 0, headers: IncomingHttpHeaders, body: Readable): Answer => ({
    status,
    headers,
    body,
    text: () => text(body),
    json: async () => JSON.parse(await text(body)),
  })
  return {
    send(options: Partial<RequestOptions>): Promise<Answer> {
      const { protocol = 'http/1.1', method = 'POST', path = CHAT, headers = {}, body, started = () => {} } = options
      const all = { protocol, method, path, headers, body, started }
      return protocol === 'h2' ? overHttp2(all) : overHttp1(all)
    },
    close() {
      agent.destroy()
      session?.destroy()
    },
  }
}
