import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createRedisLedger } from '../../../io/ledger/redis-ledger.js'
import { eventually } from '../../support/eventually.js'
import { checkAnswers, checkCommitted, startRacer } from '../../support/ledger-race.js'
import { RACE_BUCKET } from '../../support/ledger-racer.js'
import { startRedis } from '../../support/redis.js'

const PAIRS = 3334
const TTL = 1500
/** Reservations are 55,000,000 in total; true costs, a twentieth of that, fit about half, a tenth of the reservations at once. */
const LIMIT = 1_200_000

test('three processes race for one bucket, one is killed: nothing overspent, nothing refused that fits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-race-'))
  const server = await startRedis({ appendOnly: 'none' })
  const ledger = createRedisLedger({ url: server.url })
  const start = (name: string, pairs: number) =>
    startRacer({ url: server.url, log: join(folder, name), name, pairs, inFlight: 60, limit: LIMIT, ttl: TTL })
  try {
    const [a, b, victim] = [start('a', PAIRS), start('b', PAIRS), start('victim', PAIRS)]
    // Midway, and with leases in flight: killed between two of its log's lines.
    const asked = await eventually('a third is asked', async () => {
      const asks = (await victim.events()).filter(({ kind }) => kind === 'asking').length
      return asks > PAIRS / 4 && asks
    })
    await victim.kill()
    const again = start('again', PAIRS - asked)
    for (const racer of [a, b, again]) await racer.finished()

    const state = await eventually('every lease has been settled or lost', async () => {
      const [found] = await ledger.read([RACE_BUCKET])
      return found?.reserved === 0 && found
    })
    const events = (await Promise.all([a, b, victim, again].map((racer) => racer.events()))).flat()
    const { reserved, refused } = checkAnswers(events, LIMIT)
    assert.ok(refused > 500, `${refused} refused, ${reserved} not`)
    assert.ok(reserved + refused >= PAIRS * 3 - 200, `${reserved + refused} answers`)
    assert.ok(checkCommitted(events, state.committed, 'victim') > 0, 'it was killed in mid-flight')
    assert.ok(state.committed <= LIMIT)
  } finally {
    await ledger.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
