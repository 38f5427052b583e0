import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { RaceEvent, RaceOrders } from './ledger-racer.js'

const RACER = fileURLToPath(new URL('./ledger-racer.js', import.meta.url))

/** A process that races. */
export interface Racer {
  readonly name: string
  /** Its log so far; one that is killed can leave half a line. */
  events(): Promise<readonly RaceEvent[]>
  /** SIGKILL, and waits until it is gone; nothing if it is. */
  kill(): Promise<void>
  /** Rejects unless it ended well. */
  finished(): Promise<void>
}

/** Starts a process that follows `orders`. */
export function startRacer(orders: RaceOrders): Racer {
  const child = spawn(process.execPath, [RACER, JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  return {
    name: orders.name,
    async events() {
      const text = await readFile(orders.log, 'utf8').catch(() => '')
      return text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async finished() {
      assert.deepEqual(await exited, [0, null], orders.name)
    },
  }
}

/** How many reservations were decided. */
export interface Answers {
  readonly reserved: number
  readonly refused: number
}

/** Asserts that the limit held in all that the store answered, and that nothing was refused that fitted. */
export function checkAnswers(events: readonly RaceEvent[], limit: number): Answers {
  const answers = events.flatMap((event) => (event.kind === 'reserved' || event.kind === 'exhausted' ? [event] : []))
  const overspent = answers.filter(({ committed, reserved }) => committed + reserved > limit)
  assert.deepEqual(overspent, [], 'never more than the limit')
  const refused = answers.filter(({ kind }) => kind === 'exhausted')
  const wrongly = refused.filter(({ amount, committed, reserved }) => committed + reserved + amount <= limit)
  assert.deepEqual(wrongly, [], 'nothing refused that fitted')
  return { reserved: answers.length - refused.length, refused: refused.length }
}

/**
 * Asserts that what is committed is what was settled, and what the process `killed` left by the last thing it wrote: what was in
 * flight then may have been done or not. Returns how many leases that were.
 */
export function checkCommitted(events: readonly RaceEvent[], committed: number, killed: string): number {
  const settled = new Set(events.filter(({ kind }) => kind === 'settled').map(({ id }) => id))
  const dispatched = new Set(events.filter(({ kind }) => kind === 'dispatched').map(({ id }) => id))
  const amounts = new Map(events.flatMap((event) => (event.kind === 'asking' ? [[event.id, event.amount]] : [])))
  const last = new Map(events.map((event) => [event.id, event]))
  const open = [...last.values()].filter(
    ({ id, kind }) => !settled.has(id) && kind !== 'exhausted' && kind !== 'unavailable',
  )
  assert.ok(
    open.every(({ id }) => id.startsWith(`${killed}-`)),
    'only the killed one left leases',
  )
  let least = events.reduce((sum, event) => sum + (event.kind === 'settled' ? event.used : 0), 0)
  let most = least
  for (const { id, kind } of open) {
    const amount = amounts.get(id) ?? 0
    const used = Math.floor(amount / 20)
    if (kind === 'settling') {
      least += dispatched.has(id) ? used : 0
      most += dispatched.has(id) ? amount : used
    } else if (kind === 'reserved') {
      most += amount
    } else if (kind === 'dispatched') {
      least += amount
      most += amount
    }
  }
  const said = `${least} <= ${committed} <= ${most}, ${open.length} leases lost`
  assert.ok(committed >= least && committed <= most, said)
  return open.length
}
