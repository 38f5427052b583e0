import assert from 'node:assert/strict'
import type { BothCase } from './case.js'
import type { Seen } from './side.js'

/** What both gateways must agree on about one request. */
export interface Comparable {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly end: Seen['answer']['end']
  readonly provider: readonly object[]
}

/** Of the connection and of the gateways themselves. */
const OF_GATEWAYS =
  /^(date|server|via|connection|keep-alive|transfer-encoding|content-length|host|x-kong-.*|x-envoy-.*|x-forwarded-.*|x-real-ip)$/

/** On Envoy a target that is not the last of its chain sees by which headers the chain is routed. */
const OF_ROUTING = /^x-tollgate-(exchange|target-\d)$/

/** Without what is the gateways' own; ids and times are told to be there. */
export function comparable({ answer, provider }: Seen): Comparable {
  const calls = provider.map((call, index) => ({
    ...call,
    headers: kept(call.headers).filter(([name]) => index === provider.length - 1 || !OF_ROUTING.test(name)),
  }))
  return {
    status: answer.status,
    headers: Object.fromEntries(kept(answer.headers).map(told)),
    body: answer.body.replace(/"created":\d+/g, '"created":0'),
    end: answer.end,
    provider: calls,
  }
}

const kept = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .filter(([name]) => !OF_GATEWAYS.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** Ids are made up; times that are told in seconds may differ by what lies between two requests. */
function told([name, value]: readonly [string, string]): readonly [string, string] {
  if (name === 'x-request-id') return [name, value === '' ? '' : 'an id']
  return [name, /^(retry-after|x-ratelimit-reset-.*)$/.test(name) ? value.replace(/[\d.]+/, '#') : value]
}

/** Asserts that both sides are the same, but for what the case says that they differ in; that is as it says. */
export function assertSame(kong: Comparable, envoy: Comparable, { differs }: BothCase): void {
  const members: ReadonlySet<string> = new Set(differs?.members)
  const part = (side: Comparable, which: 'same' | 'differing') =>
    Object.fromEntries(Object.entries(side).filter(([member]) => members.has(member) === (which === 'differing')))
  assert.deepEqual(part(kong, 'same'), part(envoy, 'same'))
  if (!differs) return
  assert.match(JSON.stringify(part(kong, 'differing')), differs.kong)
  assert.match(JSON.stringify(part(envoy, 'differing')), differs.envoy)
}

/** The same for the lines of a log; undefined where there is none. */
export function assertSameLines(kong: object | undefined, envoy: object | undefined, { name, lines }: BothCase): void {
  if (!lines) {
    assert.deepEqual({ name, ...kong }, { name, ...envoy })
    return
  }
  assert.match(JSON.stringify(kong) ?? '', lines.kong, name)
  assert.match(JSON.stringify(envoy) ?? '', lines.envoy, name)
}
