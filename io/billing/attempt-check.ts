import type { AskedEntry, AttemptEntry, Row } from './row.js'

/** Something about an attempt that is not as it should be. */
export interface AttemptFinding {
  readonly source: string
  readonly seq: number
  readonly request: string
  readonly attempt: number
  readonly what: string
  /** What it held of counters when it was asked. */
  readonly leases: readonly string[]
}

/** What a source's rows say of attempts. */
export interface CheckedAttempts {
  readonly attempts: number
  /** Attempts of requests that run. */
  readonly running: number
  readonly findings: readonly AttemptFinding[]
  /** Attempts that got lost, of which nobody knows what they were charged. */
  readonly uncharged: readonly AttemptFinding[]
}

/** How long before its row of attempt a request may have been asked, in milliseconds, beyond what that says. */
const SLACK = 3_600_000

/** Checks that each provider that was asked has exactly one row of what became of it, row by row. */
export function createAttemptCheck(source: string) {
  const open = new Map<string, { readonly row: Row & AskedEntry; readonly run: number }>()
  const findings: AttemptFinding[] = []
  const uncharged: AttemptFinding[] = []
  let attempts = 0
  let run = 0

  const tell = (row: Row & (AskedEntry | AttemptEntry), what: string): AttemptFinding => {
    const { seq, request, attempt } = row
    const leases = (row.kind === 'asked' ? row.leases : (row.charges ?? [])).map(({ lease }) => lease)
    return { source, seq, request, attempt, what, leases }
  }
  const answer = (row: Row & AttemptEntry, removedUpTo: number) => {
    attempts += 1
    const key = keyOf(row)
    const asked = open.get(key)
    open.delete(key)
    if (!asked && Date.parse(row.at) - row.durationMs - SLACK > removedUpTo) {
      findings.push(tell(row, 'has a second row, or none that it was asked'))
    }
    if (row.outcome === 'lost' && row.attempt === row.attempts && row.charges === undefined) {
      const lost = tell(asked?.row ?? row, 'got lost, and the counters did not say what they were charged for it')
      uncharged.push(lost)
    }
  }
  return {
    /** Takes the next row. `removedUpTo` is when the last row was written that is not there any more (ms since the epoch). */
    row(row: Row, removedUpTo: number): void {
      switch (row.kind) {
        case 'opened':
          run = row.seq
          break
        case 'asked':
          if (open.has(keyOf(row))) findings.push(tell(row, 'was asked twice'))
          open.set(keyOf(row), { row, run })
          break
        case 'attempt':
          answer(row, removedUpTo)
          break
        case 'adjusted':
        case 'gap':
        case 'closed':
          break
      }
    },
    /** Of a source that runs, what its present run has asked may still be open. */
    end(state: 'running' | 'ended' | 'stopped'): CheckedAttempts {
      const left = [...open.values()]
      const isRunning = (asked: (typeof left)[number]) => state === 'running' && asked.run === run
      const forgotten = left.filter((asked) => !isRunning(asked))
      const missing = forgotten.map(({ row }) => tell(row, 'was asked, and no row tells what became of it'))
      return { attempts, running: left.length - forgotten.length, findings: [...findings, ...missing], uncharged }
    },
  }
}

function keyOf({ request, attempt }: Pick<AskedEntry, 'request' | 'attempt'>): string {
  return `${attempt} ${request}`
}
