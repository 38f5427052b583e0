import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../core/clock.js'
import { type AuditOperationsOptions, auditOperations } from '../io/audit/audit-operations.js'
import { readErasures } from '../io/audit/erasures.js'
import { createKeeper } from '../io/audit/keeper.js'
import { createAuditReader } from '../io/audit/reader.js'
import { identity } from '../io/ledger/journal-lock.js'
import { errorFields, type Log } from '../io/request-log.js'
import type { AuditSettings } from '../policies/audit/settings.js'
import { addresses, type Environment } from './configuration.js'
import { auditOf, isAuditOf } from './state-files.js'

export interface AuditOfficeOptions {
  readonly env: Environment
  readonly log: Pick<Log, 'info' | 'error'>
  readonly clock: Clock
  /** Of the configuration in force. */
  settings(): AuditSettings | undefined
}

/** What is done once with the records of all processes. */
export interface AuditOffice {
  readonly operations: ReturnType<typeof auditOperations>
  close(): Promise<void>
}

const HOUR = 3_600_000
/** Milliseconds that reading what was erased may take. */
const READING = 10_000

/** Deletes records that are too old, at once and every hour, and reads, reports on and erases what there is. */
export function startAuditOffice({ env, log, clock, settings }: AuditOfficeOptions): AuditOffice {
  const listen = addresses(env)
  // Processes go on writing where they began to.
  let dir: { readonly path: string | undefined } | undefined
  const place = (): string | undefined => {
    const section = settings()
    if (section) dir ??= { path: section.dir }
    return dir?.path
  }
  const reader = createAuditReader(() => ({
    parent: place() ?? listen.stateDir,
    isOurs: (name) => isAuditOf(listen, name),
  }))
  const directory = () => auditOf(listen, place())
  const keeper = createKeeper({
    ...{ reader, clock, directory, newId: randomUUID },
    isWriting: (member) => identity(Number(member.split(' ')[0])) === member,
    wait: (ms, signal) => delay(ms, undefined, { signal }),
  })
  const expire = () =>
    keeper.expire().then(
      (files) => files > 0 && log.info({ files }, 'records of requests that were too old are deleted'),
      (error) => log.error(errorFields(error), 'records of requests that are too old cannot be deleted'),
    )
  let last: Promise<unknown> = expire()
  const timer = setInterval(() => {
    last = expire()
  }, HOUR).unref()
  const options: AuditOperationsOptions = {
    ...{ reader, keeper, clock, timeout: AbortSignal.timeout },
    erasures: (span) => readErasures(directory(), span, AbortSignal.timeout(READING)),
  }
  return {
    operations: auditOperations(options),
    async close() {
      clearInterval(timer)
      await last
    },
  }
}
