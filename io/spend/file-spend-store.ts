import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row } from '../billing/row.js'
import { replaceFile } from '../line-file.js'
import { type DayFile, openDayFile, readDay, readOrEmpty } from './day-file.js'
import type { SpendCell, SpendStore } from './spend-store.js'
import { cellsOf, HOUR, type Sums, sumsOf } from './sums.js'

/** Days that are kept. */
const KEPT_DAYS = 400

const DAY_HOURS = 24
const NAME = /^(\d{4}-\d\d-\d\d)\.jsonl$/
const POSITIONS = 'positions.json'
/** Rows come in the order of time, so that more days are hardly written at once. */
const MOST_OPEN = 3

export interface FileSpendStoreOptions {
  /** Of one process alone; it is made where it is not there. */
  readonly directory: string
  /** Milliseconds since the epoch. */
  now(): number
}

/**
 * Keeps the sums in files, one for each day (UTC). A day's file knows up to which row of each source it counts, so that rows which come
 * again are known as such in each file by itself; the file of positions is behind the days or even with them, never ahead.
 */
export function createFileSpendStore({ directory, now }: FileSpendStoreOptions): SpendStore {
  const days = new Map<string, DayFile>()
  const turn = createTurns()
  let known: Map<string, number> | undefined

  const positions = async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    known ??= new Map(Object.entries(positionsIn(await readOrEmpty(join(directory, POSITIONS)))))
    return known
  }
  const dayOf = async (name: string) => {
    const day = days.get(name) ?? (await openDayFile(join(directory, `${name}.jsonl`)))
    // The one that was used last comes last.
    days.delete(name)
    days.set(name, day)
    for (const [oldest, file] of days) {
      if (days.size <= MOST_OPEN) break
      days.delete(oldest)
      await file.close()
    }
    return day
  }
  const forgetOld = async () => {
    const oldest = dayName(Math.floor(now() / HOUR) - KEPT_DAYS * DAY_HOURS)
    for (const name of await daysIn(directory)) {
      if (name < oldest) await rm(join(directory, `${name}.jsonl`), { force: true })
    }
  }
  let cleaned = ''
  const closeDays = async () => {
    const open = [...days.values()]
    days.clear()
    for (const file of open) await file.close().catch(() => undefined)
  }
  const add = async (source: string, rows: readonly Row[], signal: AbortSignal) => {
    const before = await positions()
    const last = rows.at(-1)
    if (last === undefined || last.seq <= (before.get(source) ?? 0)) return
    for (const name of new Set(rows.map(({ at }) => at.slice(0, 10)))) {
      signal.throwIfAborted()
      const day = await dayOf(name)
      const ofDay = rows.filter(({ at, seq }) => at.startsWith(name) && seq > day.position(source))
      const end = ofDay.at(-1)
      if (end) await day.add(source, end.seq, sumsOf(ofDay))
    }
    const after = new Map(before).set(source, last.seq)
    await replaceFile(join(directory, POSITIONS), `${JSON.stringify(Object.fromEntries(after))}\n`)
    known = after
    const today = dayName(Math.floor(now() / HOUR))
    if (cleaned !== today) await forgetOld()
    cleaned = today
  }

  return {
    name: 'spend',
    position: (source) => turn(async () => (await positions()).get(source) ?? 0),
    write: (source, rows, signal) =>
      turn(() =>
        add(source, rows, signal).catch(async (error) => {
          // What the files hold is found out anew.
          known = undefined
          await closeDays()
          throw error
        }),
      ),
    read: (from, to) =>
      turn(async () => {
        const cells: SpendCell[] = []
        const first = Math.ceil(from / HOUR)
        const end = Math.ceil(to / HOUR)
        const names = (await daysIn(directory)).filter((name) => name >= dayName(first) && name <= dayName(end - 1))
        for (const name of names) {
          const sums = await (days.get(name)?.sums() ?? readDay(join(directory, `${name}.jsonl`)))
          cells.push(...within(sums, first, end))
        }
        return cells
      }),
    close: () => turn(closeDays),
  }
}

function within(sums: Sums, first: number, end: number): readonly SpendCell[] {
  return [...sums]
    .filter(([hour]) => hour >= first && hour < end)
    .sort(([a], [b]) => a - b)
    .flatMap(([hour, places]) => cellsOf(hour, places))
}

async function daysIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).sort()
}

function dayName(hour: number): string {
  return new Date(hour * HOUR).toISOString().slice(0, 10)
}

function positionsIn(text: string): Readonly<Record<string, number>> {
  return text === '' ? {} : JSON.parse(text)
}

/** Runs tasks one after the other. */
function createTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve()
  return (task) => {
    const mine = before.then(task, task)
    before = mine.catch(() => undefined)
    return mine
  }
}
