import { performance } from 'node:perf_hooks'
import { pause } from './workspace.js'

/** When requests begin; moments are `performance.now()`'s. */
export interface Arrivals {
  readonly begin: number
  /** Nothing begins later. */
  readonly end: number
  readonly requests: number
  /** How many run at once: each begins when another has ended, unless there is a rate. */
  readonly connections: number
  /** Milliseconds over which the first `connections` requests begin. */
  readonly rampMs: number
  /** Requests per second that begin, whatever became of those before. */
  readonly rate?: number | undefined
}

/** Runs `one` for each index, from 0, as the arrivals say; resolves when all have ended. */
export async function arrive(arrivals: Arrivals, one: (index: number) => Promise<void>): Promise<void> {
  if (arrivals.rate === undefined) await inTurn(arrivals, one)
  else await atRate(arrivals, arrivals.rate, one)
}

async function inTurn({ end, requests, connections, rampMs }: Arrivals, one: (index: number) => Promise<void>) {
  let started = 0
  const worker = async (place: number) => {
    if (rampMs > 0) await pause((rampMs * place) / connections)
    while (started < requests && performance.now() < end) await one(started++)
  }
  await Promise.all(Array.from({ length: connections }, (_, place) => worker(place)))
}

async function atRate({ begin, end, requests }: Arrivals, rate: number, one: (index: number) => Promise<void>) {
  const running = new Set<Promise<void>>()
  for (let index = 0; index < requests; index++) {
    const due = begin + (index * 1000) / rate
    if (due >= end) break
    const wait = due - performance.now()
    if (wait > 0) await pause(wait)
    const request = one(index).finally(() => running.delete(request))
    running.add(request)
  }
  await Promise.all(running)
}
