import type { Clock } from '../core/clock.js'
import type { Log } from '../io/request-log.js'
import { Failure, reasonOf } from './failure.js'
import type { WorkerProcess } from './worker-process.js'

/** The worker processes of one Tollgate, kept at their number. */
export interface Workers {
  /** Those that serve and go on doing so. */
  serving(): readonly WorkerProcess[]
  /** These, and those that still have requests. */
  answering(): readonly WorkerProcess[]
  /** Why the last one that was started did not get to serve; undefined if it did. */
  readonly problem: string | undefined
  /** Resolves with the relay's address once all serve; rejects with a `Failure` when they cannot. */
  readonly started: Promise<string>
  /** Rejects with a `Failure` once nobody serves any more and nobody can be started. */
  readonly lost: Promise<never>
  /** Puts another process in the place of each, one after the other. Resolves when that is done or has failed. */
  restart(): Promise<void>
  /** Has all of them drain and end; those that still run after `within` milliseconds are killed. */
  stop(within: number): Promise<void>
}

export interface WorkersOptions {
  readonly count: number
  readonly log: Log
  /** Starts a process with a number that no other one has. */
  fork(number: number): WorkerProcess
  /** A worker begins to serve. */
  served(): void
  ended(worker: WorkerProcess): void
  readonly clock: Pick<Clock, 'monotonic'>
  /** Resolves after so many milliseconds, or once the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

interface Member {
  readonly worker: WorkerProcess
  state: 'starting' | 'serving' | 'leaving'
}

/** Milliseconds before a process that ended is replaced: none for the first, then from the shortest on twice as long each time. */
const SHORTEST_BACK_OFF = 100
const LONGEST_BACK_OFF = 10_000
/** A process that lives for so long, in milliseconds, is not one of a row that ends at once. */
const STEADY = 10_000
/** So many processes in a row that do not get to serve are given up with. */
const MOST_FAILURES = 5

/** Starts `count` processes and replaces those that end. */
export function startWorkers({ count, log, fork, served, ended, clock, wait }: WorkersOptions): Workers {
  const members = new Set<Member>()
  let stage: 'starting' | 'running' | 'stopping' = 'starting'
  // How many in a row ended early, and how many of these before they served.
  let early = 0
  let failures = 0
  let problem: string | undefined
  let restarting: Promise<void> | undefined
  const stopping = new AbortController()

  let allServe = (_relay: string) => {}
  let cannotStart = (_failure: Failure) => {}
  const started = new Promise<string>((resolve, reject) => {
    allServe = resolve
    cannotStart = reject
  })
  let giveUp = (_failure: Failure) => {}
  const lost = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  for (const promise of [started, lost]) promise.catch(() => {})

  const inState = (state: Member['state']) => [...members].filter((member) => member.state === state)
  const lowestFree = () => {
    const taken = new Set([...members].map(({ worker }) => worker.number))
    let number = 1
    while (taken.has(number)) number += 1
    return number
  }
  const failed = (error: unknown) => {
    failures += 1
    problem = reasonOf(error)
    log.error({ problem }, 'a worker process could not start')
    const hopeless = failures >= MOST_FAILURES
    const failure = new Failure(problem)
    // What the user has to change stays as it is when it is tried again.
    if (stage === 'starting' && (hopeless || error instanceof Failure)) cannotStart(failure)
    if (stage === 'running' && hopeless && inState('serving').length === 0) giveUp(failure)
  }
  const replace = async () => {
    if (early > 0 && stage !== 'stopping') {
      const pause = Math.min(LONGEST_BACK_OFF, SHORTEST_BACK_OFF * 2 ** (early - 1))
      await wait(pause, stopping.signal)
    }
    const staying = [...members].filter(({ state }) => state !== 'leaving')
    if (stage !== 'stopping' && staying.length < count) add()
  }
  const add = (): Member => {
    const worker = fork(lowestFree())
    const { number, pid } = worker
    const member: Member = { worker, state: 'starting' }
    const begun = clock.monotonic()
    members.add(member)
    worker.ready.then(
      (relay) => {
        failures = 0
        problem = undefined
        member.state = 'serving'
        served()
        log.info({ worker: number, pid }, 'a worker process serves')
        if (stage !== 'starting' || inState('serving').length < count) return
        stage = 'running'
        allServe(relay)
      },
      (error) => {
        if (stage !== 'stopping') failed(error)
      },
    )
    void worker.ended.then((how) => {
      members.delete(member)
      ended(worker)
      if (member.state === 'leaving' || stage === 'stopping') {
        log.info({ worker: number, pid }, 'a worker process has ended')
      } else {
        early = clock.monotonic() - begun < STEADY ? early + 1 : 0
        log.error({ worker: number, pid, how }, 'a worker process ended by itself')
      }
      void replace()
    })
    return member
  }
  const restartAll = async () => {
    for (const before of inState('serving')) {
      if (stage === 'stopping') return
      // One that has ended by itself has been replaced.
      if (!members.has(before)) continue
      const next = add()
      try {
        await next.worker.ready
      } catch {
        log.error({}, 'the restart ends here: the processes that serve go on')
        return
      }
      if (!members.has(before)) continue
      before.state = 'leaving'
      before.worker.leave()
      await before.worker.ended
    }
    log.info({}, 'all worker processes were restarted')
  }

  for (let i = 0; i < count; i += 1) add()
  return {
    serving: () => inState('serving').map(({ worker }) => worker),
    answering: () => [...inState('serving'), ...inState('leaving')].map(({ worker }) => worker),
    get problem() {
      return problem
    },
    started,
    lost,
    restart() {
      if (stage !== 'running') return Promise.resolve()
      restarting ??= restartAll().finally(() => {
        restarting = undefined
      })
      return restarting
    },
    async stop(within) {
      stage = 'stopping'
      stopping.abort()
      for (const { worker, state } of members) {
        if (state === 'starting') worker.kill()
        else worker.stop()
      }
      const late = setTimeout(() => {
        for (const { worker } of members) worker.kill()
      }, within)
      await Promise.all([...members].map(({ worker }) => worker.ended))
      clearTimeout(late)
    },
  }
}
