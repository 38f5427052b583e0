import assert from 'node:assert/strict'
import { CLIENT_KEY } from '../conformance/world.js'
import type { ProviderCall } from '../support/provider.js'
import { tagOf } from './chaos-gate.js'
import type { ChaosWorld } from './chaos-world.js'

/** By the path to the provider. */
const TARGETS = {
  '/v1/chat/completions': { name: 'openai/gpt-4o', model: 'gpt-4o', key: ['authorization', 'Bearer key-of-openai'] },
  '/anthropic/v1/messages': {
    name: 'anthropic/claude-sonnet-4-5',
    model: 'claude-sonnet-4-5',
    key: ['x-api-key', 'key-of-anthropic'],
  },
}
const KEYS = ['authorization', 'x-api-key', 'api-key', 'x-tollgate-egress', 'x-tollgate-context']

/**
 * Asserts of everything that has reached a provider so far that a client asked for it, that it carries the account's own key and no
 * other, and that it is an attempt which a relay's log tells of, each once; what is lost with a relay is left out.
 */
export async function assertGoverned(world: ChaosWorld): Promise<void> {
  const { provider, relays, loads, lost } = world
  const asked = new Set(loads.flatMap(({ results }) => results).map(({ tag }) => tag))
  for (const call of provider.calls) {
    assert.ok(asked.has(tagOf(call)), 'a client has asked for it')
    assertOwnKey(call)
  }
  await world.toldOfAll()
  const attempts = new Map<string, number>()
  const count = (place: string, by: number) => {
    const sum = (attempts.get(place) ?? 0) + by
    attempts.set(place, sum)
    return sum
  }
  for (const line of relays.flatMap((relay) => relay.requests())) {
    for (const { target } of line.attempts) count(`${line.request} at ${target}`, 1)
  }
  const calls = provider.calls.filter((call) => !lost.has(tagOf(call)))
  const places = calls.map((call) => `${tagOf(call)} at ${targetOf(call)?.name}`)
  assert.deepEqual(
    places.filter((place) => count(place, -1) < 0),
    [],
    'no call without an attempt',
  )
}

const targetOf = ({ path }: ProviderCall) => (isTarget(path) ? TARGETS[path] : undefined)
const isTarget = (path: string): path is keyof typeof TARGETS => path in TARGETS

function assertOwnKey(call: ProviderCall): void {
  const { headers, bodyText, body } = call
  const target = targetOf(call)
  const found = KEYS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))
  assert.deepEqual(found, [target?.key])
  assert.equal(body['model'], target?.model)
  assert.ok(!JSON.stringify(headers).includes(CLIENT_KEY) && !bodyText.includes(CLIENT_KEY))
}
