import cluster from 'node:cluster'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Check } from '../io/admin/server.js'
import type { Figures } from '../io/metrics.js'
import type { WorkerName } from '../io/worker-metrics.js'
import { Failure } from './failure.js'
import { givenConnections } from './given-connections.js'
import { passLines } from './pass-lines.js'
import type { EnvoyNeeds } from './shared-envoy-files.js'
import { readFromWorker, type ToWorker, type WorkerOrders } from './worker-messages.js'

/** A worker as its primary sees it. */
export interface WorkerProcess extends WorkerName {
  /**
   * Resolves once it serves, with the relay's address where Kong is served; rejects when it ends before that, with a `Failure` if it has
   * said why.
   */
  readonly ready: Promise<string>
  /** Resolves with how it ended. Never rejects; nothing comes from it any more. */
  readonly ended: Promise<string>
  /** Has `figures` called; resolves when that is done, and also when it does not answer in time. */
  askFigures(): Promise<void>
  /** Undefined when it does not answer in time. */
  askReadiness(): Promise<readonly Check[] | undefined>
  /** How many connections of Envoy's it has. */
  readonly connections: number
  /** Gives it one more, paused and unread. `lost`: it has ended before it took it. Taken, it lasts without the copy of it here. */
  give(connection: Socket): Promise<'taken' | 'lost'>
  /** It ends by itself once it has no requests; others take the new ones. */
  leave(): void
  /** It drains, as all do, and ends. */
  stop(): void
  /** SIGKILL. */
  kill(): void
}

export interface WorkerListeners {
  figures(figures: Figures): void
  /** Brings Envoy's files to what it needs. */
  envoyNeeds(needs: EnvoyNeeds): Promise<'changed' | 'same'>
  /** Gets its standard output, whole lines. */
  readonly output: { write(line: string): unknown }
}

const ENTRY = fileURLToPath(new URL('./worker.js', import.meta.url))

/** Milliseconds that a worker may take to begin to serve, to answer a question, and to be read to its end once it is gone. */
const START_MS = 60_000
const ANSWER_MS = 1_000
const LAST_WORDS_MS = 2_000

/** Starts a worker process. */
export function forkWorker(orders: WorkerOrders, listeners: WorkerListeners): WorkerProcess {
  // Workers accept by themselves. Where Node hands connections round, one that is on its way to a worker that dies is neither served
  // nor closed, and the worker's end is not told.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    exec: ENTRY,
    args: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // JSON has no NaN, which metrics have.
    serialization: 'advanced',
  })
  const worker = cluster.fork()
  const questions = new Map<number, (checks?: readonly Check[]) => void>()
  let lastQuestion = 0
  let reason: string | undefined
  if (worker.process.stdout) passLines(worker.process.stdout, listeners.output)

  const tell = (message: ToWorker) => {
    // One that is gone shows that by its end.
    if (worker.isConnected()) worker.send(message, () => {})
  }
  const connections = givenConnections((id, connection) => {
    // Kept open here, so that another worker can have it should this one end before it takes it.
    const order: ToWorker = { kind: 'connection', id }
    if (worker.isConnected()) worker.send(order, connection, { keepOpen: true }, () => {})
  })
  const bringEnvoyFiles = async (id: number, needs: EnvoyNeeds) => {
    tell({ kind: 'envoy-files', id, result: await listeners.envoyNeeds(needs).catch(() => 'failed' as const) })
  }
  const ask = (what: 'figures' | 'readiness') =>
    new Promise<readonly Check[] | undefined>((resolve) => {
      lastQuestion += 1
      const id = lastQuestion
      const answered = (checks?: readonly Check[]) => {
        clearTimeout(timer)
        questions.delete(id)
        resolve(checks)
      }
      const timer = setTimeout(answered, ANSWER_MS)
      questions.set(id, answered)
      tell({ kind: 'ask', what, id })
    })

  let serves = (_relay: string) => {}
  const serving = new Promise<string>((resolve) => {
    serves = resolve
  })
  worker.on('message', (received: unknown) => {
    const message = readFromWorker(received)
    switch (message?.kind) {
      case 'here':
        tell({ kind: 'start', orders })
        break
      case 'ready':
        serves(message.relay)
        break
      case 'failed':
        reason = message.message
        break
      case 'taken':
        connections.taken(message.id)
        break
      case 'connection-ended':
        connections.ended(message.id)
        break
      case 'envoy-needs':
        void bringEnvoyFiles(message.id, message.needs)
        break
      case 'figures':
        listeners.figures(message.figures)
        questions.get(message.id)?.()
        break
      case 'readiness':
        questions.get(message.id)?.(message.checks)
        break
      case 'last':
        listeners.figures(message.figures)
        break
      case undefined:
        break
    }
  })
  const ended = new Promise<string>((resolve) => {
    worker.process.once('exit', (code, signal) => {
      connections.lost()
      const end = () => {
        clearTimeout(late)
        for (const answered of questions.values()) answered()
        worker.process.stdout?.destroy()
        resolve(signal === null ? `exit code ${code}` : signal)
      }
      // Comes when nothing is left to be read from it, but not always when it died while it was being told where to listen.
      worker.process.once('close', end)
      const late = setTimeout(end, LAST_WORDS_MS)
    })
  })
  const kill = () => void worker.process.kill('SIGKILL')
  const tooLong = setTimeout(kill, START_MS)
  const ready = Promise.race([
    serving,
    ended.then((how) => {
      throw reason === undefined ? new Error(`a worker process ended before it served (${how})`) : new Failure(reason)
    }),
  ]).finally(() => clearTimeout(tooLong))
  ready.catch(() => {})

  return {
    number: orders.number,
    pid: worker.process.pid ?? 0,
    ready,
    ended,
    async askFigures() {
      await ask('figures')
    },
    askReadiness: () => ask('readiness'),
    get connections() {
      return connections.count()
    },
    give: connections.give,
    leave: () => tell({ kind: 'leave' }),
    stop: () => tell({ kind: 'stop' }),
    kill,
  }
}
