import { setImmediate } from 'node:timers/promises'

/** Rows of a turn: a few milliseconds of work at most. */
const AT_ONCE = 50

/** Makes something of each row, in order, and lets requests have their turn in between: they are served by the same thread. */
export async function inTurns<Row, Made>(rows: readonly Row[], make: (row: Row) => Made): Promise<Made[]> {
  const made: Made[] = []
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    if (from > 0) await setImmediate()
    for (const row of rows.slice(from, from + AT_ONCE)) made.push(make(row))
  }
  return made
}
