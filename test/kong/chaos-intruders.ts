import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { egressHost } from '../../core/egress-host.js'
import { CONTEXT_HEADERS, type Purpose, writeContext } from '../../core/signed-context.js'
import { signWith } from '../../relay/signing.js'
import { CONTEXT_SECRET } from '../support/kong/stack.js'
import { tagOf } from './chaos-gate.js'
import type { ChaosWorld } from './chaos-world.js'

/** Requests past the client's route: to the routes that lead to providers, and to the relays themselves. */
export interface Intruders {
  /** How often each way was answered how: `egress route, forged: 403`. */
  counts(): Readonly<Record<string, number>>
  /** Resolves when each way has been tried that many times more from now on. */
  rounds(count: number): Promise<void>
  stop(): Promise<void>
}

const PACE = 10
const BODY = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'nobody asked for this' }] })

/** Starts them; one tries after the other, and all ways in turn. */
export function startIntruders(world: ChaosWorld): Intruders {
  const counts: Record<string, number> = {}
  let state: 'running' | 'stopping' = 'running'
  let rounds = 0
  const run = async () => {
    while (state === 'running') {
      for (const [way, attempt] of waysIn(world)) {
        const name = `${way}: ${await attempt}`
        counts[name] = (counts[name] ?? 0) + 1
        await delay(PACE)
      }
      rounds++
    }
  }
  const running = run()
  return {
    counts: () => counts,
    async rounds(count) {
      for (const until = rounds + count; rounds < until; ) await delay(PACE)
    },
    async stop() {
      state = 'stopping'
      await running
    },
  }
}

interface Signed {
  readonly secret?: string
  readonly purpose?: Purpose
  readonly upstream: string
  /** How old it is, in milliseconds. */
  readonly age?: number
}

let nonce = 0
function signed({ secret = CONTEXT_SECRET, purpose = 'egress', upstream, age = 0 }: Signed): string {
  const context = { purpose, issuedAt: Date.now() - age, nonce: `intruder-${nonce++}`, content: { upstream } }
  return writeContext(context, signWith(secret))
}

const OTHER_SECRET = 'a secret that somebody has made up himself'

/** Each is begun when it is asked for. */
function* waysIn(world: ChaosWorld): Generator<readonly [string, Promise<string>]> {
  const upstream = world.upstreamOf('openai')
  const egress = (context?: string, host = egressHost(upstream)) =>
    post(world.kong.url, '/v1/chat/completions', {
      host,
      ...(context !== undefined && { [CONTEXT_HEADERS.egress]: context }),
    })
  yield ['egress route, no context', egress()]
  yield ['egress route, forged', egress(signed({ upstream, secret: OTHER_SECRET }))]
  yield ['egress route, for another provider', egress(signed({ upstream: world.upstreamOf('anthropic') }))]
  yield ['egress route, a context of clients', egress(signed({ upstream, purpose: 'ingress' }))]
  yield ['egress route, from yesterday', egress(signed({ upstream, age: 31_000 }))]
  yield ['egress route, from tomorrow', egress(signed({ upstream, age: -31_000 }))]
  // Those of requests that have reached a provider have been used; an old one and a recent one.
  const used = world.provider.calls
    .filter(({ path }) => path === '/v1/chat/completions')
    .flatMap((call) => world.egressContexts.get(tagOf(call)) ?? [])
  for (const context of new Set([used[0], used.at(-1)])) {
    if (context !== undefined) yield ['egress route, replayed', egress(context)]
  }
  for (const { address } of world.relays.slice(0, 2)) {
    const relay = (context?: string) =>
      post(`http://${address}`, '/v1/chat/completions', {
        ...(context !== undefined && { [CONTEXT_HEADERS.ingress]: context }),
      })
    yield ['relay, no context', relay()]
    yield ['relay, forged', relay(signed({ upstream, purpose: 'ingress', secret: OTHER_SECRET }))]
    yield ['relay, a context of relays', relay(signed({ upstream }))]
    yield ['relay, from yesterday', relay(signed({ upstream, purpose: 'ingress', age: 31_000 }))]
  }
  // A relay knows what it has taken since it was started, and another relay does not know it.
  for (const relay of world.relays.slice(-2)) {
    const taken = world.kong.logged.findLast(
      ({ tries, response, started_at }) =>
        tries.length === 1 &&
        `${tries[0]?.ip}:${tries[0]?.port}` === relay.address &&
        response.headers['x-tollgate-target'] !== undefined &&
        started_at > relay.startedAt,
    )
    const context = taken?.request.headers[CONTEXT_HEADERS.ingress]
    // The next process at its address has not taken it.
    if (typeof context !== 'string' || relay.isGone()) continue
    const headers = { [CONTEXT_HEADERS.ingress]: context }
    yield ['relay, replayed', post(`http://${relay.address}`, '/v1/chat/completions', headers)]
  }
}

function post(url: string, path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(`${url}${path}`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    })
    sent.on('error', () => resolve('no connection'))
    sent.on('response', (answer) => {
      answer.resume()
      answer.on('error', () => undefined)
      answer.on('close', () => resolve(String(answer.statusCode)))
    })
    sent.end(BODY)
  })
}
