import type { Clock } from '../../core/clock.js'
import { GatewayError } from '../../core/errors.js'
import { type Answer, type Schedule, within } from '../ledger/deadline.js'
import { CredentialError, reasonOf } from './reason.js'

/** What a source gave, and when it ends, in milliseconds since the epoch; absent where nobody said. */
export interface Fetched<T> {
  readonly value: T
  readonly expiresAt?: number
}

/** Asks a source anew, past whatever it keeps itself. The signal says that nobody waits any more. */
export type Fetch<T> = (signal: AbortSignal) => Promise<Fetched<T>>

/** A value that ends, and is replaced before it does. */
export interface Renewal<T> {
  /** The value, at once while it is valid; else what is being fetched. Throws or rejects with `upstream_unavailable`. */
  get(): T | Promise<T>
  /** Why nobody can have a value before the next fetch succeeds; undefined while `get` has one or waits for one. */
  refusal(): GatewayError | undefined
  /** Fetches, unless there is a valid value; never fails. */
  begin(): void
  /** Nothing is fetched in the background any more; `get` still fetches what is asked for. */
  stop(): void
}

export interface RenewalOptions<T> {
  readonly fetch: Fetch<T>
  readonly clock: Pick<Clock, 'now'>
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  /**
   * Told of every failure, in words without secrets, with the milliseconds for which there still is a value: 0 when requests
   * fail. Must not throw.
   */
  failed(reason: string, left: number): void
  /** Told of the first success after failures. Must not throw. */
  recovered(): void
}

/** All in milliseconds. */
const DEADLINE = 20_000
/** Before the end: vendors' caches give out a new token five minutes before it at the latest. */
const LEAD = 10 * 60_000
const SHORTEST = 1_000
const LONGEST = 24 * 3_600_000
/** How often a value that has no end is looked for again: a key in a file may have been replaced. */
const WITHOUT_END = 15 * 60_000
const FIRST_BACK_OFF = 1_000
const LONGEST_BACK_OFF = 30_000

/**
 * Keeps one value. It is fetched when it is first asked for, by one call for all who ask, and again ten minutes before its end,
 * or after half of what is left where that is later: a source that hands out the same value until shortly before its end is asked
 * again and again. After a failure the next fetch waits 1 s, then twice that, up to 30 s, each less up to half of it at
 * random. What is held serves until it ends; from then on callers fail at once, until a fetch succeeds. When nobody asked
 * since the last failure nothing is fetched until somebody does.
 */
export function createRenewal<T>({ fetch, clock, schedule, random, failed, recovered }: RenewalOptions<T>): Renewal<T> {
  let held: Fetched<T> | undefined
  let flight: Promise<T> | undefined
  let refusal: GatewayError | undefined
  let failures = 0
  let demand: 'none' | 'some' = 'none'
  let state: 'running' | 'stopped' = 'running'
  let cancel = () => {}

  const left = (expiresAt = Number.POSITIVE_INFINITY) => Math.max(0, expiresAt - clock.now())
  const heldFor = () => (held === undefined ? 0 : left(held.expiresAt))

  const later = (delay: number, run: () => void) => {
    cancel()
    if (state === 'running') cancel = schedule(delay, run, 'background')
  }

  const keep = (fetched: Fetched<T>): T => {
    held = fetched
    if (failures > 0) recovered()
    failures = 0
    refusal = undefined
    later(untilRenewal(fetched.expiresAt === undefined ? undefined : left(fetched.expiresAt), random()), inBackground)
    return fetched.value
  }

  const fail = (cause: unknown): never => {
    failures += 1
    demand = 'none'
    // The library's error holds the requests that it made, secrets included.
    const reason = reasonOf(cause)
    const error = new GatewayError('upstream_unavailable', 'no credentials could be obtained', {
      cause: new CredentialError(reason),
    })
    failed(reason, heldFor())
    // Without a retry to come nobody would take the refusal back.
    if (state === 'running') refusal = error
    later(backOff(failures, random()), retry)
    throw error
  }

  const fetchOnce = async (): Promise<T> => {
    const abort = new AbortController()
    const answer = await within(DEADLINE, unreferenced(schedule), () => fetch(abort.signal))
    flight = undefined
    if (answer.kind === 'late') abort.abort()
    const problem = problemWith(answer, clock.now())
    return answer.kind === 'answered' && problem === undefined ? keep(answer.value) : fail(problem)
  }

  const renew = (): Promise<T> => {
    flight ??= fetchOnce()
    return flight
  }

  const inBackground = () => {
    // `failed` has been told.
    renew().catch(() => {})
  }

  const retry = () => {
    if (heldFor() > 0 || demand === 'some') inBackground()
    else refusal = undefined
  }

  return {
    get() {
      if (held !== undefined && heldFor() > 0) return held.value
      if (refusal === undefined) return renew()
      demand = 'some'
      throw refusal
    },
    refusal() {
      if (refusal === undefined || heldFor() > 0) return undefined
      demand = 'some'
      return refusal
    },
    begin() {
      if (heldFor() === 0 && refusal === undefined) inBackground()
    },
    stop() {
      state = 'stopped'
      refusal = undefined
      cancel()
    },
  }
}

function problemWith<T>(answer: Answer<Fetched<T>>, now: number): unknown {
  switch (answer.kind) {
    case 'failed':
      return answer.cause
    case 'late':
      return new CredentialError(`no answer within ${DEADLINE} ms`)
    case 'answered':
      return (answer.value.expiresAt ?? Number.POSITIVE_INFINITY) <= now
        ? new CredentialError('what the source gave has expired already; is the clock right?')
        : undefined
  }
}

/** Milliseconds until a value that is valid for `left` more of them is renewed; up to a tenth less at random. */
function untilRenewal(left: number | undefined, random: number): number {
  const delay = left === undefined ? WITHOUT_END : Math.max(left - LEAD, left / 2)
  return Math.min(Math.max(delay * (1 - random / 10), SHORTEST), LONGEST)
}

function backOff(failures: number, random: number): number {
  return Math.min(FIRST_BACK_OFF * 2 ** (failures - 1), LONGEST_BACK_OFF) * (1 - random / 2)
}

/** The same timers, of which none keeps the process alive. */
function unreferenced(schedule: Schedule): Schedule {
  return (delay, run) => schedule(delay, run, 'background')
}
