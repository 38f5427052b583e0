import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../core/clock.js'
import type { Observer } from '../core/outcome.js'
import type { Check } from '../io/admin/server.js'
import { isEnded } from '../io/billing/head.js'
import { systemFiles } from '../io/billing/ledger-files.js'
import type { LedgerFigures } from '../io/billing/ledger-metrics.js'
import { installationOf, numberOf, sourcesIn } from '../io/billing/segments.js'
import type { LedgerFileSettings, LedgerSettings } from '../io/billing/settings.js'
import { readShipped } from '../io/billing/shipped.js'
import { openSource, type Source } from '../io/billing/source.js'
import { readHead } from '../io/billing/tail.js'
import { systemSchedule, within } from '../io/ledger/deadline.js'
import { errorFields, type Log } from '../io/request-log.js'
import type { Ledger } from '../policies/budget/ledger.js'
import type { LedgerRoom } from '../policies/ledger-gate/policy.js'
import { Failure, reasonOf } from './failure.js'

/** The ledger of what was spent, as one process writes it. */
export interface Billing extends LedgerRoom {
  /** An id for a lease, which tells whose it is. */
  leaseId(): string
  /**
   * Takes this process's part over from the one before, for as long as the process lives, whatever a later configuration says. Throws
   * `Failure` when that cannot be. `ledger` are the counters.
   */
  open(settings: LedgerSettings, ledger: Ledger | undefined): Promise<void>
  /** The settings that it was opened with, and the root directory; undefined where no ledger is kept. */
  opened(): { readonly settings: LedgerFileSettings; readonly root: string } | undefined
  readonly observer: Required<Observer>
  /** Notes that somebody (`by`) has changed what a counter holds; resolves once that is in the file. */
  adjusted(bucket: string, amount: number, by: string): Promise<void>
  figures(): BillingFigures
  checks(): readonly Check[]
  /** To be called when no request runs any more. */
  close(): Promise<void>
}

/** For metrics and status. */
export interface BillingFigures extends LedgerFigures {
  readonly source: string | undefined
  readonly last: number
}

/** Which process of an installation this is. */
export interface BillingPlace {
  /** The root directory where the configuration names none. */
  readonly root: string
  /** 0 for the process that has the admin port, from 1 for workers. */
  readonly number: number
  /** The process with the admin port also does what processes with higher numbers than this have left unfinished. */
  readonly workers?: number
}

/** Milliseconds: how often it is looked how far sinks are behind, and how long a start waits for what is unfinished. */
const LOOK_EVERY = 1_000
const RECOVERS_WITHIN = 3_000

/** Nothing is kept until it is opened. */
export function createBilling(clock: Clock, place: BillingPlace, log: Log): Billing {
  let opened: { readonly settings: LedgerFileSettings; readonly root: string } | undefined
  let source: Source | undefined
  let firstRow = 0
  let isBehind = false
  let cancelLook = () => {}
  let closed: Promise<void> | undefined

  const look = async (root: string, disk: number) => {
    const shipped = await readShipped(root).catch(() => undefined)
    isBehind = (shipped?.unshippedBytes ?? 0) >= disk
    cancelLook = systemSchedule(LOOK_EVERY, () => void look(root, disk), 'background')
  }
  const take = (root: string, name: string, settings: LedgerFileSettings, ledger: Ledger | undefined) =>
    openSource({
      ...{ root, name, settings, files: systemFiles, ledger, clock, schedule: systemSchedule, soon: setImmediate },
      hooks: {
        trouble: (problem) => log.error({ source: name, problem }, 'the ledger'),
        writing(state, error) {
          if (state === 'up') log.info({ source: name }, 'the ledger can be written again')
          else log.error({ source: name, ...errorFields(error) }, 'the ledger cannot be written')
        },
        recovered({ attempts, leases }) {
          if (attempts + leases > 0)
            log.warn({ source: name, attempts, leases }, 'a process before ended in the middle')
        },
        recoveryFailed: (error) =>
          log.warn(
            { source: name, ...errorFields(error) },
            'what a process before left unfinished waits for the store',
          ),
      },
    })
  const recoverOthers = async (root: string, own: string, settings: LedgerFileSettings, ledger: Ledger | undefined) => {
    if (place.number !== 0) return
    const gone = (await sourcesIn(root)).filter((name) => name !== own && numberOf(name) > (place.workers ?? 0))
    for (const name of gone) {
      try {
        const head = await readHead(join(root, name))
        if (head && isEnded(head)) continue
        const other = await take(root, name, settings, ledger)
        await within(RECOVERS_WITHIN, systemSchedule, () => other.recovered)
        await other.close()
      } catch (error) {
        log.error({ source: name, ...errorFields(error) }, 'what a process before left unfinished cannot be done')
      }
    }
  }

  const shut = async () => {
    cancelLook()
    const left = (await source?.close()) ?? 0
    if (left > 0) log.error({ rows: left }, 'rows of the ledger could not be written')
  }
  const room = () => {
    if (!source || opened?.settings.onFull !== 'refuse') return 'some'
    return isBehind || source.figures().room === 'none' ? 'none' : 'some'
  }
  return {
    leaseId: () => source?.leaseId(randomUUID()) ?? randomUUID(),
    room,
    opened: () => opened,
    async open(settings, ledger) {
      if (settings.kind === 'off') return
      const root = settings.dir ?? place.root
      try {
        const own = `${await installationOf(root)}-${place.number}`
        source = await take(root, own, settings, ledger)
        firstRow = source.figures().added - 1
        opened = { settings, root }
        await within(RECOVERS_WITHIN, systemSchedule, () => source?.recovered ?? Promise.resolve())
        await recoverOthers(root, own, settings, ledger)
      } catch (error) {
        const advice = 'set ledger.dir or TOLLGATE_STATE_DIR to a place of its own that can be written'
        throw new Failure(`the ledger in ${root} cannot be opened (${reasonOf(error)}): ${advice}`)
      }
      await look(root, settings.disk)
    },
    observer: {
      asked: (asked) => source?.recorder.asked(asked),
      settling: (outcome, charges) => source?.recorder.settling(outcome, charges),
      ended: (outcome) => source?.recorder.ended(outcome),
    },
    adjusted: async (bucket, amount, by) => source?.adjusted(bucket, amount, by),
    figures() {
      const figures = source?.figures()
      return {
        source: source?.name,
        last: figures?.last.seq ?? 0,
        rows: (figures?.added ?? 0) - firstRow,
        waiting: figures?.waiting ?? 0,
        lost: figures?.lost ?? 0,
        up: (figures?.state ?? 'up') === 'up' && !isBehind,
      }
    },
    checks() {
      if (!source) return []
      const ok = room() === 'some'
      if (ok && source.figures().state === 'up' && !isBehind) return [{ name: 'ledger', ok }]
      const detail = isBehind ? 'sinks are further behind than ledger.disk' : 'rows cannot be written'
      return [{ name: 'ledger', ok, detail }]
    },
    close() {
      closed ??= shut()
      return closed
    },
  }
}

/** For those who only look at a configuration: keeps nothing. */
export function noBilling(clock: Clock): Billing {
  const silent = { info() {}, warn() {}, error() {}, ended() {}, close: async () => {} }
  return createBilling(clock, { root: '', number: 0 }, silent)
}
