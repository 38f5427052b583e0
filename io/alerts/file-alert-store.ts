import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AlertStore } from '../../policies/alerts/alert.js'
import { linesOf } from '../billing/lines.js'
import { type LineFile, openLineFile } from '../line-file.js'
import { type Change, KeptAlerts } from './kept-alerts.js'

export interface FileAlertStoreOptions {
  /** Of one process alone; its folder is made where it is not there. */
  readonly path: string
  /** Milliseconds since the epoch. */
  now(): number
}

/** Lines that are written in one piece when the file is written anew: about a millisecond of work. */
const TOGETHER = 256

/**
 * Keeps alerts in memory and in one file, a line of JSON for each change: a budget for each of many users has many in force. After a crash
 * the file has all of a change or nothing.
 */
export function createFileAlertStore({ path, now }: FileAlertStoreOptions): AlertStore {
  let known: { readonly kept: KeptAlerts; readonly size: number } | undefined
  // Who only looks makes none.
  let file: LineFile | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const read = async () => {
    if (known) return known
    const kept = new KeptAlerts()
    let size = 0
    for await (const { text, next } of linesOf(path)) {
      // Only `write` has written it.
      kept.take(JSON.parse(text))
      size = next
    }
    known = { kept, size }
    return known
  }
  const opened = async (size: number) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    return openLineFile(path, size)
  }
  /** Returns how many deliveries went because too many were waiting. */
  const write = async (change: Change): Promise<number> => {
    const { kept, size } = await read()
    file ??= await opened(size)
    await file.append(lineOf(change))
    const dropped = kept.take(change)
    // Where it cannot be written anew it goes on as it is, until the next change.
    if (file.isLong()) await file.replace(together(kept.changes(now()))).catch(() => undefined)
    return dropped
  }
  const step = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.then(task)
    turn = mine.catch(() => undefined)
    return mine
  }
  const kept = async () => (await read()).kept

  return {
    raise: (raised, webhooks) =>
      step(async () => {
        if ((await kept()).isInForce(raised.alert.subject, now())) return { kind: 'known', dropped: 0 }
        return { kind: 'raised', dropped: await write({ kind: 'raise', raised, webhooks, due: now() }) }
      }),
    send: (alert, webhooks) => step(async () => void (await write({ kind: 'send', alert, webhooks, due: now() }))),
    inForce: () => step(async () => (await kept()).inForce(now())),
    rearm: (subject) => step(async () => void (await write({ kind: 'rearm', subject }))),
    recent: () => step(async () => (await kept()).recent()),
    take: (at, lease, most) => step(async () => (await kept()).lease(at, lease, most)),
    finish: (id) => step(async () => void (await write({ kind: 'finish', id }))),
    putOff: (id, due) => step(async () => void (await write({ kind: 'putOff', id, due }))),
    close: async () => {
      await turn
      await file?.close()
    },
  }
}

function* together(changes: Iterable<Change>): Generator<string> {
  let lines: string[] = []
  for (const change of changes) {
    if (lines.push(lineOf(change)) < TOGETHER) continue
    yield lines.join('')
    lines = []
  }
  if (lines.length > 0) yield lines.join('')
}

function lineOf(change: Change): string {
  return `${JSON.stringify(change)}\n`
}
