import type { LeaseAmounts } from '../../core/outcome.js'
import type { Ledger } from '../../policies/budget/ledger.js'
import { lostEntry } from './entries.js'
import type { AskedEntry, Entry, Row } from './row.js'

/** What a process that died has left to be done: counters and rows must come to agree. */
export interface Unfinished {
  /** What was to be taken from counters, and perhaps was not. */
  readonly charges: readonly LeaseAmounts[]
  /** Attempts without a row of what became of them, those of one request after the other. */
  readonly open: readonly OpenRequest[]
  /** The leases that rows account for. */
  readonly known: ReadonlySet<string>
}

/** A request that has attempts of which nobody knows what became. */
export interface OpenRequest {
  /** In their order. */
  readonly asked: readonly AskedEntry[]
  /** How many attempts the request had. */
  readonly attempts: number
}

/** Finds what is unfinished in the rows of a source's end. */
export function unfinishedIn(rows: readonly Row[]): Unfinished {
  const requests = new Map<string, { asked: AskedEntry[]; readonly answered: Set<number> }>()
  const charges: LeaseAmounts[] = []
  const known = new Set<string>()
  const requestOf = (id: string) => {
    const found = requests.get(id) ?? { asked: [], answered: new Set<number>() }
    requests.set(id, found)
    return found
  }
  for (const row of rows) {
    switch (row.kind) {
      case 'asked':
        requestOf(row.request).asked.push(row)
        for (const { lease } of row.leases) known.add(lease)
        break
      case 'attempt':
        requestOf(row.request).answered.add(row.attempt)
        // What was lost has been charged by its loss.
        if (row.outcome !== 'lost') charges.push(...(row.charges ?? []))
        for (const { lease } of row.charges ?? []) known.add(lease)
        break
      case 'adjusted':
        if (row.lease !== undefined) known.add(row.lease)
        break
      case 'opened':
      case 'gap':
      case 'closed':
        break
    }
  }
  const open = [...requests.values()].flatMap(({ asked, answered }) => {
    const unanswered = asked.filter(({ attempt }) => !answered.has(attempt))
    const attempts = Math.max(...asked.map(({ attempt }) => attempt), ...answered)
    return unanswered.length > 0 ? [{ asked: unanswered, attempts }] : []
  })
  return { charges, open, known }
}

export interface RecoveryOptions {
  readonly source: string
  /** Leases of the runs of the process from this one on, and before `until`, may not be accounted for. */
  readonly runs: { readonly from: number; readonly until: number }
  /** Undefined where nothing is counted. */
  readonly ledger: Pick<Ledger, 'settle' | 'lose' | 'leases'> | undefined
  append(entry: Entry): void
}

/** What a recovery has done. */
export interface Recovered {
  /** Attempts that got lost. */
  readonly attempts: number
  /** Leases that were charged, and of which no row tells for which request. */
  readonly leases: number
}

/**
 * Does what is unfinished. It may be begun again after it rejected with `LedgerUnavailable`: what has been done is not done twice.
 */
export function createRecovery(unfinished: Unfinished, options: RecoveryOptions): () => Promise<Recovered> {
  const { ledger, append } = options
  const charges = [...unfinished.charges]
  const open = [...unfinished.open]
  const known = new Set(unfinished.known)
  let leases = 0

  const settleAgain = async () => {
    for (let next = charges[0]; next; next = charges[0]) {
      const amounts = next.amounts.map(([, amount]) => amount)
      await ledger?.settle(next.lease, amounts)
      charges.shift()
    }
  }
  const closeRequest = async ({ asked, attempts }: OpenRequest) => {
    const last = asked.at(-1)
    const lost: LeaseAmounts[] = []
    for (const { lease } of last?.leases ?? []) {
      const amounts = await ledger?.lose(lease)
      if (amounts) lost.push({ lease, amounts })
    }
    // Where a store knows nothing of a lease, nobody can tell what was charged.
    const isKnown = lost.length === (last?.leases.length ?? 0)
    for (const row of asked) append(lostEntry(row, { attempts, ...(row === last && isKnown && { charges: lost }) }))
  }
  const closeLeases = async () => {
    const prefix = `${options.source}.`
    for (const lease of (await ledger?.leases(prefix)) ?? []) {
      if (known.has(lease) || !isOf(lease.slice(prefix.length), options.runs)) continue
      const amounts = (await ledger?.lose(lease)) ?? []
      known.add(lease)
      const charged = amounts.filter(([, amount]) => amount !== 0)
      if (charged.length > 0) leases += 1
      for (const [bucket, amount] of charged) append({ kind: 'adjusted', bucket, amount, by: 'a lost lease', lease })
    }
  }
  return async () => {
    await settleAgain()
    for (let next = open[0]; next; next = open[0]) {
      await closeRequest(next)
      open.shift()
    }
    await closeLeases()
    return { attempts: unfinished.open.reduce((sum, { asked }) => sum + asked.length, 0), leases }
  }
}

/** The id of a lease of this run; `unique` tells it from the run's others. */
export function leaseId(source: string, run: number, unique: string): string {
  return `${source}.${run}.${unique}`
}

function isOf(rest: string, { from, until }: RecoveryOptions['runs']): boolean {
  const run = Number(rest.slice(0, rest.indexOf('.')))
  return run >= from && run < until
}
