import type { Row } from '../../../io/billing/row.js'
import type { Sink } from '../../../io/billing/sink.js'

/** A sink in memory that can be away, hang, or take rows whose answer is lost. */
export interface FakeSink extends Sink {
  mode: 'well' | 'away' | 'hangs' | 'answers get lost'
  /** What it has of a source. */
  rows(source: string): readonly Row[]
  /** The number of rows of each batch that it took. */
  readonly batches: number[]
  readonly calls: () => number
}

export function createFakeSink(name: string): FakeSink {
  const held = new Map<string, Row[]>()
  let calls = 0
  const of = (source: string) => held.get(source) ?? []
  const answer = async (signal: AbortSignal) => {
    calls += 1
    if (sink.mode === 'away') throw new Error('secret row content')
    if (sink.mode === 'hangs')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  }
  const sink: FakeSink = {
    name,
    mode: 'well',
    batches: [],
    calls: () => calls,
    rows: of,
    async position(source, signal) {
      await answer(signal)
      return of(source).at(-1)?.seq ?? 0
    },
    async write(source, rows, signal) {
      await answer(signal)
      const last = of(source).at(-1)?.seq ?? 0
      held.set(source, [...of(source), ...rows.filter(({ seq }) => seq > last)])
      sink.batches.push(rows.length)
      if (sink.mode === 'answers get lost') throw new Error('the connection was cut')
    },
    close: async () => {},
  }
  return sink
}
