import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { absenceBefore } from '../../../../io/billing/absence.js'
import { readLine } from '../../../../io/billing/chain.js'
import { batches, type Cut } from '../../../../io/billing/cut.js'
import type { Entry } from '../../../../io/billing/row.js'
import { createShipper } from '../../../../io/billing/shipper.js'
import type { Sink } from '../../../../io/billing/sink.js'
import { type Schedule, systemSchedule } from '../../../../io/ledger/deadline.js'
import { systemClock } from '../../../../io/system-clock.js'
import { eventually } from '../../../support/eventually.js'
import { type FaultyLink, openFaultyLink } from '../../../support/faulty-link.js'
import { attempt, attempts, createFakeRowFiles } from '../fake-row-files.js'

/** A sink's store, and how tests see into it. */
export interface SinkWorld {
  /** Where the store listens. */
  readonly port: number
  /** A sink that reaches the store by this port. */
  open(port: number): Sink
  /** The lines that the store has of a source, in the order of the rows, each as often as it is there. */
  lines(source: string): Promise<readonly string[]>
  readonly cut?: Cut
}

/** So many times faster than real time do the shipper's pauses and deadlines go. */
const SPEED = 10
const quick: Schedule = (delay, run, kind) => systemSchedule(delay / SPEED, run, kind)
const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() * SPEED }
/** Of the shipper, in milliseconds; a fifth of it in real time. */
const DEADLINE = 10_000
/** Rows that were written so long ago, in milliseconds, are shipped at once. */
const AGO = 3_600_000

/** Ships rows through all faults, and checks each time that every row is there exactly once, in order. */
export async function checkSink(context: TestContext, world: SinkWorld): Promise<void> {
  const link = await openFaultyLink(world.port)
  const files = createFakeRowFiles()
  const cut = world.cut ?? batches({ rows: 40, bytes: 100_000, age: 0 })
  let downs = 0
  const start = () =>
    createShipper({
      ...{ files, clock, schedule: quick, random: Math.random, known: undefined, tell: async () => {} },
      outlets: [{ sink: world.open(link.port), cut, deadline: DEADLINE }],
      keeping: { keep: 10 * AGO, disk: 1_000_000_000, onFull: 'refuse' },
      hooks: {
        ...{ taken() {}, missed() {} },
        state(_, state) {
          if (state === 'down') downs += 1
        },
        failed: (reason) => assert.fail(reason),
      },
    })
  let shipper = start()
  const add = (count: number) => {
    for (const source of SOURCES) {
      files.append(source, Date.now() - AGO, ...attempts(count, files.lines(source).length + 1))
    }
  }
  const isDown = () => eventually('the sink is down', () => shipper.status()[0]?.up === false, 15_000)
  const hasAll = async () => {
    const lanes = () => shipper.status()[0]?.sources ?? []
    const isDone = (source: string) =>
      lanes().some((lane) => lane.source === source && lane.position === files.lines(source).length)
    const done = () => SOURCES.every(isDone) && shipper.status()[0]?.up
    await eventually('everything is shipped', done, 20_000).catch(() => assert.fail(JSON.stringify(lanes())))
    for (const source of SOURCES) assertSame(await world.lines(source), files.lines(source))
  }

  try {
    await context.test('rows of two sources are there once, in order, with an intact chain', async () => {
      add(150)
      await hasAll()
    })
    await context.test('a sink that was down gets what it missed', async () => {
      link.set('down')
      add(100)
      await isDown()
      add(30)
      link.set('sound')
      await hasAll()
    })
    await context.test('rows whose answer was lost are not there twice', async () => {
      for (let round = 0; round < 3; round += 1) {
        const before = downs
        link.set('deaf')
        add(60)
        await eventually('it has failed', () => downs > before, 15_000)
        link.set('sound')
        await hasAll()
      }
    })
    await context.test('a sink that hangs is given up after its deadline', async () => {
      link.set('silent')
      add(60)
      await isDown()
      link.set('sound')
      link.cut()
      await hasAll()
    })
    await context.test('huge rows and odd characters arrive as they are', async () => {
      const odd = `\u0000 \ud800 "quoted" \\ \u2028 ünïcode 😀 '; drop table x; -- {}`
      for (const source of SOURCES) {
        const n = files.lines(source).length + 1
        files.append(source, Date.now() - AGO, attempt(n, { user: odd, tags: { [odd]: odd, 7: 'x', 3: 'y' } }))
        files.append(source, Date.now() - AGO, attempt(n + 1, { tags: { note: 'é"'.repeat(150_000) } }), ...OTHERS)
      }
      await hasAll()
    })
    await context.test('a shipper that starts from nothing goes on where the sink is', async () => {
      await shipper.close()
      add(20)
      shipper = start()
      await hasAll()
    })
    await context.test('rows that are gone are told as a gap', async () => {
      await checkGap(world, link)
    })
  } finally {
    await shipper.close()
    await link.close()
  }
}

const SOURCES = ['0123456789ab-0', '0123456789ab-1'] as const

/** Rows of all other kinds. */
const OTHERS: readonly Entry[] = [
  { kind: 'opened', source: SOURCES[0] },
  {
    kind: 'asked',
    ...{ request: 'r', attempt: 1, model: 'gpt-4', target: 'openai/gpt-4o', user: 'ann' },
    leases: [{ lease: 'l', amounts: [['budget:a', 5]] }],
  },
  { kind: 'adjusted', bucket: 'budget:a', amount: -5_000_000_000, by: 'admin' },
  { kind: 'gap', rows: 3, reason: 'rows could not be written: ENOSPC' },
  attempt(1, { nano: null, outcome: 'lost', charges: [{ lease: 'l', amounts: [['budget:a', 5]] }] }),
  { kind: 'closed' },
]

async function checkGap(world: SinkWorld, link: FaultyLink): Promise<void> {
  const files = createFakeRowFiles()
  const source = '0123456789ab-7'
  files.append(source, Date.now() - AGO, ...attempts(30))
  const rows = await files.read(source, 0, 30)
  const sink = world.open(link.port)
  const signal = AbortSignal.timeout(10_000)
  const [first] = rows.slice(10)
  assert.ok(first)
  const gap = absenceBefore(first, 0)
  await sink.write(source, [gap, ...rows.slice(10, 20)], signal)
  assert.equal(await sink.position(source, signal), 20)
  await sink.write(source, rows.slice(20), signal)
  await sink.write(source, rows.slice(20), signal)
  assert.equal(await sink.position(source, signal), 30)
  assertSame(await world.lines(source), [JSON.stringify(gap), ...files.lines(source).slice(10)])
  await sink.close()
}

/** Says where lists of lines differ without printing all of them. */
function assertSame(lines: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((line, index) => line !== lines[index])
  if (at !== -1) assert.equal(lines[at]?.slice(0, 2000), expected[at]?.slice(0, 2000), `line ${at} of ${lines.length}`)
  assert.equal(lines.length, expected.length)
  assert.equal(at, -1)
  for (const line of lines.filter((line) => !line.includes('"from":'))) {
    const read = readLine(line)
    assert.ok(read.kind === 'row' && read.intact, 'the line is what its hash was made of')
  }
}
