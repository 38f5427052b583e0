import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Row } from '../../../io/billing/row.js'
import type { SpendCell, SpendStore } from '../../../io/spend/spend-store.js'
import { cellsOf, HOUR, sumsOf } from '../../../io/spend/sums.js'
import { attemptRow, otherRow } from './rows.js'

export const START = Date.UTC(2026, 4, 31, 20)
const SPAN = 60 * HOUR
export const NEVER = new AbortController().signal

/** A step of whoever ships rows: a batch that begins at or before what is known to be there, a crash, or a question. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('ship'), source: fc.nat(1), back: fc.nat(5), rows: fc.nat(7) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('crash'), source: fc.nat(1), back: fc.nat(5), rows: fc.nat(7) }),
  },
)

const row = fc.record({
  at: fc.nat(SPAN),
  nano: fc.bigInt(0n, 2n ** 57n).map(String),
  team: fc.constantFrom('red', 'blue'),
  user: fc.constantFrom('ann', 'bob', 'a "b" [c]: é'),
  attempt: fc.constantFrom(1, 2),
  outcome: fc.constantFrom('served' as const, 'failed' as const),
  isOther: fc.boolean(),
})

/** What a store of a test can do beside its own operations: come back after a crash. */
export interface Crashing {
  open(): SpendStore
  /** Ends a store without its having finished anything. */
  crash(store: SpendStore): Promise<void>
  /** Forgets everything before the next case. */
  wipe(): Promise<void>
}

/** Whatever the order of batches, repeats and crashes: the store holds each row that it said to have taken exactly once. */
export async function checkSums({ open, crash, wipe }: Crashing, runs: number): Promise<void> {
  const property = fc.asyncProperty(
    fc.array(row, { maxLength: 30 }),
    fc.array(step, { maxLength: 12 }),
    async (fields, steps) => {
      await wipe()
      // Time goes on within a source, as its rows are written one after the other.
      const inTime = fields.toSorted((a, b) => a.at - b.at)
      const sources = [0, 1].map((source) =>
        inTime
          .filter((_, index) => index % 2 === source)
          .map(({ at, isOther, ...rest }, index): Row => {
            return isOther
              ? otherRow(index + 1, START + at)
              : attemptRow(index + 1, { at: START + at, attempts: 2, ...rest })
          }),
      )
      let store = open()
      try {
        for (const { kind, source, back, rows } of steps) {
          const name = `source-${source}`
          const position = await store.position(name, NEVER)
          const from = Math.max(0, position - back)
          await store.write(name, sources[source]?.slice(from, position + rows) ?? [], NEVER)
          if (kind === 'crash') {
            await crash(store)
            store = open()
          }
        }
        const taken: Row[] = []
        for (const [source, rows] of sources.entries()) {
          taken.push(...rows.slice(0, await store.position(`source-${source}`, NEVER)))
        }
        assert.deepEqual(sorted(await store.read(START, START + SPAN + HOUR)), sorted(expected(taken)))
      } finally {
        await store.close()
      }
    },
  )
  await fc.assert(property, { numRuns: runs })
}

function expected(rows: readonly Row[]): readonly SpendCell[] {
  return [...sumsOf(rows)].flatMap(([hour, places]) => cellsOf(hour, places))
}

function sorted(cells: readonly SpendCell[]): readonly string[] {
  const text = (cell: SpendCell) =>
    JSON.stringify(cell, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  return cells.map(text).sort()
}
