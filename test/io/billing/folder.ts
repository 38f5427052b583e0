import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { chainLine, type Link } from '../../../io/billing/chain.js'
import type { AskedEntry, AttemptEntry, Entry } from '../../../io/billing/row.js'

/** A folder that goes when the tests of the file are over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-ledger-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The lines of entries behind a link, a second apart. */
export function linesOfEntries(entries: readonly Entry[], before: Link, start = 1_700_000_000_000) {
  let link = before
  const lines = entries.map((entry, index) => {
    const made = chainLine(JSON.stringify(entry), new Date(start + index * 1000).toISOString(), link)
    link = made.link
    return made.line
  })
  return { lines, link }
}

export function asked(request: string, attempt = 1, lease = `lease-of-${request}`): AskedEntry {
  const leases = [{ lease, amounts: [['budgets/all/usd', 100] as const] }]
  return { kind: 'asked', request, attempt, model: 'm', target: 'p/m', leases, user: 'ann' }
}

export function attempted(request: string, more: Partial<AttemptEntry> = {}): AttemptEntry {
  return {
    ...{ kind: 'attempt', request, attempt: 1, attempts: 1, path: '/v1', model: 'm', target: 'p/m', provider: 'p' },
    ...{ upstreamModel: 'm', stream: false, outcome: 'served', usage: {}, usageSource: 'none', nano: '5' },
    ...{ durationMs: 1, policyVersion: 'v' },
    ...more,
  }
}

/** What was charged for a request, in one bucket. */
export const charged = (request: string, amount: number, bucket = 'budgets/all/usd') => [
  { lease: `lease-of-${request}`, amounts: [[bucket, amount] as const] },
]
