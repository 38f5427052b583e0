import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Upstream } from './declarative.js'
import type { Finding, TargetHealth } from './target-health.js'

/** What is checked. */
export interface Checked {
  readonly host: string
  readonly port: number
  readonly health: TargetHealth
}

/** Checks every target at the interval for what it is found to be, from now on; the returned function ends it. */
export function startActiveChecks(
  { healthchecks: { active }, host_header }: Upstream,
  targets: readonly Checked[],
): () => void {
  const stopped = new AbortController()
  const check = async (target: Checked) => {
    const healthBefore = target.health.health
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(active.timeout * 1000)])
    const finding = await probe(target, active, host_header, signal)
    if (finding && !stopped.signal.aborted && target.health.health === healthBefore)
      target.health.found(finding, 'active')
  }
  const timers = (['healthy', 'unhealthy'] as const).flatMap((health) => {
    const interval = active[health].interval * 1000
    if (interval === 0) return []
    const tick = () => {
      for (const target of targets) if (target.health.health === health) void check(target)
    }
    return [setInterval(tick, interval)]
  })
  return () => {
    for (const timer of timers) clearInterval(timer)
    stopped.abort()
  }
}

type Active = Upstream['healthchecks']['active']

function probe(
  target: Checked,
  active: Active,
  hostHeader: string | undefined,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  return new Promise((resolve) => {
    const failed = () => resolve(signal.aborted ? 'timeout' : 'tcp_failure')
    if (active.type === 'tcp') {
      const socket = connect({ host: target.host, port: target.port, signal })
      socket.once('connect', () => {
        socket.destroy()
        resolve('ok')
      })
      socket.on('error', failed)
      return
    }
    const headers = { ...active.headers, host: hostHeader ?? target.host, connection: 'close' }
    const common = {
      host: target.host,
      port: target.port,
      path: active.http_path,
      headers,
      signal,
      agent: false,
    } as const
    const request =
      active.type === 'http'
        ? httpRequest(common)
        : httpsRequest({
            ...common,
            rejectUnauthorized: active.https_verify_certificate,
            servername: active.https_sni ?? hostHeader ?? target.host,
          })
    request.once('response', (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      // A status that is on neither list says nothing.
      if (active.unhealthy.http_statuses.includes(status)) resolve('http_failure')
      else if (active.healthy.http_statuses.includes(status)) resolve('ok')
      else resolve(undefined)
    })
    request.on('error', failed)
    request.end()
  })
}
