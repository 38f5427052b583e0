import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Alert, AlertStore, Delivery, Raised } from '../../policies/alerts/alert.js'
import { readOrEmpty, writeNew } from '../spend/day-file.js'
import { deliveryId, MOST_RECENT, MOST_WAITING } from './queue.js'

export interface FileAlertStoreOptions {
  /** Of one process alone; its folder is made where it is not there. */
  readonly path: string
  /** Milliseconds since the epoch. */
  now(): number
}

interface Waiting extends Delivery {
  /** When it is due, or may be taken by somebody else. */
  readonly due: number
}

/** Everything in the file. Alerts are few, so that it is written whole with each. */
interface Kept {
  readonly inForce: readonly Raised[]
  readonly recent: readonly Alert[]
  readonly waiting: readonly Waiting[]
}

const NOTHING: Kept = { inForce: [], recent: [], waiting: [] }

/** Keeps alerts in one file, which is replaced as a whole: after a crash it has either all of a step or nothing. */
export function createFileAlertStore({ path, now }: FileAlertStoreOptions): AlertStore {
  let known: Kept | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const read = async (): Promise<Kept> => {
    if (known) return known
    const text = await readOrEmpty(path)
    // Only `write` has written it.
    known = text === '' ? NOTHING : JSON.parse(text)
    return known ?? NOTHING
  }
  const write = async (next: Kept) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeNew(`${path}.new`, JSON.stringify(next))
    await rename(`${path}.new`, path)
    known = next
  }
  const step = <T>(task: (kept: Kept) => Promise<T>): Promise<T> => {
    const mine = turn.then(async () => task(await read()))
    turn = mine.catch(() => undefined)
    return mine
  }
  const inForce = ({ inForce }: Kept) => inForce.filter(({ until }) => until > now())

  return {
    raise: (raised, webhooks) =>
      step(async (kept) => {
        const { alert } = raised
        const others = inForce(kept)
        if (others.some((other) => other.alert.subject === alert.subject)) return { kind: 'known', dropped: 0 }
        const { waiting, dropped } = queued(kept.waiting, alert, webhooks, now())
        await write({ inForce: [...others, raised], recent: [alert, ...kept.recent].slice(0, MOST_RECENT), waiting })
        return { kind: 'raised', dropped }
      }),
    send: (alert, webhooks) =>
      step(async (kept) => write({ ...kept, waiting: queued(kept.waiting, alert, webhooks, now()).waiting })),
    inForce: () => step(async (kept) => new Map(inForce(kept).map((raised) => [raised.alert.subject, raised]))),
    rearm: (subject) =>
      step(async (kept) => write({ ...kept, inForce: kept.inForce.filter(({ alert }) => alert.subject !== subject) })),
    recent: () => step(async ({ recent }) => recent),
    take: (at, lease, most) =>
      step(async (kept) => {
        const due = kept.waiting.filter((each) => each.due <= at).slice(0, most)
        if (due.length === 0) return []
        // The lease is this process's own: after a crash everything is due.
        known = {
          ...kept,
          waiting: kept.waiting.map((each) => (due.includes(each) ? { ...each, due: at + lease } : each)),
        }
        return due.map(({ due: _, ...delivery }) => delivery)
      }),
    finish: (id) => step(async (kept) => write({ ...kept, waiting: kept.waiting.filter((each) => each.id !== id) })),
    putOff: (id, due) =>
      step(async (kept) => {
        const later = (each: Waiting) => ({ ...each, due, failures: each.failures + 1 })
        await write({ ...kept, waiting: kept.waiting.map((each) => (each.id === id ? later(each) : each)) })
      }),
    close: async () => {
      await turn
    },
  }
}

function queued(waiting: readonly Waiting[], alert: Alert, webhooks: readonly string[], due: number) {
  const all = [
    ...waiting,
    ...webhooks.map((webhook) => ({ id: deliveryId(alert.id, webhook), webhook, alert, failures: 0, due })),
  ]
  const dropped = Math.max(0, all.length - MOST_WAITING)
  return { waiting: all.slice(dropped), dropped }
}
