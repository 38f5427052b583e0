import type { Caller } from '../../core/caller.js'
import type { JsonObject } from '../../core/json.js'
import { CONTEXT_HEADERS } from '../../core/signed-context.js'
import { type Answer, contextFor, httpClient } from '../relay/world.js'
import { freePort } from '../support/free-port.js'
import { type ServeChild, type ServeChildOptions, startServeChild } from './serve-child.js'

const SECRET = 'a secret of the tests, and of nobody else'

export type ClusterOptions = ServeChildOptions

/** `tollgate serve --gateway kong` as a process of its own, with a provider behind it. */
export interface ClusterWorld extends ServeChild {
  /** Sends a chat request on a connection of its own. */
  chat(body?: JsonObject, caller?: Caller, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** A client that keeps its connections. */
  client(): LoadClient
}

/** Sends chat requests. */
export interface LoadClient {
  chat(body?: JsonObject): Promise<Answer>
  close(): void
}

/** Starts it; it may not be ready yet, or have ended. */
export async function startCluster({ settings = {}, env = {} }: ClusterOptions = {}): Promise<ClusterWorld> {
  const relay = `127.0.0.1:${await freePort()}`
  const ours = { TOLLGATE_RELAY_ADDRESS: relay, TOLLGATE_EGRESS: 'direct', TOLLGATE_CONTEXT_SECRET: SECRET }
  const child = await startServeChild({ settings, env: { ...ours, ...env } }, () => ['--gateway', 'kong'])
  const sender = () => {
    const client = httpClient(relay)
    return {
      chat: (body: JsonObject = {}, caller: Caller = {}, headers: Readonly<Record<string, string>> = {}) =>
        client.send({
          body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }], ...body }),
          headers: {
            'content-type': 'application/json',
            ...headers,
            [CONTEXT_HEADERS.ingress]: contextFor(caller, Date.now(), SECRET),
          },
        }),
      close: client.close,
    }
  }
  return {
    ...child,
    async chat(body, caller, headers) {
      const { chat, close } = sender()
      const answer = await chat(body, caller, headers)
      answer.body.once('close', close)
      return answer
    },
    client: sender,
  }
}

/** What a load of requests came to. */
export interface LoadResult {
  readonly served: number
  /** One entry for each request that failed: its status, or what went wrong. */
  readonly failures: readonly string[]
}

/** Sends chat requests over `connections` kept connections, one after the other on each, until it is ended. */
export function startLoad(
  world: { client(): LoadClient },
  connections: number,
): { end(): Promise<LoadResult>; served(): number } {
  const failures: string[] = []
  let served = 0
  let state: 'going on' | 'ended' = 'going on'
  const run = async () => {
    const client = world.client()
    while (state === 'going on') {
      try {
        const answer = await client.chat()
        const text = await answer.text()
        if (answer.status === 200 && text.includes('hello')) served += 1
        else failures.push(`${answer.status} ${text}`)
      } catch (error) {
        failures.push(String(error))
      }
    }
    client.close()
  }
  const running = Promise.all(Array.from({ length: connections }, run))
  return {
    served: () => served,
    async end() {
      state = 'ended'
      await running
      return { served, failures }
    },
  }
}
