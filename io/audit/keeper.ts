import { appendFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.js'
import { eraseFrom, REWRITE } from './erase.js'
import type { AuditReader } from './reader.js'
import { type RollOptions, removeGone, segmentsAtRest } from './roll.js'
import { isExpired } from './segment.js'
import type { Subject } from './subject.js'

export interface KeeperOptions extends RollOptions {
  readonly reader: Pick<AuditReader, 'directories' | 'segments'>
  readonly clock: Pick<Clock, 'now'>
  /** The directory of what is told of erasures. */
  directory(): string
}

/** What was taken out. */
export interface Erased {
  readonly records: number
  readonly files: number
}

/** What is told of an erasure: never whose records they were. */
export interface Erasure extends Erased {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Who asked. */
  readonly by: string
  /** By what: `user`. */
  readonly named: readonly string[]
}

/** Takes records away: those of somebody, and those that are too old. One thing after the other. */
export interface Keeper {
  /**
   * Erases all records of a subject that were written before now, of requests that had ended by then. When it resolves, no file and no
   * process has any of them. Rejects with `StillOpen` when a process does not answer before the signal aborts; then some may be left.
   */
  erase(subject: Subject, by: string, signal: AbortSignal): Promise<Erased>
  /** Deletes the files that are older than they are to be kept; resolves with how many. */
  expire(): Promise<number>
}

/** Where erasures are told. */
export const ERASURES = 'erasures.jsonl'

export function createKeeper(options: KeeperOptions): Keeper {
  const { reader, clock } = options
  let running: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const made = running.then(work)
    running = made.catch(() => undefined)
    return made
  }

  const eraseIn = async (directory: string, subject: Subject, signal: AbortSignal): Promise<Erased> => {
    const atRest = await segmentsAtRest(directory, options, signal)
    let records = 0
    let files = 0
    for (const { path } of atRest) {
      const taken = await eraseFrom(path, subject, new Date(clock.now()).toISOString(), signal)
      records += taken
      if (taken > 0) files++
    }
    return { records, files }
  }

  const tell = async (erasure: Erasure) => {
    await mkdir(options.directory(), { recursive: true, mode: 0o700 })
    await appendFile(join(options.directory(), ERASURES), `${JSON.stringify(erasure)}\n`, { mode: 0o600 })
  }

  return {
    erase: (subject, by, signal) =>
      inTurn(async () => {
        let records = 0
        let files = 0
        const at = new Date(clock.now()).toISOString()
        try {
          for (const directory of await reader.directories()) {
            const erased = await eraseIn(directory, subject, signal)
            records += erased.records
            files += erased.files
          }
        } finally {
          // What has been taken out before a failure is told of, too.
          await tell({ at, by, named: Object.keys(subject), records, files })
        }
        return { records, files }
      }),
    expire: () =>
      inTurn(async () => {
        const old = (await reader.segments()).filter((segment) => isExpired(segment, clock.now()))
        for (const { path } of old) await rm(path, { force: true })
        for (const directory of await reader.directories()) {
          await removeGone(directory, options)
          await removeLeftOver(directory)
        }
        return old.length
      }),
  }
}

/** What a process that died while it rewrote a file has left. */
async function removeLeftOver(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names) if (name.endsWith(REWRITE)) await rm(join(directory, name), { force: true })
}
