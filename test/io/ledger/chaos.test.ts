import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createRedisLedger } from '../../../io/ledger/redis-ledger.js'
import { eventually } from '../../support/eventually.js'
import { checkAnswers, checkCommitted, type Racer, startRacer } from '../../support/ledger-race.js'
import { RACE_BUCKET, type RaceEvent } from '../../support/ledger-racer.js'
import { startRedis } from '../../support/redis.js'

const PAIRS = 2500
const DEADLINE = 50
/** Longer than an outage lasts, recovery included, so that no lease is lost but those of the killed process. */
const TTL = 10_000
const PAUSE = 700
/** So that the race outlasts both failures. */
const REST = 50
/** Longer than the pause, so that the process that is killed at its end has leases open. */
const HOLD = 1500
/** Reservations are 41,000,000 in total; true costs, a twentieth of that, fit about half, a tenth of the reservations at once. */
const LIMIT = 900_000

const isAnswer = ({ kind }: RaceEvent) => kind === 'reserved' || kind === 'exhausted'
const isUnavailable = ({ kind }: RaceEvent) => kind === 'unavailable'

/** Waits until each racer has logged something like that, from now on. */
async function next(what: string, racers: readonly Racer[], is: (event: RaceEvent) => boolean): Promise<void> {
  const before = await Promise.all(racers.map(async (racer) => (await racer.events()).length))
  for (const [i, racer] of racers.entries()) {
    await eventually(`${racer.name}: ${what}`, async () => (await racer.events()).slice(before[i]).some(is))
  }
}

test('a process is killed, Redis hangs, and is killed: nothing overspent or forgotten, and all go on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-chaos-'))
  const server = await startRedis({ appendOnly: 'always' })
  const ledger = createRedisLedger({ url: server.url })
  const started: Racer[] = []
  const start = (name: string, pairs: number, pending: string) => {
    const racer = startRacer({
      url: server.url,
      log: join(folder, name),
      name,
      pairs,
      inFlight: 60,
      limit: LIMIT,
      ttl: TTL,
      hold: HOLD,
      rest: REST,
      resilient: { deadline: DEADLINE, pending: join(folder, pending) },
    })
    started.push(racer)
    return racer
  }
  try {
    const [a, b] = [start('a', PAIRS, 'pending-a'), start('b', PAIRS, 'pending-b')]
    const victim = start('victim', PAIRS, 'pending-c')
    const answered = await eventually('a tenth is answered', async () => {
      const answers = (await victim.events()).filter(isAnswer).length
      return answers > PAIRS / 10 && answers
    })

    server.pause()
    await Promise.all([delay(PAUSE), next('not answered while Redis hangs', [a, b, victim], isUnavailable)])
    await victim.kill()
    assert.match(
      await readFile(join(folder, 'pending-c'), 'utf8'),
      /"kind":"settle"/,
      'something is left to be replayed',
    )
    const again = start('again', PAIRS - answered, 'pending-c')
    const racers = [a, b, again]
    server.resume()
    await next('answered after Redis hung', racers, isAnswer)

    await server.kill()
    await next('not answered while Redis is gone', racers, isUnavailable)
    await server.restart()
    await next('answered by the new Redis', racers, isAnswer)
    for (const racer of racers) await racer.finished()

    const state = await eventually(
      'every lease has been settled or lost',
      async () => {
        const [found] = await ledger.read([RACE_BUCKET])
        return found?.reserved === 0 && found
      },
      2 * TTL,
    )
    const events = (await Promise.all(started.map((racer) => racer.events()))).flat()
    const { reserved, refused } = checkAnswers(events, LIMIT)
    assert.ok(refused > 500, `${refused} refused, ${reserved} not`)
    assert.ok(reserved + refused >= PAIRS * 3 - 200, `${reserved + refused} answers`)
    checkCommitted(events, state.committed, 'victim')
    assert.ok(state.committed <= LIMIT)

    const waits = events.flatMap((event) => (event.kind === 'unavailable' ? [event.took] : [])).sort((x, y) => x - y)
    // Most are refused at once. The rest is what two busy processors take to wake a timer and to run three processes.
    const within = `${waits.length} waits, ${waits.at(-Math.ceil(waits.length / 20))} to ${waits.at(-1)} ms`
    assert.ok((waits.at(-Math.ceil(waits.length / 20)) ?? 0) < 2 * DEADLINE, within)
    assert.ok((waits.at(-1) ?? 0) < 20 * DEADLINE, within)
  } finally {
    for (const racer of started) await racer.kill()
    await ledger.close()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
