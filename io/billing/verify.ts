import { type AttemptFinding, createAttemptCheck } from './attempt-check.js'
import { type CounterReading, createBucketSums, type Mismatch } from './bucket-sums.js'
import { type CheckedSource, checkChain, type Finding } from './chain-check.js'
import { sourcesIn } from './segments.js'

export interface VerifyOptions {
  /** The root directories of all ledgers whose requests the counters count. */
  readonly roots: readonly string[]
  /** Undefined where rows are not compared with anything. */
  readonly reading: CounterReading | undefined
}

/** A row that stands for some that are missing. */
export interface GapFinding {
  readonly source: string
  readonly seq: number
  readonly rows: number
  readonly reason: string
}

/** What there is to say of ledgers. `ok` where nothing is wrong with them. */
export interface VerifyReport {
  readonly ok: boolean
  readonly sources: readonly SourceReport[]
  /** Attempts with their row, those that run, and those that got lost with their process. */
  readonly attempts: number
  readonly running: number
  readonly findings: readonly Finding[]
  readonly attemptFindings: readonly AttemptFinding[]
  readonly gaps: readonly GapFinding[]
  /** How many buckets were compared; undefined where none were. */
  readonly compared: number | undefined
  readonly mismatches: readonly Mismatch[]
  /** Lost attempts that may be why counters have more than the rows. */
  readonly uncharged: readonly AttemptFinding[]
}

export type SourceReport = CheckedSource & { readonly root: string }

/** So many things of a kind are told at most; the first are those that matter. */
const MOST = 1_000

/** Checks chains, attempts, and that the sums of rows are what the counters have. Rejects as the file system does. */
export async function verifyLedgers({ roots, reading }: VerifyOptions): Promise<VerifyReport> {
  const sums = createBucketSums(reading ?? NO_READING)
  const sources: SourceReport[] = []
  const findings: Finding[] = []
  const attemptFindings: AttemptFinding[] = []
  const gaps: GapFinding[] = []
  const uncharged: AttemptFinding[] = []
  let attempts = 0
  let running = 0

  const checkSource = async (root: string, source: string) => {
    const check = createAttemptCheck(source)
    const checked = await checkChain(root, source, {
      begun: sums.source,
      row(row, removedUpTo) {
        sums.row(row)
        check.row(row, removedUpTo)
        if (row.kind === 'gap') gaps.push({ source, seq: row.seq, rows: row.rows, reason: row.reason })
      },
      found: (finding) => findings.length < MOST && findings.push(finding),
    })
    const found = check.end(checked.state)
    sources.push({ ...checked, root })
    attempts += found.attempts
    running += found.running
    attemptFindings.push(...found.findings.slice(0, MOST))
    uncharged.push(...found.uncharged.slice(0, MOST))
  }
  for (const root of roots) for (const source of await sourcesIn(root)) await checkSource(root, source)

  const mismatches = reading ? sums.mismatches() : []
  const wrong = [findings, attemptFindings, gaps, mismatches]
  return {
    ok: wrong.every((list) => list.length === 0),
    ...{ sources, attempts, running, findings, attemptFindings, gaps },
    ...{ compared: reading?.counters.length, mismatches, uncharged },
  }
}

const NO_READING: CounterReading = { at: 0, counters: [], windowOf: () => undefined }
