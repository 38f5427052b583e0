import { chainLine, GENESIS, type Link } from '../../../io/billing/chain.js'
import type { AttemptEntry, Entry, Row } from '../../../io/billing/row.js'
import type { RowFiles, SegmentInfo } from '../../../io/billing/sink.js'

/** The ledger's files in memory, with rows that are chained as real ones are. */
export interface FakeRowFiles extends RowFiles {
  /** Adds rows to a source, written at this time (ms). */
  append(source: string, at: number, ...entries: readonly Entry[]): void
  /** Closes a source's last segment at this time (ms): its next row begins another. */
  closeSegment(source: string, at: number): void
  /** Has a row vanish, as if its file had been damaged. */
  lose(source: string, seq: number): void
  /** Every line that was ever added to a source. */
  lines(source: string): readonly string[]
}

interface FakeSegment {
  readonly first: number
  readonly rows: Row[]
  closedAt: number | undefined
}

interface Shelf {
  segments: FakeSegment[]
  link: Link
  readonly lines: string[]
}

export function createFakeRowFiles(): FakeRowFiles {
  const sources = new Map<string, Shelf>()
  const of = (source: string): Shelf => {
    const known = sources.get(source) ?? { segments: [], link: GENESIS, lines: [] }
    sources.set(source, known)
    return known
  }
  const infoOf = ({ first, rows, closedAt }: FakeSegment, next: FakeSegment | undefined): SegmentInfo => ({
    first,
    // As of real ones: what should be there, not what is.
    last: (next?.first ?? (rows.at(-1)?.seq ?? first - 1) + 1) - 1,
    bytes: rows.reduce((sum, row) => sum + JSON.stringify(row).length + 1, 0),
    closedAt,
  })
  return {
    append(source, at, ...entries) {
      const shelf = of(source)
      for (const entry of entries) {
        const { line, link } = chainLine(JSON.stringify(entry), new Date(at).toISOString(), shelf.link)
        if (shelf.segments.at(-1)?.closedAt !== undefined || shelf.segments.length === 0)
          shelf.segments.push({ first: link.seq, rows: [], closedAt: undefined })
        shelf.segments.at(-1)?.rows.push(JSON.parse(line))
        shelf.lines.push(line)
        shelf.link = link
      }
    },
    closeSegment(source, at) {
      const last = of(source).segments.at(-1)
      if (last) last.closedAt = at
    },
    lose(source, seq) {
      for (const { rows } of of(source).segments) {
        const at = rows.findIndex((row) => row.seq === seq)
        if (at !== -1) rows.splice(at, 1)
      }
    },
    lines: (source) => of(source).lines,
    sources: async () => [...sources].filter(([, { segments }]) => segments.length > 0).map(([source]) => source),
    async read(source, after, limit) {
      const rows = of(source).segments.flatMap((segment) => segment.rows)
      const wanted = rows.filter(({ seq }) => seq > after).slice(0, limit)
      if (wanted.some(({ seq }, index) => seq !== after + 1 + index)) throw new Error('rows are missing')
      return wanted
    },
    segments: async (source) => of(source).segments.map((segment, index, all) => infoOf(segment, all[index + 1])),
    async remove(source, { first }) {
      const shelf = of(source)
      shelf.segments = shelf.segments.filter((segment) => segment.first !== first)
    },
  }
}

/** A row of an attempt, the n-th of its source. */
export function attempt(n: number, more: Partial<AttemptEntry> = {}): AttemptEntry {
  return {
    kind: 'attempt',
    request: `r-${n}`,
    ...{ attempt: 1, attempts: 1, path: '/v1/chat/completions', model: 'gpt-4', target: 'openai/gpt-4o' },
    ...{ provider: 'openai', upstreamModel: 'gpt-4o', stream: false, outcome: 'served', status: 200 },
    ...{ usage: { prompt: 10 + n, completion: 5 }, usageSource: 'provider', nano: String(1_000_000 + n) },
    ...{ durationMs: 12.5, policyVersion: '0123456789abcdef', user: 'ann', team: 'eng', tags: { env: 'prod' } },
    ...more,
  }
}

/** Rows of so many attempts. */
export function attempts(count: number, from = 1): readonly AttemptEntry[] {
  return Array.from({ length: count }, (_, index) => attempt(from + index))
}
