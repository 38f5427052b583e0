import type { AttemptFinding } from '../io/billing/attempt-check.js'
import type { VerifyReport } from '../io/billing/verify.js'
import { printable } from './table.js'

/** What a check of ledgers has found, for people; every line is safe to print. */
export function reportLines(report: VerifyReport): readonly string[] {
  const { sources, findings, attemptFindings, gaps, mismatches, uncharged } = report
  const lines = [
    ...sources.map(
      ({ root, source, first, last, rows, state }) => `${root}/${source}: ${rows} rows, ${first} to ${last}, ${state}`,
    ),
    ...findings.map(({ source, file, line, seq, what }) => {
      const place = line === 0 ? file : `${file}:${line}`
      return `${source}/${place}: row ${seq}: ${what}`
    }),
    ...gaps.map(
      ({ source, seq, rows, reason }) => `${source}: row ${seq}: ${rows} rows are missing before it: ${reason}`,
    ),
    ...attemptFindings.map(attemptLine),
    ...mismatches.map(({ key, committed, least, most }) => {
      const rows = least === most ? `${least}` : `${least} to ${most}`
      return `${key}: the counter has ${committed}, the rows come to ${rows}`
    }),
    ...(mismatches.length > 0 ? uncharged.map(attemptLine) : []),
    summary(report),
  ]
  return lines.map(printable)
}

function attemptLine({ source, seq, request, attempt, what, leases }: AttemptFinding): string {
  const held = leases.length === 0 ? '' : ` (${leases.length === 1 ? 'lease' : 'leases'} ${leases.join(', ')})`
  return `${source}: row ${seq}: attempt ${attempt} of request ${request} ${what}${held}`
}

function summary({ ok, attempts, running, compared, sources }: VerifyReport): string {
  const rows = sources.reduce((sum, source) => sum + source.rows, 0)
  const open = running === 0 ? '' : `, ${running} still running`
  const counters = compared === undefined ? 'not compared with counters' : `compared with ${compared} counters`
  return `${ok ? 'ok' : 'NOT OK'}: ${rows} rows, ${attempts} attempts${open}, ${counters}`
}
