import { Socket } from 'node:net'
import { createLog, type Log } from '../io/request-log.js'
import { addresses } from './configuration.js'
import type { WriteEnvoy } from './envoy-files.js'
import { Failure } from './failure.js'
import { giveBackMemory } from './give-back.js'
import { type Service, startService } from './service.js'
import { journalOf } from './state-files.js'
import { STOP_SIGNALS } from './stop-signals.js'
import { refusedBySeveral } from './worker-count.js'
import { type FromWorker, readToWorker, type WorkerOrders } from './worker-messages.js'

// A worker process of `tollgate serve`: started with this file, it does what the primary tells it.

/** Whoever gets more of the connections that come at once does not keep them for ever. */
const REQUESTS_OF_ONE_CONNECTION = 1_000

/** Resolves once the primary has the message, or is gone. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) resolve()
    else process.send?.(message, undefined, {}, () => resolve())
  })
}

async function work(orders: WorkerOrders): Promise<void> {
  const { number, workers, env, gateways, meeting } = orders
  const log = withFields(createLog(orders.logFile), { worker: number })
  const service = await startService({
    ...orders,
    ...(gateways.includes('envoy') && { envoyWorker: { number, meeting, writeEnvoy: envoyFilesByPrimary() } }),
    log,
    place: { journal: journalOf(addresses(env), number), processes: workers },
    tells: 'what is its own',
    requestsPerConnection: REQUESTS_OF_ONE_CONNECTION,
    refused: (config) => refusedBySeveral(config, workers),
    beforeListening: giveBackMemory,
  })
  const stopping = new AbortController()
  const end = async () => {
    await service.finish()
    await service.close()
    await send({ kind: 'last', figures: await service.metrics.figures() })
    await log.close()
    process.exit(0)
  }
  let state: 'serving' | 'ending' = 'serving'
  const endAfter = (work: () => Promise<void>) => {
    if (state === 'ending') return
    state = 'ending'
    work()
      .then(end)
      .catch(() => process.exit(1))
  }
  process.on('message', (message, handle) => {
    const order = readToWorker(message)
    switch (order?.kind) {
      case 'connection':
        takeConnection(service, order.id, handle)
        break
      case 'ask':
        void answer(service, order)
        break
      case 'leave':
        endAfter(() => service.retire(stopping.signal))
        break
      case 'stop':
        stopping.abort()
        endAfter(service.announceEnd)
        break
      case 'start':
      case 'envoy-files':
      case undefined:
        break
    }
  })
  await send({ kind: 'ready', relay: service.relayAddress ?? '' })
}

async function answer(service: Service, { what, id }: { what: 'figures' | 'readiness'; id: number }): Promise<void> {
  if (what === 'readiness') await send({ kind: 'readiness', id, checks: service.readiness() })
  else await send({ kind: 'figures', id, figures: await service.metrics.figures() })
}

function takeConnection(service: Service, id: number, handle: unknown): void {
  // One that the client has closed on the way comes without a handle.
  if (handle instanceof Socket) service.takeEnvoy(handle, () => void send({ kind: 'connection-ended', id }))
  else void send({ kind: 'connection-ended', id })
  void send({ kind: 'taken', id })
}

/** Asks the primary, which writes for all workers. */
function envoyFilesByPrimary(): WriteEnvoy {
  const asked = new Map<number, (result: 'changed' | 'same' | 'failed') => void>()
  let last = 0
  process.on('message', (message) => {
    const order = readToWorker(message)
    if (order?.kind !== 'envoy-files') return
    asked.get(order.id)?.(order.result)
    asked.delete(order.id)
  })
  return async ({ fingerprint }, clusters) => {
    last += 1
    const id = last
    const result = await new Promise<'changed' | 'same' | 'failed'>((resolve) => {
      asked.set(id, resolve)
      void send({ kind: 'envoy-needs', id, needs: { fingerprint, clusters } })
    })
    if (result === 'failed') throw new Error("Envoy's files could not be written")
    return result
  }
}

function withFields(log: Log, fields: Readonly<Record<string, unknown>>): Log {
  return {
    ...log,
    info: (more, message) => log.info({ ...fields, ...more }, message),
    warn: (more, message) => log.warn({ ...fields, ...more }, message),
    error: (more, message) => log.error({ ...fields, ...more }, message),
  }
}

// A terminal and some supervisors signal every process. The primary hears it too, and says what is to be done.
for (const signal of STOP_SIGNALS) process.on(signal, () => {})
process.once('message', (message) => {
  const order = readToWorker(message)
  if (order?.kind !== 'start') return
  work(order.orders).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error
    await send({ kind: 'failed', message: error.message })
    process.exit(1)
  })
})
await send({ kind: 'here' })
