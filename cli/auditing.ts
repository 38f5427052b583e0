import { randomBytes } from 'node:crypto'
import type { Clock } from '../core/clock.js'
import { NOBODY } from '../core/identity.js'
import type { Observer, Outcome } from '../core/outcome.js'
import { createRecorder } from '../io/audit/recorder.js'
import { type AuditWriter, createAuditWriter } from '../io/audit/writer.js'
import { identity } from '../io/ledger/journal-lock.js'
import { errorFields, type Log } from '../io/request-log.js'
import type { AuditPort } from '../policies/audit/port.js'
import { candidates, ruleOf } from '../policies/audit/rule-of.js'
import type { AuditSettings } from '../policies/audit/settings.js'
import { Failure, reasonOf } from './failure.js'

/** The records that one process makes of its requests. */
export interface Auditing {
  readonly port: AuditPort
  readonly ended: Observer['ended']
  /** Undefined while none are kept. */
  counts(): ReturnType<AuditWriter['counts']> | undefined
  /** Whether records can be written; true where none are kept. */
  isWriting(): boolean
  /** Whether records go on into another directory than a configuration names: it stays the same until the process ends. */
  isElsewhere(section: AuditSettings): boolean
  /** Throws `Failure` when records cannot be written, and requests would be refused for it. */
  start(): Promise<void>
  /** Writes what waits. */
  close(): Promise<void>
}

export interface AuditingOptions {
  readonly clock: Clock
  /** Lets other work run. */
  pause(): Promise<unknown>
  /** Of the configuration in force. */
  settings(): AuditSettings | undefined
  /** Where this process writes, in the directory that the configuration names. */
  directory(dir: string | undefined): string
  readonly log: Pick<Log, 'info' | 'error'>
}

/** The most that may wait in memory, in bytes; requests are refused from half of it on. */
const MOST_WAITING = 64 * 1024 * 1024
/** How often it is said that something cannot be masked, in milliseconds. */
const SAID_EVERY = 60_000

const newId = () => randomBytes(4).toString('hex')

/** Makes records as long as the configuration has the section. */
export function createAuditing({ clock, pause, settings, directory, log }: AuditingOptions): Auditing {
  let opened: { readonly writer: AuditWriter; readonly dir: string } | undefined
  let failure: unknown
  let state: 'writing' | 'failing' = 'writing'
  let saidAt = Number.NEGATIVE_INFINITY

  const open = () => {
    const section = settings()
    if (opened || !section) return opened
    const dir = directory(section.dir)
    const writer = createAuditWriter({
      ...{ directory: dir, clock, pause, mostWaiting: MOST_WAITING, member: identity(process.pid), id: newId() },
      every(ms, tick) {
        const timer = setInterval(tick, ms).unref()
        return () => clearInterval(timer)
      },
      state(next, error) {
        state = next
        failure = error
        if (next === 'failing') log.error(errorFields(error), 'records of requests cannot be written')
        else log.info({}, 'records of requests are written again')
      },
      settled: () => recorder.settled(),
    })
    opened = { writer, dir }
    return opened
  }

  const recorder = createRecorder({
    clock,
    writer: () => open()?.writer,
    onFull: () => settings()?.onFull ?? 'admit',
    ruleOf(outcome) {
      const facts = factsOf(outcome)
      return ruleOf(candidates(settings()?.rules ?? [], facts), facts)
    },
    redactionFailed(error) {
      if (clock.monotonic() - saidAt < SAID_EVERY) return
      saidAt = clock.monotonic()
      log.error(errorFields(error), 'what was said in a request cannot be masked, and is not kept')
    },
  })

  return {
    port: recorder,
    ended: recorder.ended,
    counts() {
      const counts = opened?.writer.counts()
      return counts && { ...counts, waiting: counts.waiting + recorder.making() }
    },
    isWriting: () => settings() === undefined || state === 'writing',
    isElsewhere: ({ dir }) => opened !== undefined && opened.dir !== directory(dir),
    async start() {
      await open()?.writer.flush()
      if (state === 'writing' || settings()?.onFull !== 'refuse') return
      const where = opened?.dir ?? ''
      throw new Failure(`${where} cannot be written (${reasonOf(failure)}): set audit.dir to a place that can be`)
    },
    async close() {
      await opened?.writer.close()
    },
  }
}

/** What rules are told of a request that no policy has seen. */
function factsOf({ identity, request, label }: Outcome) {
  return { identity: identity ?? NOBODY, model: request?.model ?? '', providers: [], label }
}

/** Where no records are kept. */
export const NO_AUDITING: Pick<Auditing, 'port' | 'isElsewhere'> = {
  port: { mayGoOn: () => true, captured() {} },
  isElsewhere: () => false,
}
