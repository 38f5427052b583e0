import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createRedisLedger } from '../../../io/ledger/redis-ledger.js'
import { eventually } from '../../support/eventually.js'
import { RACE_BUCKET, type RaceEvent, type RaceOrders } from '../../support/ledger-racer.js'
import { startRedis } from '../../support/redis.js'

const RACER = fileURLToPath(new URL('../../support/ledger-racer.js', import.meta.url))
const PAIRS = 3334
const TTL = 1500
/** Reservations are 55,000,000 in total; true costs, a twentieth of that, fit about half, a tenth of the reservations at once. */
const LIMIT = 1_200_000

/** The events of a log; a process that is killed can leave half a line. */
async function eventsOf(log: string): Promise<readonly RaceEvent[]> {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('three processes race for one bucket, one is killed: nothing overspent, nothing refused that fits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-race-'))
  const server = await startRedis({ appendOnly: 'none' })
  const ledger = createRedisLedger({ url: server.url })
  const logs: string[] = []
  const start = (name: string, pairs: number) => {
    const log = join(folder, `${name}.log`)
    logs.push(log)
    const orders: RaceOrders = { url: server.url, log, name, pairs, inFlight: 60, limit: LIMIT, ttl: TTL }
    const child = spawn(process.execPath, [RACER, JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit'] })
    return { log, child, exited: once(child, 'exit') }
  }
  try {
    const [a, b, victim] = [start('a', PAIRS), start('b', PAIRS), start('victim', PAIRS)]
    // Midway, and with leases in flight: killed between two of its log's lines.
    const asked = await eventually('a third is asked', async () => {
      const asks = (await eventsOf(victim.log)).filter(({ kind }) => kind === 'asking').length
      return asks > PAIRS / 4 && asks
    })
    victim.child.kill('SIGKILL')
    assert.deepEqual((await victim.exited)[1], 'SIGKILL')
    const again = start('again', PAIRS - asked)
    for (const { exited } of [a, b, again]) assert.deepEqual(await exited, [0, null])

    const state = await eventually('every lease has been settled or lost', async () => {
      const [found] = await ledger.read([RACE_BUCKET])
      return found?.reserved === 0 && found
    })

    const events = (await Promise.all(logs.map(eventsOf))).flat()
    const answers = events.flatMap((event) => (event.kind === 'reserved' || event.kind === 'exhausted' ? [event] : []))
    const overspent = answers.filter(({ committed, reserved }) => committed + reserved > LIMIT)
    assert.deepEqual(overspent, [], 'never more than the limit')
    const refused = answers.filter(({ kind }) => kind === 'exhausted')
    const wrongly = refused.filter(({ amount, committed, reserved }) => committed + reserved + amount <= LIMIT)
    assert.deepEqual(wrongly, [], 'nothing refused that fitted')
    assert.ok(refused.length > 500, `${refused.length} of ${answers.length} refused`)
    assert.ok(answers.length >= PAIRS * 3 - 200, `${answers.length} answers`)

    const settled = new Set(events.filter(({ kind }) => kind === 'settled').map(({ id }) => id))
    const cost = events.reduce((sum, event) => sum + (event.kind === 'settled' ? event.used : 0), 0)
    // What the killed process left, by the last thing it wrote: what was in flight then may have been done or not.
    const last = new Map(events.map((event) => [event.id, event]))
    const amounts = new Map(events.flatMap((event) => (event.kind === 'asking' ? [[event.id, event.amount]] : [])))
    let least = cost
    let most = cost
    const open = [...last.values()].filter(({ id, kind }) => !settled.has(id) && kind !== 'exhausted')
    assert.ok(
      open.every(({ id }) => id.startsWith('victim-')),
      'only the killed one left leases',
    )
    for (const { id, kind } of open) {
      const amount = amounts.get(id) ?? 0
      const used = Math.floor(amount / 20)
      const wasDispatched = events.some((event) => event.id === id && event.kind === 'dispatched')
      if (kind === 'settling') {
        least += wasDispatched ? used : 0
        most += wasDispatched ? amount : used
      } else if (kind === 'reserved') {
        most += amount
      } else if (kind === 'dispatched') {
        least += amount
        most += amount
      }
    }
    assert.ok(open.length > 0, 'it was killed in mid-flight')
    const said = `${least} <= ${state.committed} <= ${most}, ${open.length} leases lost`
    assert.ok(state.committed >= least && state.committed <= most, said)
    assert.ok(state.committed <= LIMIT)
  } finally {
    await ledger.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
