import { batches } from '../../../io/billing/cut.js'
import type { Outlet } from '../../../io/billing/lane.js'
import type { Row } from '../../../io/billing/row.js'
import type { Shipped } from '../../../io/billing/shipped.js'
import { createShipper, type Keeping, type ShipperHooks } from '../../../io/billing/shipper.js'
import { createFakeTime } from '../ledger/fake-time.js'
import { createFakeRowFiles, type FakeRowFiles } from './fake-row-files.js'
import type { FakeSink } from './fake-sink.js'

const CUT = batches({ rows: 10, bytes: 1_000_000, age: 1000 })
/** Rows are kept for an hour, and a megabyte may wait. */
export const KEEPING: Keeping = { keep: 3_600_000, disk: 1_000_000, onFull: 'refuse' }

/** A shipper in a time of its own, and what it tells. */
export function shippingWorld(
  sinks: readonly FakeSink[],
  files: FakeRowFiles = createFakeRowFiles(),
  keeping = KEEPING,
  known?: Shipped,
) {
  const time = createFakeTime()
  const events: string[] = []
  const told: Shipped[] = []
  const hooks: ShipperHooks = {
    taken: (sink, rows) => events.push(`${sink} took ${rows}`),
    missed: (sink, rows) => events.push(`${sink} missed ${rows}`),
    state: (sink, state, reason) => events.push(`${sink} ${state} ${reason ?? ''}`.trim()),
    failed: (reason) => events.push(`failed ${reason}`),
  }
  const outlets = sinks.map((sink): Outlet => ({ sink, cut: CUT, deadline: 2000 }))
  const start = () =>
    createShipper({
      ...{ files, outlets, keeping, hooks, known, clock: time.clock, schedule: time.schedule, random: () => 0 },
      tell: async (shipped) => void told.push(shipped),
    })
  return { time, files, events, told, start, shipper: start() }
}

/** The lines that a sink has of a source. */
export function stored(sink: { rows(source: string): readonly Row[] }, source: string): readonly string[] {
  return sink.rows(source).map((row) => JSON.stringify(row))
}
