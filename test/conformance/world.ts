import OpenAI from 'openai'
import { stringify } from 'yaml'
import type { JsonObject, JsonValue } from '../../core/json.js'
import { eventually } from '../support/eventually.js'
import type { RunningHost } from '../support/host.js'
import { readMetrics, total } from '../support/metrics.js'
import { type FakeProvider, startProvider } from '../support/provider.js'
import { startHost } from './subject.js'

/** An account at the fake provider, which answers what the test scripts for its name; with a `baseUrl`, one elsewhere. */
export type Account =
  | 'openai'
  | 'anthropic'
  | 'mistral'
  | {
      readonly kind: string
      readonly baseUrl?: string
      readonly apiVersion?: string
      readonly region?: string
      /** In the place of the one key. */
      readonly apiKeys?: readonly JsonValue[]
    }

/** What a test file's gateway is configured with. */
export interface WorldOptions {
  readonly accounts: Readonly<Record<string, Account>>
  /** Model names with their chain; a target is `ACCOUNT/MODEL`. */
  readonly models: Readonly<Record<string, readonly string[]>>
  /** Further top-level members of the configuration. */
  readonly settings?: JsonObject
}

/** A gateway with its provider and a client: what one test file shares. */
export interface World {
  readonly host: RunningHost
  readonly provider: FakeProvider
  /** The official client, without retries. */
  readonly client: OpenAI
  /** POSTs to the chat endpoint as it is: text, bytes, or an object as JSON. */
  chat(body: JsonObject | string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** Resolves when no exchange is open at the gateway. */
  settled(): Promise<unknown>
  stop(): Promise<void>
}

/** The key with which clients come; it must not reach a provider. */
export const CLIENT_KEY = 'client-secret-key'

/** Starts provider and gateway. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const provider = await startProvider()
  try {
    const host = await startHost({ config: configText(provider.url, options) })
    return worldOf(host, provider)
  } catch (error) {
    await provider.stop()
    throw error
  }
}

function worldOf(host: RunningHost, provider: FakeProvider): World {
  return {
    host,
    provider,
    client: new OpenAI({ baseURL: `${host.url}/v1`, apiKey: CLIENT_KEY, maxRetries: 0, timeout: 15_000 }),
    chat: (body, headers = {}) => postChat(host.url, body, headers),
    settled: () =>
      eventually(
        'no exchange is open',
        async () => total(await readMetrics(host.adminUrl), 'tollgate_exchanges_open') === 0,
      ),
    stop: async () => {
      await host.stop()
      await provider.stop()
    },
  }
}

/** The configuration file for these accounts and models; account `a` lives at `PROVIDER/a/` and has the key `key-of-a`. */
export function configText(providerUrl: string, { accounts, models, settings = {} }: WorldOptions): string {
  return stringify({
    version: 1,
    providers: Object.fromEntries(Object.entries(accounts).map(([name, account]) => [name, entry(name, account)])),
    models: Object.fromEntries(
      Object.entries(models).map(([name, targets]) => [name, { targets: targets.map(target) }]),
    ),
    ...settings,
  })

  function entry(name: string, account: Account): JsonObject {
    const key = { apiKey: `key-of-${name}` }
    const baseUrl = `${providerUrl}/${name}`
    if (typeof account !== 'string') return { baseUrl, ...account, ...(account.apiKeys === undefined && key) }
    return { kind: account, baseUrl: account === 'anthropic' ? baseUrl : `${baseUrl}/v1`, ...key }
  }
}

function target(text: string): JsonObject {
  const [provider = '', ...model] = text.split('/')
  return { provider, model: model.join('/') }
}

function postChat(
  url: string,
  body: JsonObject | string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${CLIENT_KEY}`, ...headers },
    body: raw,
    signal: AbortSignal.timeout(15_000),
  })
}

/** The members of an OpenAI error body, and that it is one. */
export interface ErrorBody {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

/** Reads an answer that must be an error in OpenAI's form. */
export async function errorIn(answer: Response): Promise<ErrorBody> {
  const text = await answer.text()
  try {
    const { error } = JSON.parse(text) as { error?: ErrorBody }
    if (typeof error?.message === 'string') return error
  } catch {
    // Told below, with the text.
  }
  throw new Error(`not an OpenAI error, status ${answer.status}: ${text.slice(0, 200)}`)
}
