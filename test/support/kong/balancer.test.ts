import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FakeProvider, startProvider } from '../provider.js'
import { type UpstreamBalancer, upstreamBalancer } from './balancer.js'
import { parseDeclarative, type Upstream } from './declarative.js'
import { portOf } from './echo-provider.js'

let healthy = true
let provider: FakeProvider
let balancer: UpstreamBalancer | undefined

before(async () => {
  provider = await startProvider((_, reply) => reply.json(healthy ? 200 : 503, {}))
})
after(async () => {
  balancer?.stop()
  await provider?.stop()
})

function upstream(more: object): Upstream {
  const file = { _format_version: '3.0', upstreams: [{ name: 'tested', ...more }] }
  const [read] = parseDeclarative(JSON.stringify(file)).upstreams.values()
  assert.ok(read)
  return read
}

test('active checks take a target out and bring it back', async () => {
  const target = `127.0.0.1:${portOf(provider)}`
  const active = {
    http_path: '/status',
    healthy: { interval: 0.01, successes: 2 },
    unhealthy: { interval: 0.01, http_failures: 2 },
  }
  balancer = upstreamBalancer(upstream({ targets: [{ target }], healthchecks: { active } }))
  assert.deepEqual(balancer.health(), [{ target, health: 'healthy' }])
  healthy = false
  await balancer.until(target, 'unhealthy')
  assert.equal(balancer.next([]), undefined)
  healthy = true
  await balancer.until(target, 'healthy')
  assert.equal(balancer.next([])?.port, portOf(provider))
  assert.equal(provider.calls[0]?.path, '/status')
})

test('passive checks count in a row and take a target out for good', () => {
  const passive = { healthy: { successes: 1 }, unhealthy: { tcp_failures: 2, http_failures: 0 } }
  const one = upstreamBalancer(upstream({ targets: [{ target: 'a:1' }, { target: 'b:1' }], healthchecks: { passive } }))
  const a = one.next([])
  assert.equal(a?.host, 'a')
  a?.report?.('tcp_failure')
  a?.report?.({ status: 200 })
  a?.report?.('tcp_failure')
  a?.report?.({ status: 503 })
  assert.equal(one.health()[0]?.health, 'healthy')
  a?.report?.('tcp_failure')
  assert.equal(one.health()[0]?.health, 'unhealthy')
  assert.deepEqual(
    [one.next([]), one.next([])].map((peer) => peer?.host),
    ['b', 'b'],
  )
})

test('targets take turns by weight, or the least busy one is next', () => {
  const targets = [
    { target: 'a:1', weight: 20 },
    { target: 'b:1', weight: 10 },
  ]
  const turns = upstreamBalancer(upstream({ targets }))
  const hosts = Array.from({ length: 6 }, () => turns.next([])?.host)
  assert.deepEqual(hosts.toSorted(), ['a', 'a', 'a', 'a', 'b', 'b'])

  const least = upstreamBalancer(
    upstream({ algorithm: 'least-connections', targets: [{ target: 'a:1' }, { target: 'b:1' }] }),
  )
  const done = least.next([])?.begin?.()
  assert.equal(least.next([])?.host, 'b')
  done?.()
  assert.deepEqual(
    [least.next([]), least.next([])].map((peer) => peer?.host),
    ['a', 'b'],
  )
})
